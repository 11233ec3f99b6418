import Artifacts
package import Bootstrap
package import Diagnostics
import Inventory
import PKI
import Provision
import SSH

/// One round over all hosts that brings them to other keys, one by one.
package struct KeyRound: RackOperation {
  package let port: any RackPort
  /// How to go on with the command.
  let goOn: String
  private let planner: RackPlanner
  private let software: [Architecture: Software]

  init(_ port: any RackPort, goOn: String) async throws {
    self.port = port
    self.goOn = goOn
    planner = try RackPlanner(
      rack: port.rack, survey: port.survey, view: await port.view(), inventory: port.inventoryText)
    software = try await port.software(for: planner.architectures)
  }

  func bring(_ authority: Authority) async throws {
    try await take(
      all: try planner.bootstrap.rotationSteps(
        authority: authority, software: software, holder: await addressHolder()))
  }

  package func take(_ step: RotationStep) async throws {
    let plan = await port.plan([step.phase], forChange: true)
    if let failure = plan.failures.first { throw failure.value.at(Subject(host: failure.key)) }
    guard plan.changeCount > 0 else { return }
    try await port.refuseThinQuorum(stopping: step.host)
    if let quiet = step.quiet { try await port.applyAll([quiet]) }
    try await port.applyAll([step.phase])
    try await waitUntilSteady(step.host)
  }

  /// A kubelet that was restarted first repeats what the cluster believed, then that it is not ready, then that it is.
  private func waitUntilSteady(_ node: String) async throws(HearthError) {
    let isSteady: Bool
    do {
      try await port.clock.sleep(for: .seconds(1))
      isSteady = try await port.clock.wait(.seconds(119)) {
        (try? await port.admin().nodeState(node))?.isReady == true
      }
    } catch {
      throw HearthError(.cancelled, "stopped between two steps", hint: goOn)
    }
    guard isSteady else {
      throw HearthError(
        .timedOut, "the node is not ready 120 s after its kubelet was restarted", subject: Subject(host: node),
        hint: "nothing was begun on the hosts after this one; repair it, then \(goOn)",
        command: "sudo journalctl -u kubelet -n 50 --no-pager")
    }
  }

  /// The control-plane host that has the rack's virtual address now.
  private func addressHolder() async -> String? {
    guard let address = port.rack.cluster.endpoint?.virtualAddress else { return nil }
    for node in port.rack.controlPlane {
      let found = try? await port.shells[node.name]?.run(
        "ip -4 -o address show to \(address.description.shellQuoted)")
      if found?.outputText.isEmpty == false { return node.name }
    }
    return nil
  }

  package func stopped(before step: RotationStep) -> HearthError {
    HearthError(.cancelled, "stopped between two steps", hint: goOn)
  }
}
