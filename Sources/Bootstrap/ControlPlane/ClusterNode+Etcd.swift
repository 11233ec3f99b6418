import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterNode {
  static let etcdUnit = "hearth-etcd.service"
  static let etcdData = "/var/lib/etcd/hearth"

  /// This host's etcd member. All members of a cluster that begins start together: none waits for another to be complete.
  ///
  /// - Parameter join: set where the host joins a living cluster and has no data yet.
  func etcd(_ join: MembershipPlan.Join? = nil) throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/\(Self.etcdUnit)"
    let environment = NodePath.etcdCluster
    let members = controlPlane.map { "\($0.name)=https://\($0.address):2380" }.joined(separator: ",")
    let first = try Template("etcd/cluster.env").render([
      "address": address, "members": join?.initialCluster ?? members, "state": join == nil ? "new" : "existing",
      "token": rack.cluster.name,
    ])
    return [
      .directory(.init(NodePath.etcdHome, mode: 0o700, owner: "etcd:etcd")),
      // A join that was cut off may have written an older list; without data etcd reads the list again.
      .file(.init(environment, first, mode: 0o600, onlyIfMissing: join == nil || holdsData)),
      .file(try configuration(of: .etcd, at: unit)),
      self.unit(
        Self.etcdUnit,
        watching: [
          unit, release.installMark(of: "etcd-server") ?? release.paths.etcd, NodePath.etcdAuthority,
          "/etc/etcd/pki/server.pem", "/etc/etcd/pki/peer.pem",
        ], trial: try trial(.etcd, files: [unit])),
    ]
  }

  func etcdText() throws(HearthError) -> String {
    try Template("etcd/etcd.service").render([
      "path": release.paths.etcd, "name": name, "address": address, "dataFolder": Self.etcdData,
      "releaseFlags": release.etcdFlags, "ciphers": Self.etcdCiphers.joined(separator: ","),
      "oomScoreAdjust": oomScoreAdjust(-900),
    ])
  }
}
