import PKI
import Provision

/// A host that was a control plane and is a worker now.
extension ClusterNode {
  private static let servers = ["kube-scheduler", "kube-controller-manager", "kube-apiserver"]

  var hasControlPlaneRemains: Bool { facts.mayHoldControlPlane }

  /// Everything but etcd, whose member is taken out first while it still lives. The virtual address moves on before the
  /// API server behind it goes.
  static var stoppedControlPlane: [Resource] {
    [.unit(.init(virtualAddressUnit, state: .stopped, enabled: false))]
      + servers.map { .unit(.init("\($0).service", state: .stopped, enabled: false)) }
  }

  /// No unit, no key that signs, no data. The administrator's access goes last: it tells the next run that something may
  /// be left.
  ///
  /// - Parameter isStopped: a phase before this one has stopped the servers.
  func withoutControlPlane(isStopped: Bool) -> [Resource] {
    let units = (Self.servers + ["hearth-etcd"]).map { "/etc/systemd/system/\($0).service" }
    let files = units + Self.virtualAddressFiles + Self.controlPlaneFiles
    return (isStopped ? [] : Self.stoppedControlPlane)
      + [.unit(.init(Self.etcdUnit, state: .stopped, enabled: false))] + files.map { .absent(path: $0) }
  }

  private static var controlPlaneFiles: [String] {
    [
      "apiserver.pem", "apiserver-kubelet-client.pem", "apiserver-etcd-client.pem", "front-proxy-client.pem",
      "controller-manager.pem", "scheduler.pem", "admin.pem", "ca-signer.crt",
    ].map { "\(pki)/\($0)" } + AuthorityFiles.names.filter { $0 != "ca.crt" }.map { "\(pki)/\($0)" } + [
      "/etc/kubernetes/encryption.yaml", "/etc/kubernetes/audit-policy.yaml", "/etc/kubernetes/controller-manager.conf",
      "/etc/kubernetes/scheduler.conf", "/etc/etcd/pki", "/etc/etcd/cluster.env", etcdData, "/var/log/kubernetes",
      "/etc/kubernetes/admin.conf",
    ]
  }
}
