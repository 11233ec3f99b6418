package import Diagnostics
import Foundation
import Provision
import SSH
import Templates
import Untrusted

/// Brings a change of authorities to programs in pods that use the API. Pods find the authority's certificate in a file
/// that the cluster keeps up to date, but most programs read it once, when they start.
package struct PodCARollout: Sendable {
  struct Workload: Hashable, Comparable {
    var namespace: String
    /// In lower case, as kubectl takes it.
    var kind: String
    var name: String

    var text: String { "\(namespace)/\(kind)/\(name)" }
    static func < (one: Workload, other: Workload) -> Bool { one.text < other.text }
  }

  struct Pod: Decodable {
    struct Spec: Decodable {
      struct Container: Decodable {
        struct Mount: Decodable { var mountPath: String }
        var volumeMounts: [Mount]?
      }
      var containers: [Container]
    }
    var metadata: DrainObjects.Metadata
    var spec: Spec

    var usesAPI: Bool {
      spec.containers.contains { ($0.volumeMounts ?? []).contains { $0.mountPath == PodCARollout.mount } }
    }
  }

  struct Owned: Decodable { var metadata: DrainObjects.Metadata }

  static let mount = "/var/run/secrets/kubernetes.io/serviceaccount"

  private let admin: ClusterAdmin
  private let events: any EventSink

  package init(admin: ClusterAdmin, events: any EventSink) {
    self.admin = admin
    self.events = events
  }

  /// Returns when every namespace and every token holds what the control-plane hosts trust now.
  package func waitUntilPublished() async throws(HearthError) {
    let result = try await admin.script(
      Kubectl.function + (try Template.text(of: "rotation/wait-for-trust")), timeout: .seconds(240))
    guard result.status == 0 else {
      throw HearthError(
        .timedOut, "the new authority was not given to all namespaces within 180 s",
        hint: "the controller manager does that; look at its own words, then run the command again",
        output: (result.outputText + result.errorText).lastLines(5),
        command: "sudo journalctl -u kube-controller-manager -n 50 --no-pager")
    }
  }

  /// Has every token that lies in a Secret signed by the key of today.
  package func renewTokens() async throws(HearthError) {
    let result = try await admin.script(
      Kubectl.function + (try Template.text(of: "rotation/renew-tokens")), timeout: .seconds(240))
    guard result.status == 0 else {
      throw HearthError(
        .cluster, "the tokens of service accounts could not be renewed",
        hint: "run the command again: it goes on from there",
        output: (result.outputText + result.errorText).lastLines(5))
    }
  }

  /// Restarts what uses the API, one workload after the other, each in its own rolling way.
  package func restart() async throws(HearthError) {
    let pods = try await admin.objects(of: Pod.self, ["get", "pods", "--all-namespaces"])
    let sets = try await admin.objects(of: Owned.self, ["get", "replicasets", "--all-namespaces"])
    let (workloads, others) = Self.workloads(of: pods, sets.map(\.metadata))
    if !others.isEmpty {
      events.emit(
        .note(
          level: .warning, host: nil,
          text: "these pods have no controller: \(others.joined(separator: ", ")). If they use the API, they must be "
            + "restarted by hand before they can again"))
    }
    for workload in workloads {
      let place = ["--namespace=\(workload.namespace)", "\(workload.kind)/\(workload.name)"]
      try await admin.run(["rollout", "restart"] + place)
      do {
        try await admin.run(["rollout", "status"] + place + ["--timeout=300s"], timeout: .seconds(320))
      } catch {
        var error = error
        error.hint = "repair \(workload.text) and run the command again, or leave pods as they are with --leave-pods"
        throw error
      }
      events.emit(.condition(name: "restarted", host: nil, state: .met, detail: workload.text))
    }
  }

  /// What controls the pods that use the API, and the pods that no controller restarts in a rolling way.
  static func workloads(
    of pods: [Pod], _ replicaSets: [DrainObjects.Metadata]
  ) -> (workloads: [Workload], others: [String]) {
    let owners = Dictionary(replicaSets.map { ($0.path, controller(of: $0)) }) { first, _ in first }
    var workloads: Set<Workload> = []
    var others: [String] = []
    for pod in pods where pod.usesAPI && pod.metadata.deletionTimestamp == nil {
      let namespace = pod.metadata.namespace ?? "default"
      var owner = controller(of: pod.metadata)
      if let set = owner, set.kind == "ReplicaSet" { owner = owners["\(namespace)/\(set.name)"] ?? nil }
      if let owner, ["Deployment", "StatefulSet", "DaemonSet"].contains(owner.kind) {
        workloads.insert(Workload(namespace: namespace, kind: owner.kind.lowercased(), name: owner.name))
      } else {
        others.append(pod.metadata.path)
      }
    }
    return (workloads.sorted(), others.sorted())
  }

  private static func controller(of object: DrainObjects.Metadata) -> DrainObjects.Metadata.Owner? {
    object.ownerReferences?.first { $0.controller == true }
  }

  /// What the API servers have told aggregated ones and controllers to trust grows only: it is made again.
  package func forgetOldAuthorities() async throws(HearthError) {
    try await admin.run([
      "--namespace=kube-system", "delete", "configmap", "extension-apiserver-authentication", "--ignore-not-found",
    ])
  }
}
