import Artifacts
import Inventory
import Provision
import TestSupport

@testable import Bootstrap

/// Pis of a living cluster of v1.36 that nothing is wrong with.
enum SampleNode {
  /// `pi1` and on: control planes first, then workers.
  static func rack(planes: Int, workers: Int) -> Rack {
    Rack(
      cluster: Cluster(name: "home", kubernetes: KubernetesVersion(1, 36, 2), addons: AddOns(webAssembly: .none)),
      nodes: (1...(planes + workers)).map { index in
        Node(
          name: "pi\(index)", address: IPv4Address(bits: 0xC0A8_010A + UInt32(index)),
          roles: index <= planes ? [.controlPlane] : [.worker])
      })
  }

  static func facts(_ node: Node) -> Facts {
    var facts = Facts.healthy(node)
    facts.existingPaths.insert(ClusterNode.joinedMarkPath)
    facts.nodeRecord = "{}"
    return facts
  }

  static func software(_ rack: Rack) -> [Architecture: Software] {
    func file(_ name: String) -> LocalFile { LocalFile(path: "/cache/\(name)", sha256: name, bytes: 1) }
    let programs = KubernetesRelease.of(rack.cluster)?.programs(version: rack.cluster.kubernetes, .arm64) ?? []
    return [
      .arm64: Software(
        programs: programs.map {
          .init(path: $0.path, file: file($0.artifact.key), onlyOnControlPlane: $0.onlyOnControlPlane)
        },
        pause: .init(reference: "registry.example.org/pause:3.10", archive: file("pause")),
        dns: .init(reference: "registry.example.org/dns:1", archive: file("dns")),
        smoke: .init(reference: "registry.example.org/smoke:1", archive: file("smoke")), webAssembly: nil)
    ]
  }
}
