import Diagnostics
import Inventory
import PKI
import Provision

extension ClusterNode {
  /// Folders, authorities and shared keys. Only control-plane hosts hold keys that sign.
  func trust() -> [Resource] {
    var all: [Resource] = [
      .directory(.init("/etc/hearth")), .directory(.init("/etc/hearth/pki", mode: 0o700)),
      .directory(.init("/etc/kubernetes")), .directory(.init(Self.pki, mode: 0o755)),
    ]
    guard isControlPlane else {
      return all + [.file(.init("\(Self.pki)/ca.crt", authority.cluster.trustPEM))]
    }
    for (name, text) in AuthorityFiles(authority).texts.sorted(by: { $0.key < $1.key }) {
      let isPublic = [".crt", ".pub"].contains { name.hasSuffix($0) }
      all.append(
        .file(.init("\(Self.pki)/\(name)", text.reveal(), mode: isPublic ? 0o644 : 0o600, sensitive: !isPublic)))
    }
    // The controller manager signed with it in former versions of hearth.
    all.append(.absent(path: "\(Self.pki)/ca-signer.crt"))
    // A member's user comes with Debian's package or is made here; both are the same to what follows.
    all += [
      .user(.init("etcd", home: NodePath.etcdHome)),
      .directory(.init("/etc/etcd")), .directory(.init(NodePath.etcdPKI)),
      .file(.init(NodePath.etcdAuthority, authority.etcd.trustPEM)),
    ]
    return all
  }

  /// A host that has it was brought to the end of a start once: from then on there is a cluster whose loss matters.
  static let joinedMarkPath = "/etc/hearth/joined"

  var joinedMark: Resource {
    .file(.init(Self.joinedMarkPath, "This host is a part of the cluster \(rack.cluster.name).\n", onlyIfMissing: true))
  }

  /// What this host remembers of the cluster.
  func record(cluster: String) -> Resource {
    let record = NodeRecord(
      name: name, cluster: cluster, podRanges: podRanges.ranges.mapValues(\.description))
    return .file(.init(NodeRecord.path, record.text))
  }
}
