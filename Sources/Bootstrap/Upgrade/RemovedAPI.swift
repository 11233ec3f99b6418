package import Diagnostics
import Foundation
package import Inventory
import Untrusted

/// APIs that a Kubernetes version no longer serves; from upstream's deprecated API migration guide.
package struct RemovedAPI: Sendable, Hashable {
  /// `group/version`, as in manifests.
  package var version: String
  package var resource: String
  /// The minor version that no longer has it.
  package var removedIn: Int
  package var replacement: String

  private init(_ removedIn: Int, _ version: String, _ resource: String, _ replacement: String) {
    self.version = version
    self.resource = resource
    self.removedIn = removedIn
    self.replacement = replacement
  }

  package static let table: [RemovedAPI] = [
    .init(
      22, "admissionregistration.k8s.io/v1beta1", "mutatingwebhookconfigurations", "admissionregistration.k8s.io/v1"),
    .init(
      22, "admissionregistration.k8s.io/v1beta1", "validatingwebhookconfigurations", "admissionregistration.k8s.io/v1"),
    .init(22, "apiextensions.k8s.io/v1beta1", "customresourcedefinitions", "apiextensions.k8s.io/v1"),
    .init(22, "apiregistration.k8s.io/v1beta1", "apiservices", "apiregistration.k8s.io/v1"),
    .init(22, "authentication.k8s.io/v1beta1", "tokenreviews", "authentication.k8s.io/v1"),
    .init(22, "authorization.k8s.io/v1beta1", "subjectaccessreviews", "authorization.k8s.io/v1"),
    .init(22, "certificates.k8s.io/v1beta1", "certificatesigningrequests", "certificates.k8s.io/v1"),
    .init(22, "coordination.k8s.io/v1beta1", "leases", "coordination.k8s.io/v1"),
    .init(22, "extensions/v1beta1", "ingresses", "networking.k8s.io/v1"),
    .init(22, "networking.k8s.io/v1beta1", "ingresses", "networking.k8s.io/v1"),
    .init(22, "networking.k8s.io/v1beta1", "ingressclasses", "networking.k8s.io/v1"),
    .init(22, "rbac.authorization.k8s.io/v1beta1", "clusterroles", "rbac.authorization.k8s.io/v1"),
    .init(22, "rbac.authorization.k8s.io/v1beta1", "clusterrolebindings", "rbac.authorization.k8s.io/v1"),
    .init(22, "rbac.authorization.k8s.io/v1beta1", "roles", "rbac.authorization.k8s.io/v1"),
    .init(22, "rbac.authorization.k8s.io/v1beta1", "rolebindings", "rbac.authorization.k8s.io/v1"),
    .init(22, "scheduling.k8s.io/v1beta1", "priorityclasses", "scheduling.k8s.io/v1"),
    .init(22, "storage.k8s.io/v1beta1", "csidrivers", "storage.k8s.io/v1"),
    .init(22, "storage.k8s.io/v1beta1", "csinodes", "storage.k8s.io/v1"),
    .init(22, "storage.k8s.io/v1beta1", "storageclasses", "storage.k8s.io/v1"),
    .init(22, "storage.k8s.io/v1beta1", "volumeattachments", "storage.k8s.io/v1"),
    .init(25, "autoscaling/v2beta1", "horizontalpodautoscalers", "autoscaling/v2"),
    .init(25, "batch/v1beta1", "cronjobs", "batch/v1"),
    .init(25, "discovery.k8s.io/v1beta1", "endpointslices", "discovery.k8s.io/v1"),
    .init(25, "events.k8s.io/v1beta1", "events", "events.k8s.io/v1"),
    .init(25, "node.k8s.io/v1beta1", "runtimeclasses", "node.k8s.io/v1"),
    .init(25, "policy/v1beta1", "poddisruptionbudgets", "policy/v1"),
    .init(25, "policy/v1beta1", "podsecuritypolicies", "Pod Security Admission"),
    .init(26, "autoscaling/v2beta2", "horizontalpodautoscalers", "autoscaling/v2"),
    .init(26, "flowcontrol.apiserver.k8s.io/v1beta1", "flowschemas", "flowcontrol.apiserver.k8s.io/v1"),
    .init(26, "flowcontrol.apiserver.k8s.io/v1beta1", "prioritylevelconfigurations", "flowcontrol.apiserver.k8s.io/v1"),
    .init(27, "storage.k8s.io/v1beta1", "csistoragecapacities", "storage.k8s.io/v1"),
    .init(29, "flowcontrol.apiserver.k8s.io/v1beta2", "flowschemas", "flowcontrol.apiserver.k8s.io/v1"),
    .init(29, "flowcontrol.apiserver.k8s.io/v1beta2", "prioritylevelconfigurations", "flowcontrol.apiserver.k8s.io/v1"),
    .init(32, "flowcontrol.apiserver.k8s.io/v1beta3", "flowschemas", "flowcontrol.apiserver.k8s.io/v1"),
    .init(32, "flowcontrol.apiserver.k8s.io/v1beta3", "prioritylevelconfigurations", "flowcontrol.apiserver.k8s.io/v1"),
  ]

  /// APIs that go between two versions.
  package static func between(_ from: KubernetesVersion, _ to: KubernetesVersion) -> [RemovedAPI] {
    table.filter { $0.removedIn > from.minor && $0.removedIn <= to.minor }
  }

  /// What somebody asked an API server for since its start: lines of `apiserver_requested_deprecated_apis` in `/metrics`.
  package static func requested(metrics: String) -> Set<String> {
    var found: Set<String> = []
    for line in metrics.byteLines where line.hasPrefix("apiserver_requested_deprecated_apis{") {
      guard !line.hasSuffix(" 0") else { continue }
      func label(_ name: String) -> String {
        guard let start = line.range(of: "\(name)=\"") else { return "" }
        return String(line[start.upperBound...].prefix { $0 != "\"" })
      }
      let group = label("group")
      found.insert("\(group.isEmpty ? "" : group + "/")\(label("version")) \(label("resource"))")
    }
    return found
  }

  /// Those that go and are in use. An API server whose metrics cannot be read is an objection too: what nobody has looked at
  /// is not known to be unused.
  ///
  /// - Parameter metrics: host of each API server to what it counts, or why that cannot be read.
  package static func objections(
    from: KubernetesVersion, to: KubernetesVersion, metrics: [String: Result<String, HearthError>]
  ) -> [HearthError] {
    guard !between(from, to).isEmpty else { return [] }
    var used: Set<String> = []
    var unread: [HearthError] = []
    for (host, answer) in metrics.sorted(by: { $0.key < $1.key }) {
      switch answer {
      case .success(let text) where text.split(separator: "\n").contains { $0.hasPrefix("apiserver_request_total") }:
        used.formUnion(requested(metrics: text))
      case .success: unread.append(unreadable(host, cause: "its answer holds no metrics of an API server"))
      case .failure(let error): unread.append(unreadable(host, cause: error.message))
      }
    }
    return unread + inUse(used, from, to)
  }

  private static func unreadable(_ host: String, cause: String) -> HearthError {
    HearthError(
      .refused, "whether somebody uses removed APIs cannot be told: this API server's metrics cannot be read",
      subject: Subject(host: host),
      hint: "bring the API server back, then run the command again; `--allow-removed-apis` goes on without looking",
      cause: cause, command: "kubectl get --raw /metrics | grep requested_deprecated")
  }

  private static func inUse(
    _ used: Set<String>, _ from: KubernetesVersion, _ to: KubernetesVersion
  ) -> [HearthError] {
    between(from, to).filter { used.contains("\($0.version) \($0.resource)") }.map {
      HearthError(
        .refused, "somebody uses \($0.resource) of \($0.version), which 1.\($0.removedIn) no longer has",
        hint:
          "change manifests and programs to \($0.replacement); the API server forgets what it saw when it restarts. "
          + "`--allow-removed-apis` goes on all the same",
        command: "kubectl get --raw /metrics | grep requested_deprecated")
    }
  }
}
