import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates

extension ClusterNode {
  static let apiServerUnit = "kube-apiserver.service"

  /// API server, controller manager and scheduler of this host. Their units start without waiting for one another:
  /// systemd restarts what came too early.
  func apiServer() throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/kube-apiserver.service"
    let audit = NodePath.auditPolicy
    let encryption = NodePath.encryption
    let admission = Self.admission
    let keys = authority.encryptionKeys.map { ["name": $0.name, "secret": $0.base64] }
    let certificates = ["apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client"]
      .map { "\(Self.pki)/\($0).pem" }
    let authorities = ["ca.crt", "etcd-ca.crt", "front-proxy-ca.crt", "sa.key", "sa.pub"].map { "\(Self.pki)/\($0)" }
    return [
      .directory(.init(NodePath.auditLog, mode: 0o700)),
      .file(.init(audit, try Template.text(of: "kubernetes/audit-policy.yaml"), mode: 0o600)),
      .file(.init(admission, admissionConfiguration().text, mode: 0o600)),
      .file(
        .init(
          encryption, try Template("kubernetes/encryption.yaml").render(["keys": keys]), mode: 0o600, sensitive: true)),
      .file(try configuration(of: .apiServer, at: unit)),
      self.unit(
        Self.apiServerUnit,
        watching: [NodePath.apiServer, unit, audit, admission, encryption] + certificates + authorities,
        trial: try trial(.apiServer, files: [unit])),
    ]
  }

  private static let admission = NodePath.admission

  func apiServerText() throws(HearthError) -> String {
    try Template("kubernetes/kube-apiserver.service").render([
      "address": address, "services": networks.services.description, "domain": networks.domain,
      "releaseFlags": release.apiServerFlags, "moveAfter": rack.cluster.failover.moveAfterSeconds,
      "plugins": release.admissionPlugins.joined(separator: ","), "admission": Self.admission,
      "ciphers": Self.ciphers.joined(separator: ","), "oomScoreAdjust": oomScoreAdjust(-800),
    ])
  }

  func controllerManager() throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/kube-controller-manager.service"
    let waiter = "/usr/local/lib/hearth/when-api-ready"
    return [
      try kubeconfig(
        "controller-manager", user: "system:kube-controller-manager", credential: "controller-manager", server: .own),
      .file(.init(waiter, try Template.text(of: "kubernetes/when-api-ready"), mode: 0o755)),
      .file(try configuration(of: .controllerManager, at: unit)),
      self.unit(
        "kube-controller-manager.service",
        watching: [
          "/usr/local/bin/kube-controller-manager", unit, waiter, NodePath.controllerManagerKubeconfig,
          "\(Self.pki)/controller-manager.pem", "\(Self.pki)/ca.crt", "\(Self.pki)/sa.key",
        ], trial: try trial(.controllerManager, files: [unit])),
    ]
  }

  func controllerManagerText() throws(HearthError) -> String {
    try Template("kubernetes/kube-controller-manager.service").render([
      "cluster": rack.cluster.name, "releaseFlags": release.controllerManagerFlags,
      "lostAfter": rack.cluster.failover.lostAfterSeconds,
    ])
  }

  func scheduler() throws(HearthError) -> [Resource] {
    let unit = "/etc/systemd/system/kube-scheduler.service"
    return [
      try kubeconfig("scheduler", user: "system:kube-scheduler", credential: "scheduler", server: .own),
      .file(try configuration(of: .scheduler, at: unit)),
      self.unit(
        "kube-scheduler.service",
        watching: [
          "/usr/local/bin/kube-scheduler", unit, NodePath.schedulerKubeconfig, "\(Self.pki)/scheduler.pem",
          "\(Self.pki)/ca.crt",
        ], trial: try trial(.scheduler, files: [unit])),
    ]
  }

  func schedulerText() throws(HearthError) -> String {
    try Template("kubernetes/kube-scheduler.service").render(["releaseFlags": release.schedulerFlags])
  }
}

extension ClusterNode {
  /// Old controller managers must be watched after a power cut; see ``KubernetesRelease/stallsAfterColdStart``.
  func evictionCare() throws(HearthError) -> [Resource] {
    guard release.stallsAfterColdStart else { return [] }
    let (service, timer) = ("hearth-eviction.service", "hearth-eviction.timer")
    let units = NodePath.units
    let program = try Template.text(of: "eviction/keep-eviction-working")
    return [
      .file(.init("/usr/local/lib/hearth/keep-eviction-working", program, mode: 0o755)),
      .file(.init("\(units)/\(service)", try Template.text(of: "eviction/\(service)"))),
      .file(.init("\(units)/\(timer)", try Template.text(of: "eviction/\(timer)"))),
      .unit(.init(timer, restartOn: ["\(units)/\(timer)"])),
    ]
  }
}
