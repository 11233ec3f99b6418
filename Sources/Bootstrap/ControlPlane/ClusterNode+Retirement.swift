import PKI
import Provision

/// A host that was a control plane and is a worker now.
extension ClusterNode {
  /// Timers of control planes and what they start, with their programs in hearth's own folder.
  private static let cares = [
    "hearth-backup": "back-up", "hearth-sign": "sign-certificates", "hearth-eviction": "keep-eviction-working",
    "hearth-notify": "notify",
  ]
  private static let servers = ["kube-scheduler", "kube-controller-manager", "kube-apiserver"]

  var hasControlPlaneRemains: Bool { facts.mayHoldControlPlane }

  /// Everything but etcd, whose member is taken out first while it still lives. The virtual address moves on before the
  /// API server behind it goes.
  static var stoppedControlPlane: [Resource] {
    ([virtualAddressUnit, assignerUnit] + servers.map { "\($0).service" })
      .map { .unit(.init($0, state: .stopped, enabled: false)) }
  }

  /// No unit, no key that signs, no data. The administrator's access goes last: it tells the next run that something may
  /// be left.
  ///
  /// - Parameter isStopped: a phase before this one has stopped the servers.
  func withoutControlPlane(isStopped: Bool) -> [Resource] {
    let units = (Self.servers + ["hearth-etcd"]).map { "/etc/systemd/system/\($0).service" }
    let cares = Self.cares.sorted { $0.key < $1.key }
    let careFiles = cares.flatMap { name, program in
      ["/etc/systemd/system/\(name).timer", "/etc/systemd/system/\(name).service", "/usr/local/lib/hearth/\(program)"]
    }
    let files = units + careFiles + Self.virtualAddressFiles + Self.assignerFiles + Self.controlPlaneFiles
    return (isStopped ? [] : Self.stoppedControlPlane)
      + cares.map { .unit(.init("\($0.key).timer", state: .stopped, enabled: false)) }
      + [.unit(.init(Self.etcdUnit, state: .stopped, enabled: false))] + files.map { .absent(path: $0) }
  }

  private static var controlPlaneFiles: [String] {
    [
      "apiserver.pem", "apiserver-kubelet-client.pem", "apiserver-etcd-client.pem", "front-proxy-client.pem",
      "controller-manager.pem", "scheduler.pem", "admin.pem", "ca-signer.crt",
    ].map { "\(pki)/\($0)" } + AuthorityFiles.names.filter { $0 != "ca.crt" }.map { "\(pki)/\($0)" } + [
      NodePath.encryption, NodePath.auditPolicy, NodePath.controllerManagerKubeconfig,
      NodePath.schedulerKubeconfig, NodePath.etcdPKI, NodePath.etcdCluster, etcdData, NodePath.auditLog,
      // What was kept of former days holds the same keys.
      "\(etcdData).before-restore", "\(etcdData).before-survivor", "/var/lib/etcd/.restored", NodePath.backups,
      inventoryPath, notifySettings, signingTablePath, NodePath.admission,
      NodePath.adminKubeconfig,
    ]
  }
}
