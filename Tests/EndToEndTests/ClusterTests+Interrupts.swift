import Foundation
import TestSupport
import Testing

/// Ctrl-C and SIGTERM on a living rack: what runs is ended well, and everything goes on afterwards.
extension ClusterTests {
  /// A command, where it is interrupted, and by which signal.
  struct Interrupt: Sendable, CustomTestStringConvertible {
    var command: [String]
    /// Part of a line of its JSON output.
    var mark: String
    var signal: Int32
    var testDescription: String { "\(command.joined(separator: " ")) by signal \(signal)" }
  }

  static let interrupts = [
    Interrupt(command: ["smoke"], mark: #""event":"condition""#, signal: SIGINT),
    Interrupt(command: ["smoke"], mark: #""event":"run-started""#, signal: SIGTERM),
    Interrupt(command: ["node", "drain", "pi4"], mark: #""name":"drained""#, signal: SIGTERM),
    Interrupt(command: ["node", "remove", "pi4", "--yes"], mark: #""name":"drained""#, signal: SIGINT),
    Interrupt(command: ["up", "--yes"], mark: #""event":"step-started""#, signal: SIGINT),
    Interrupt(command: ["backup"], mark: #""event":"step-started""#, signal: SIGINT),
    Interrupt(command: ["certs", "renew"], mark: #""event":"step-started""#, signal: SIGTERM),
  ]

  @Test(
    "a first signal ends a command well, with words on how to go on, and holds no host afterwards",
    arguments: interrupts)
  func interrupted(_ interrupt: Interrupt) throws {
    // A pod that may not be evicted keeps a drain waiting; a changed setting gives `up` something to do.
    try holdPod(on: "pi4")
    try rack.inside("pi2", "sysctl", "-qw", "vm.overcommit_memory=0")
    defer {
      _ = try? rack.kubectl("delete", "deployment/held", "pdb/held", "--ignore-not-found", "--wait=false")
      _ = try? hearth.run("node", "uncordon", "pi4")
      _ = try? hearth.run("up", "--yes", "--skip-smoke")
    }
    let run = try hearth.start(interrupt.command + ["--output", "json"])
    while run.process.isRunning, !run.output.contains(interrupt.mark) { usleep(20_000) }
    #expect(run.process.isRunning, "ended before it could be interrupted")
    run.process.signal(interrupt.signal)
    let result = run.end()
    let lines = try result.lines(EventLine.self)
    let summary = try #require(lines.last?.summary, "no summary: \(result.output) \(result.errors)")
    #expect([3, 4].contains(result.status), "status \(result.status): \(result.output)")
    #expect(["refused", "partly"].contains(summary.result))
    #expect(lines.compactMap(\.error).contains { $0.code == "cancelled" }, "\(result.output)")

    // No host is held: the next command need not wait for a lock to grow old.
    let next = try hearth.run("node", "uncordon", "pi4", "--output", "json")
    #expect(next.status == 0, "\(next.output) \(next.errors)")
    let left = try rack.kubectl(
      "get", "namespaces", "-o", "jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}")
    #expect(!left.split(separator: " ").contains { $0.hasPrefix("hearth-smoke") && $0.hasSuffix("=Active") })
  }

  @Test("a second signal ends a command at once")
  func interruptedTwice() throws {
    try holdPod(on: "pi4")
    defer {
      _ = try? rack.kubectl("delete", "deployment/held", "pdb/held", "--ignore-not-found", "--wait=false")
      _ = try? hearth.run("node", "uncordon", "pi4")
    }
    let run = try hearth.start(["smoke", "--output", "json"])
    while run.process.isRunning, !run.output.contains(#""event":"condition""#) { usleep(20_000) }
    run.process.signal(SIGINT)
    run.process.signal(SIGTERM)
    let result = run.end()
    #expect(result.status == 3, "\(result.output)")
    // What the killed test left goes with the next one.
    #expect(try hearth.run("smoke", "--output", "json").failure == nil)
  }

  /// One pod on this node that its disruption budget does not let go.
  private func holdPod(on node: String) throws {
    let image = try rack.kubectl("get", "node", node, "-o", "jsonpath={.status.images[*].names[*]}")
      .split(separator: " ").map(String.init).first { $0.contains("smoke:") }
    let policy =
      try rack.kubectl("api-versions").split(separator: "\n").contains("policy/v1") ? "policy/v1" : "policy/v1beta1"
    let manifest = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: held, namespace: default}
      spec:
        replicas: 1
        selector: {matchLabels: {app: held}}
        template:
          metadata: {labels: {app: held}}
          spec:
            nodeName: \(node)
            terminationGracePeriodSeconds: 0
            containers:
              - {name: held, image: "\(try #require(image))", command: [/bin/sh, -c, "sleep 3600"]}
      ---
      apiVersion: \(policy)
      kind: PodDisruptionBudget
      metadata: {name: held, namespace: default}
      spec: {minAvailable: 1, selector: {matchLabels: {app: held}}}
      """
    try rack.inside("pi1", "sh", "-c", "cat >/tmp/held.yaml <<'END'\n\(manifest)\nEND")
    _ = try rack.kubectl("apply", "-f", "/tmp/held.yaml")
    _ = try rack.kubectl("rollout", "status", "deployment/held", "--timeout=60s")
  }
}
