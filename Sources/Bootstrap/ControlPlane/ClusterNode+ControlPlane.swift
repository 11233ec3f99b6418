import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates

extension ClusterNode {
  /// API server, controller manager and scheduler of this host. Their units start without waiting for one another:
  /// systemd restarts what came too early.
  func apiServer() throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/kube-apiserver.service"
    let audit = "/etc/kubernetes/audit-policy.yaml"
    let encryption = "/etc/kubernetes/encryption.yaml"
    let values: [String: Any] = [
      "address": address, "services": networks.services.description, "domain": networks.domain,
      "releaseFlags": release.apiServerFlags, "moveAfter": rack.cluster.failover.moveAfterSeconds,
    ].merging(oomScoreAdjust(-800)) { $1 }
    let key = Data(authority.encryptionKey.reveal()).base64EncodedString()
    let certificates = ["apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client"]
      .map { "\(Self.pki)/\($0).pem" }
    let authorities = ["ca.crt", "etcd-ca.crt", "front-proxy-ca.crt", "sa.key", "sa.pub"].map { "\(Self.pki)/\($0)" }
    return [
      .directory(.init("/var/log/kubernetes", mode: 0o700)),
      .file(.init(audit, try Template.text(of: "kubernetes/audit-policy.yaml"))),
      .file(
        .init(
          encryption, try Template("kubernetes/encryption.yaml").render(["key": key]), mode: 0o600, sensitive: true)),
      .file(.init(unit, try Template("kubernetes/kube-apiserver.service").render(values))),
      self.unit(
        "kube-apiserver.service",
        watching: ["/usr/local/bin/kube-apiserver", unit, audit, encryption] + certificates + authorities),
    ]
  }

  func controllerManager() throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/kube-controller-manager.service"
    let text = try Template("kubernetes/kube-controller-manager.service").render([
      "cluster": rack.cluster.name, "releaseFlags": release.controllerManagerFlags,
      "lostAfter": rack.cluster.failover.lostAfterSeconds,
    ])
    return [
      try kubeconfig(
        "controller-manager", user: "system:kube-controller-manager", credential: "controller-manager", server: .own),
      .file(.init(unit, text)),
      self.unit(
        "kube-controller-manager.service",
        watching: [
          "/usr/local/bin/kube-controller-manager", unit, "/etc/kubernetes/controller-manager.conf",
          "\(Self.pki)/controller-manager.pem", "\(Self.pki)/ca.crt", Self.signer, "\(Self.pki)/ca.key",
          "\(Self.pki)/sa.key",
        ]),
    ]
  }

  func scheduler() throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/kube-scheduler.service"
    let text = try Template("kubernetes/kube-scheduler.service").render(["releaseFlags": release.schedulerFlags])
    return [
      try kubeconfig("scheduler", user: "system:kube-scheduler", credential: "scheduler", server: .own),
      .file(.init(unit, text)),
      self.unit(
        "kube-scheduler.service",
        watching: [
          "/usr/local/bin/kube-scheduler", unit, "/etc/kubernetes/scheduler.conf", "\(Self.pki)/scheduler.pem",
          "\(Self.pki)/ca.crt",
        ]),
    ]
  }
}
