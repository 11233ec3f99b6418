import Artifacts
import Diagnostics
import Inventory
import PKI
import Provision

/// One host of the cluster and everything that decides what it must hold. The parts stand in its extensions.
struct ClusterNode {
  let rack: Rack
  let node: Node
  let facts: Facts
  let release: KubernetesRelease
  let podRanges: PodRanges
  let authority: Authority
  let software: Software
  /// Name of a registry to the certificate of its authority, in PEM.
  var registryAuthorities: [String: String] = [:]

  var name: String { node.name }
  var address: String { node.address.description }
  var isControlPlane: Bool { node.roles.contains(.controlPlane) }
  /// etcd has been here before.
  var holdsData: Bool { facts.existingPaths.contains("\(Self.etcdData)/member") }
  var networks: Networks { rack.cluster.networks }
  var controlPlane: [Node] { rack.controlPlane }

  /// Every node of the rack has a range; see ``PodRanges``.
  func podRange() throws(HearthError) -> IPv4Network {
    guard let range = podRanges[name] else { throw HearthError(.internalError, "\(name) has no pod range") }
    return range
  }

  /// systemd's `OOMScoreAdjust`, or nothing where the host may not lower it.
  func oomScoreAdjust(_ score: Int) -> Int? { facts.canLowerOOMScore ? score : nil }
}
