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

extension ClusterNode {
  static let imageFolder = "/var/lib/hearth/images"

  /// Programs and image archives.
  var deliveries: [Resource] {
    let programs = software.programs.filter { isControlPlane || !$0.onlyOnControlPlane }
    let folders = Set(programs.map { String($0.path[..<($0.path.lastIndex(of: "/") ?? $0.path.startIndex)]) })
      .subtracting(["/usr/local/bin", "/usr/local/sbin"]).union(["/usr/local/lib/hearth"])
    return folders.sorted().map { .directory(.init($0)) }
      + [.directory(.init("/var/lib/hearth", mode: 0o700)), .directory(.init(Self.imageFolder))]
      + programs.map { .delivery(.init($0.path, $0.file)) }
      + software.images.map { .delivery(.init(archivePath(of: $0), $0.archive, mode: 0o644)) }
  }

  func archivePath(of image: Software.Image) -> String {
    let name = image.reference.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" }
    return "\(Self.imageFolder)/\(String(name)).tar"
  }
}

extension Networks {
  /// The API server's own Service: the first address.
  var apiService: IPv4Address { services.address(at: 1) ?? services.base }
  /// The cluster's DNS: the tenth.
  var dnsService: IPv4Address { services.address(at: 10) ?? services.base }
}
