package import Bootstrap
package import Diagnostics
package import Inventory
import Provision
import SSH

/// Debian's own updates, node by node, while the rack serves.
package struct SystemUpdates: RackOperation {
  /// One node's turn.
  package struct Step: Sendable, Equatable {
    package var node: Node
    var offers: SystemOffers
  }

  package let port: any RackPort
  let options: UpgradeOptions

  package init(_ port: any RackPort, _ options: UpgradeOptions) {
    self.port = port
    self.options = options
  }

  /// Workers first: what goes wrong there costs least.
  ///
  /// - Parameter view: host name to what apt offers there.
  package static func steps(_ rack: Rack, _ view: [String: SystemOffers]) -> [Step] {
    (rack.nodes.filter { !$0.roles.contains(.controlPlane) } + rack.controlPlane)
      .map { Step(node: $0, offers: view[$0.name] ?? SystemOffers()) }
  }

  package func run() async throws {
    guard await !port.hasFailures else {
      throw HearthError(
        .refused, "not every host answers: updates begin only when all do",
        hint: "bring them back, or take them out with `hearth node remove`")
    }
    let offers = try await offers()
    let whole = await port.plan([try Self.phase(port.rack.nodes, offers)], forChange: false)
    guard whole.failures.isEmpty else { throw Reported.failed }
    let begun = try await turn.begun()
    guard whole.changeCount > 0 || !begun.isEmpty else {
      return port.note("Nothing to update: apt offers nothing newer, and no host needs a restart")
    }
    try options.approve(
      whole.text
        + "\nOne node at a time, workers first: drained, updated, restarted where something asks for it, waited for.")
    try await port.holding(port.hosts) { try await take(all: Self.steps(port.rack, offers)) }
  }

  /// Asks every host what apt offers.
  private func offers() async throws -> [String: SystemOffers] {
    port.note("Reading package lists on \(port.rack.nodes.count) hosts")
    let answers = await Fleet(shells: port.shells, failures: [:])
      .run(try SystemOffers.program, timeout: .seconds(360))
    var offers: [String: SystemOffers] = [:]
    var errors: [HearthError] = []
    for node in port.rack.nodes {
      guard let answer = answers[node.name] else { continue }
      let own = SystemOffers(output: try answer.get().outputText)
      offers[node.name] = own
      if let reason = own.staleness {
        let text = "package lists could not be read, so the old ones count: \(reason)"
        port.note(text, .warning, host: node.name)
      }
      if let failure = own.failure {
        errors.append(
          HearthError(
            .remoteCommand, "apt cannot plan an upgrade: \(failure)", subject: Subject(host: node.name),
            hint: "put it right on the host first", command: "apt-get -s upgrade --with-new-pkgs"))
      }
    }
    guard errors.isEmpty else { throw HearthErrors(errors) }
    return offers
  }

  private static func phase(_ nodes: [Node], _ offers: [String: SystemOffers]) throws(HearthError) -> Phase {
    var resources: [String: [Resource]] = [:]
    for node in nodes { resources[node.name] = try parts(offers[node.name] ?? SystemOffers()).flatMap(\.self) }
    return Phase("system", title: "Debian's updates", resources: resources)
  }

  /// Packages, the board's firmware, and a restart: whether one is due shows only once the others are there.
  private static func parts(_ offers: SystemOffers) throws(HearthError) -> [[Resource]] {
    [[offers.resource].compactMap(\.self), [SystemUpgrade.eeprom()], [try SystemUpgrade.restart()]]
  }

  private var turn: NodeTurn {
    NodeTurn(port: port, mark: "hearth/system-upgrade", value: "true", goesOn: "the updates go on")
  }

  package func take(_ step: Step) async throws {
    let name = step.node.name
    let due = await port.plan([try Self.phase([step.node], [name: step.offers])], forChange: true)
    if let failure = due.failures[name] { throw failure.at(Subject(host: name)) }
    let begun = try await turn.begun().contains(name)
    guard due.changeCount > 0 || begun else { return }
    if due.changeCount > 0 {
      if step.node.roles.contains(.controlPlane) { try await port.refuseThinQuorum(stopping: name) }
      let emptied = try await turn.empty([name], options.drain)
      try await turn.change(emptied) { try await update(step) }
    }
    try await waitUntilReady(name)
    if try await turn.begun().contains(name) { try await turn.giveBack(name) }
    try await options.gate?.pass(after: name, events: port.events)
  }

  private func update(_ step: Step) async throws {
    let name = step.node.name
    for (index, part) in try Self.parts(step.offers).enumerated() where !part.isEmpty {
      let phase = Phase("system-\(name)-\(index)", title: "Updates of \(name)", resources: [name: part])
      let plan = await port.plan([phase], forChange: true)
      if let failure = plan.failures[name] { throw failure.at(Subject(host: name)) }
      guard plan.changeCount > 0 else { continue }
      try await port.apply(plan)
      if await port.hasFailures { throw Reported.failed }
    }
  }

  private func waitUntilReady(_ node: String) async throws(HearthError) {
    var told = false
    let isReady: Bool
    do {
      isReady = try await port.clock.wait(.seconds(300)) {
        let isReady = (try? await port.admin().nodeState(node))?.isReady == true
        if !told {
          told = true
          port.events.emit(.condition(name: "node-ready", host: node, state: .waiting, detail: "not Ready yet"))
        }
        return isReady
      }
    } catch {
      throw HearthError(.cancelled, "stopped while waiting for \(node)")
    }
    guard isReady else {
      throw HearthError(
        .timedOut, "the node is not Ready 300 s after its updates", subject: Subject(host: node),
        command: "sudo journalctl -u kubelet -u containerd -n 50 --no-pager")
    }
    port.events.emit(.condition(name: "node-ready", host: node, state: .met, detail: "after its updates"))
  }

  package func stopped(before step: Step) -> HearthError {
    HearthError(.cancelled, "stopped between two nodes; `hearth upgrade --system` goes on")
  }

  package func failed(_ step: Step) -> HearthError? {
    HearthError(.cluster, "the updates of \(step.node.name) failed; see above")
  }

  package func explained(_ error: HearthError, at step: Step) -> HearthError {
    var error = error
    let way =
      "the updates stopped at \(step.node.name); no node after it was touched. Go on with `hearth upgrade --system`"
    error.hint = error.hint.map { "\($0); \(way)" } ?? way
    return error
  }
}
