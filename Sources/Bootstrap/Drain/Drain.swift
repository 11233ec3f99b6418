package import Diagnostics
import Foundation
import Provision
import SSH
import Untrusted
import Templates

/// Moves all pods off a node: it is cordoned, and its pods are evicted, which respects disruption budgets. Repeating it
/// does no harm.
package struct Drain: Sendable {
  package struct Options: Sendable {
    /// For the whole drain.
    package var timeout: Duration
    /// Also deletes pods that have no controller.
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
    try await admin.run(["cordon", node])
  }

  package func uncordon(_ node: String) async throws(HearthError) {
    try await admin.run(["uncordon", node])
  }

  /// What ``run(_:_:clock:)`` would begin with, in words; nothing is changed.
  package func preview(_ node: String, _ options: Options = Options()) async throws(HearthError) -> String {
    let decision = try await look(node)
    if !options.force { try refuseUnmanaged(node, decision) }
    return decision.isDone ? "no pods left to evict" : decision.summary
  }

  /// Returns when no pod is left but those of daemon sets and static ones. The node stays cordoned, also on failure.
  ///
  /// - Throws: what is still there after the time limit, with the budget that holds it; `refused`, before anything is
  ///   changed, for pods without a controller. Such pods that came while the node was being cordoned are evicted as well.
  package func run(
    _ node: String, _ options: Options = Options(), clock: some Clock<Duration> = ContinuousClock()
  ) async throws(HearthError) {
    let looks = clock.looks(every: .milliseconds(700), for: options.timeout)
    if !options.force { try refuseUnmanaged(node, try await look(node)) }
    try await cordon(node)
    do throws(HearthError) {
      try await empty(node, options, looks)
    } catch {
      guard error.code == .cancelled else { throw error }
      throw HearthError(
        .cancelled, "stopped while draining; \(node) stays cordoned and takes no new pods",
        subject: Subject(host: node, step: "drain"),
        hint: "run the command again, or let it take pods again: `hearth node uncordon \(node)`")
    }
  }

  private func empty(_ node: String, _ options: Options, _ looks: Looks) async throws(HearthError) {
    var told = ""
    var decision = DrainDecision(pods: [], budgets: [])
    for await _ in looks {
      decision = try await look(node)
      if decision.isDone {
        events.emit(.condition(name: "drained", host: node, state: .met, detail: "no pods left to evict"))
        return
      }
      if told != decision.summary {
        told = decision.summary
        events.emit(.condition(name: "drained", host: node, state: .waiting, detail: told))
      }
      if !decision.evict.isEmpty { try await evict(decision.evict) }
    }
    if Task.isCancelled { throw HearthError(.cancelled, "stopped") }
    throw Self.timedOut(node, decision, options)
  }

  private func look(_ node: String) async throws(HearthError) -> DrainDecision {
    let pods = try await admin.objects(
      of: DrainObjects.Pod.self, ["get", "pods", "-A", "--field-selector", "spec.nodeName=\(node)"])
    let budgets = try await admin.objects(of: DrainObjects.Budget.self, ["get", "poddisruptionbudgets", "-A"])
    return DrainDecision(pods: pods, budgets: budgets)
  }

  private func refuseUnmanaged(_ node: String, _ decision: DrainDecision) throws(HearthError) {
    guard !decision.unmanaged.isEmpty else { return }
    throw HearthError(
      .refused, "pods without a controller would be lost: \(decision.unmanaged.joined(separator: ", "))",
      subject: Subject(host: node, step: "drain"), hint: "delete them, or give --force to delete them")
  }

  /// Asks for a few at a time: each is a kubectl, and a small board has no memory for a hundred of them. A refusal by a
  /// budget is not a failure: the next round asks again.
  private func evict(_ pods: [DrainObjects.Pod]) async throws(HearthError) {
    // Both are taken by every version that has the first; old ones know only the second.
    let version = release.minor >= 22 ? "policy/v1" : "policy/v1beta1"
    let commands = pods.enumerated().map { index, pod in
      let (namespace, name) = (pod.metadata.namespace ?? "default", pod.metadata.name)
      let body: JSONValue = [
        "apiVersion": .string(version), "kind": "Eviction",
        "metadata": ["name": .string(name), "namespace": .string(namespace)],
      ]
      let path = "/api/v1/namespaces/\(namespace)/pods/\(name)/eviction"
      return "printf '%s' \(body.line.shellQuoted) | kube create --raw \(path.shellQuoted) -f - "
        + ">/dev/null 2>\"$folder/\(index)\" &" + (index % 4 == 3 ? "\nwait" : "")
    }
    let program = """
      kube() { \(Kubectl.admin.shellWords) "$@"; }
      folder=$(mktemp -d) || exit 1
      \(commands.joined(separator: "\n"))
      wait
      cat "$folder"/* | grep -v -e TooManyRequests -e NotFound -e 'not found' -e 'disruption budget' >&2
      rm -rf "$folder"
      """
    let result = try await admin.script(program, timeout: .seconds(60 + 2 * pods.count))
    let lines = result.errorText.filledLines
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
