import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterNode {
  static let etcdUnit = "hearth-etcd.service"
  private static let etcdData = "/var/lib/etcd/hearth"

  /// This host's etcd member. All members start together: none waits for another to be complete.
  func etcd() throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/\(Self.etcdUnit)"
    let environment = "/etc/etcd/cluster.env"
    let members = controlPlane.map { "\($0.name)=https://\($0.address):2380" }.joined(separator: ",")
    let first = try Template("etcd/cluster.env").render([
      "address": address, "members": members, "state": "new", "token": rack.cluster.name,
    ])
    let values: [String: Any] = [
      "path": release.paths.etcd, "name": name, "address": address, "dataFolder": Self.etcdData,
      "releaseFlags": release.etcdFlags,
    ].merging(oomScoreAdjust(-900)) { $1 }
    return [
      .directory(.init("/var/lib/etcd", mode: 0o700, owner: "etcd:etcd")),
      .file(.init(environment, first, onlyIfMissing: true)),
      .file(.init(unit, try Template("etcd/etcd.service").render(values))),
      self.unit(
        Self.etcdUnit,
        watching: [
          unit, release.paths.etcd, "/etc/etcd/pki/ca.crt", "/etc/etcd/pki/server.pem", "/etc/etcd/pki/peer.pem",
        ]),
    ]
  }
}
