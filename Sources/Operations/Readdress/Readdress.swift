import Artifacts
package import Bootstrap
package import Diagnostics
package import Inventory
import PKI
import Preflight
package import Provision

/// A rack, or some of its boards, answers at other addresses: the cluster follows. The port's rack has the new ones already.
package struct Readdress: RackOperation {
  package enum Step: Sendable, Equatable {
    /// Names lead to the new addresses, which etcd asks when its members meet.
    case prepare
    /// Members that have lost each other meet at their old addresses.
    case meet
    /// One member of etcd, and everything else on its host.
    case controlPlane(String)
    case part
    /// Whatever else has an address in it: routes, balancers, certificates, names.
    case rest
    /// The inventory, known host keys and kubeconfig follow.
    case follow
    /// The whole works.
    case prove
  }

  package struct Options {
    /// Is told in words what will happen, and sees the plan.
    var approve: (String, Plan) throws -> Void
    /// The files of this machine.
    var follow: () async throws -> Void
    /// nil proves nothing.
    var smoke: (() async throws -> Void)?

    package init(
      approve: @escaping (String, Plan) throws -> Void, follow: @escaping () async throws -> Void = {},
      smoke: (() async throws -> Void)? = nil
    ) {
      (self.approve, self.follow, self.smoke) = (approve, follow, smoke)
    }
  }

  package let port: any RackPort
  let moves: [NodeMove]
  let options: Options

  /// - Parameter moves: none for a run that only ends what another has begun.
  package init(_ port: any RackPort, _ moves: [NodeMove], _ options: Options) {
    (self.port, self.moves, self.options) = (port, moves, options)
  }

  var planes: [String] { port.rack.controlPlane.map(\.name) }

  /// - Parameter view: what etcd says of itself before anything is changed.
  package static func steps(_ view: ClusterView, rack: Rack, moves: [NodeMove]) -> [Step] {
    let moved = rack.controlPlane.filter { node in
      moves.contains { $0.node == node.name && $0.from != $0.to }
        || view.member(node.name).map { $0.peerURL != EtcdMember.peerURL(of: node.address.description) } ?? false
    }.map(\.name)
    guard !moved.isEmpty else { return [.rest, .follow, .prove] }
    return [.prepare] + (view.hasQuorum ? [] : [.meet]) + moved.map(Step.controlPlane) + [
      .part, .rest, .follow, .prove,
    ]
  }

  package func run() async throws {
    try await check()
    let view = await port.view()
    let steps = Self.steps(view, rack: port.rack, moves: moves)
    if steps.contains(.meet) { try refuseExchange() }
    let plan = try await port.plan(forChange: true, view: view)
    guard plan.failures.isEmpty else { throw Reported.failed }
    try await port.refuseTakenAddresses(plan)
    try options.approve(summary(steps), plan)
    try await port.holding(port.hosts) { try await take(all: steps) }
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .prepare: try await port.applyAll(try await outlook().phases { $0.name == HostPreparation.phaseName })
    case .meet: try await meet()
    case .controlPlane(let name): try await move(name)
    case .part:
      try await port.applyAll([try await outlook().planner.bootstrap.unbridge()])
    case .rest:
      let plan = try await port.plan(forChange: true)
      guard plan.failures.isEmpty else { throw Reported.failed }
      if plan.changeCount > 0 { try await port.apply(plan) }
      if await port.hasFailures { throw Reported.failed }
    case .follow: try await options.follow()
    case .prove: try await options.smoke?()
    }
  }

  private func summary(_ steps: [Step]) -> String {
    let list = moves.filter { $0.from != $0.to }.map(\.text)
    let lines = list.isEmpty ? ["every board is at its address; what is left of an earlier run is done"] : list
    let members = steps.compactMap { step in if case .controlPlane(let name) = step { name } else { nil } }
    guard !members.isEmpty else { return lines.joined(separator: "\n") }
    let meeting = steps.contains(.meet) ? "etcd's members meet at their old addresses first; then " : ""
    return (lines + ["\(meeting)etcd moves member by member: \(members.joined(separator: ", "))"]).joined(
      separator: "\n")
  }

  // MARK: Steps

  /// What is known at this moment, and what it would take.
  private struct Outlook {
    var view: ClusterView
    var planner: RackPlanner
    var authority: Authority
    var software: [Architecture: Software]
    var hosts: Set<String>

    func phases(_ isMeant: (Phase) -> Bool) throws(HearthErrors) -> [Phase] {
      try planner.phases(authority: authority, software: software, hosts: hosts).filter(isMeant)
    }
  }

  private func outlook() async throws -> Outlook {
    let view = await port.view()
    let planner = try RackPlanner(
      rack: port.rack, survey: port.survey, view: view, inventory: port.inventoryText)
    return Outlook(
      view: view, planner: planner, authority: try await port.authority(create: false),
      software: try await port.software(for: planner.architectures), hosts: Set(port.hosts))
  }

  private func meet() async throws {
    let own = moves.filter { planes.contains($0.node) && $0.from != $0.to }
    try await port.applyAll([try await outlook().planner.bootstrap.bridge(own)])
    port.events.emit(.condition(name: "etcd-meets", host: nil, state: .waiting, detail: "at the old addresses"))
    do {
      // A member that is behind is waited for, too: the next steps stop one after another.
      _ = try await port.clock.wait(.seconds(180), looks: 1) {
        let view = await port.view()
        return planes.allSatisfy { view.member($0)?.isHealthy == true }
      }
    } catch {
      throw HearthError(.cancelled, "stopped while etcd's members look for each other")
    }
    guard await port.view().hasQuorum else {
      throw HearthError(
        .timedOut, "etcd's members did not find each other within 180 s",
        hint: "see that every control plane reaches the others on port 2380",
        command: "sudo journalctl -u hearth-etcd -n 50 --no-pager")
    }
    port.events.emit(.condition(name: "etcd-meets", host: nil, state: .met, detail: ""))
  }

  private func move(_ name: String) async throws {
    let now = try await outlook()
    guard let node = port.rack.node(name), let member = now.view.member(name) else {
      throw HearthError(
        .refused, "etcd does not answer, or has no member \(name)", subject: Subject(host: name),
        hint: "bring its other members back first", command: "hearth status")
    }
    try await port.refuseThinQuorum(stopping: name)
    let url = EtcdMember.peerURL(of: node.address.description)
    if member.peerURL != url {
      let speaker = now.view.members.first { $0.isHealthy && planes.contains($0.name) }?.name ?? name
      try await port.applyAll([
        try now.planner.bootstrap.announceMove(
          of: member, to: url, from: speaker, authority: now.authority, software: now.software)
      ])
    }
    try await port.applyAll([
      try now.planner.bootstrap.readdress(name, authority: now.authority, software: now.software)
    ])
  }

  package func stopped(before step: Step) -> HearthError {
    HearthError(.cancelled, "stopped between two steps", hint: goOn)
  }

  private var goOn: String { "run the same `hearth readdress` again: it goes on from there" }

  package func explained(_ error: HearthError, at step: Step) -> HearthError {
    guard step != .prove, error.hint?.contains(goOn) != true else { return error }
    var error = error
    error.hint = error.hint.map { "\($0); \(goOn)" } ?? goOn
    return error
  }

  package func failed(_ step: Step) -> HearthError? {
    if step == .prove { return nil }
    return isStopping ? stopped(before: step) : HearthError(.cluster, "the move is not complete; see above")
  }
}
