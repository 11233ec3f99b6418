package import Diagnostics
import Foundation
import Provision
import SSH

/// Empties a node of pods so that nothing notices: it takes no new ones, and those that it has are asked to leave by
/// eviction, which respects disruption budgets. Repeating it does no harm.
package struct Drain: Sendable {
  package struct Options: Sendable {
    /// For the whole drain.
    package var timeout: Duration
    /// Also ends pods that nobody starts anew elsewhere.
    package var force: Bool
    package init(timeout: Duration = .seconds(300), force: Bool = false) {
      self.timeout = timeout
      self.force = force
    }
  }

  let admin: ClusterAdmin
  let release: KubernetesRelease
  let events: any EventSink

  package init(admin: ClusterAdmin, release: KubernetesRelease, events: any EventSink) {
    self.admin = admin
    self.release = release
    self.events = events
  }

  package func cordon(_ node: String) async throws(HearthError) {
    try await admin.run("cordon \(node.shellQuoted)")
  }

  package func uncordon(_ node: String) async throws(HearthError) {
    try await admin.run("uncordon \(node.shellQuoted)")
  }

  /// Returns when no pod is left but those of daemon sets and static ones. The node stays cordoned, also on failure.
  ///
  /// - Throws: what is still there after the time limit, with the budget that holds it; `refused`, before anything is
  ///   changed, for pods that nobody starts anew.
  package func run(_ node: String, _ options: Options = Options()) async throws(HearthError) {
    let clock = ContinuousClock()
    let deadline = clock.now + options.timeout
    if !options.force { try refuseUnmanaged(node, try await look(node)) }
    try await cordon(node)
    var told = ""
    while true {
      let decision = try await look(node)
      if !options.force { try refuseUnmanaged(node, decision) }
      if decision.isDone {
        events.emit(.condition(name: "drained", host: node, state: .met, detail: "no pod is left that must go"))
        return
      }
      if told != decision.summary {
        told = decision.summary
        events.emit(.condition(name: "drained", host: node, state: .waiting, detail: told))
      }
      guard clock.now < deadline else { throw Self.timedOut(node, decision, options) }
      if !decision.evict.isEmpty { try await evict(decision.evict) }
      do {
        try await Task.sleep(for: .milliseconds(700))
      } catch {
        throw HearthError(.cancelled, "stopped while draining; \(node) takes no new pods until `hearth node uncordon`")
      }
    }
  }

  private func look(_ node: String) async throws(HearthError) -> DrainDecision {
    let pods = try await admin.objects(
      of: DrainObjects.Pod.self, "get pods -A --field-selector spec.nodeName=\(node.shellQuoted)")
    let budgets = try await admin.objects(of: DrainObjects.Budget.self, "get poddisruptionbudgets -A")
    return DrainDecision(pods: pods, budgets: budgets)
  }

  private func refuseUnmanaged(_ node: String, _ decision: DrainDecision) throws(HearthError) {
    guard !decision.unmanaged.isEmpty else { return }
    throw HearthError(
      .refused, "nobody would start these pods anew elsewhere: \(decision.unmanaged.joined(separator: ", "))",
      subject: Subject(host: node, step: "drain"),
      hint: "end them yourself, or give --force to lose them")
  }

  /// Asks for all at once. A refusal by a budget is no failure: the next round asks again.
  private func evict(_ pods: [DrainObjects.Pod]) async throws(HearthError) {
    // Both are taken by every version that has the first; old ones know only the second.
    let version = release.minor >= 22 ? "policy/v1" : "policy/v1beta1"
    let commands = pods.map { pod in
      let (namespace, name) = (pod.metadata.namespace ?? "default", pod.metadata.name)
      let body =
        #"{"apiVersion":"\#(version)","kind":"Eviction","metadata":{"name":"\#(name)","namespace":"\#(namespace)"}}"#
      return "printf '%s' '\(body)' | kube create --raw '/api/v1/namespaces/\(namespace)/pods/\(name)/eviction' -f - "
        + ">/dev/null 2>\"$folder/\(namespace).\(name)\" &"
    }
    let program = """
      kube() { \(ClusterAdmin.kubectlPrefix) "$@"; }
      folder=$(mktemp -d) || exit 1
      \(commands.joined(separator: "\n"))
      wait
      cat "$folder"/* | grep -v -e TooManyRequests -e NotFound -e 'not found' -e 'disruption budget' >&2
      rm -rf "$folder"
      """
    let result = try await admin.script(program, timeout: .seconds(60))
    let lines = result.errorText.split(separator: "\n").map(String.init)
    if let first = lines.first { events.emit(.note(level: .warning, host: nil, text: "eviction: \(first)")) }
  }

  static func timedOut(_ node: String, _ decision: DrainDecision, _ options: Options) -> HearthError {
    let limit = "after \(options.timeout.components.seconds) s"
    if let first = decision.blocked.first {
      return HearthError(
        .timedOut,
        "\(first.pod) could not be moved \(limit): the disruption budget \(first.budgets.joined(separator: ", ")) "
          + "allows no disruption",
        subject: Subject(host: node, step: "drain"),
        hint: "make more of its pods healthy, or change the budget, then run the command again; "
          + "\(node) stays cordoned until then",
        output: decision.blocked.dropFirst().map { "\($0.pod): \($0.budgets.joined(separator: ", "))" },
        command: "kubectl get poddisruptionbudgets -A")
    }
    let pods = (decision.leaving + decision.evict).map(\.metadata.path)
    return HearthError(
      .timedOut, "\(pods.first ?? "a pod") was still there \(limit)", subject: Subject(host: node, step: "drain"),
      hint: "look why it does not end (its grace period, a finalizer, a node that does not answer), "
        + "then run the command again; \(node) stays cordoned until then",
      output: pods.dropFirst().map { "\($0) as well" }, command: "kubectl get pods -A -o wide")
  }
}

extension Drain {
  /// Tells people about a node.
  package func say(_ node: String, _ text: String) { events.emit(.note(level: .info, host: node, text: text)) }
}
