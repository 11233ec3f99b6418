package import Bootstrap
package import Diagnostics
package import Inventory
package import Provision

/// The rack becomes what the inventory says, and proves that it works.
package struct Up: RackOperation {
  package struct Options {
    /// What a person approved before: this is done only if it is still exactly what would happen.
    var saved: SavedPlan?
    /// Sees the plan before anything happens, where none was saved.
    var approve: (Plan) throws -> Void
    /// Is asked about nodes that the inventory does not name; true leaves them in the cluster for now.
    var leave: (OrphanedNodes) throws -> Bool
    /// What the last run should have proved is still unproven.
    var isUnproven: () throws -> Bool
    /// nil leaves the person's own file alone.
    var mergeKubeconfig: (() async throws -> Void)?
    /// nil proves nothing.
    var smoke: (() async throws -> Void)?

    package init(
      saved: SavedPlan? = nil, approve: @escaping (Plan) throws -> Void,
      leave: @escaping (OrphanedNodes) throws -> Bool = { _ in false },
      isUnproven: @escaping () throws -> Bool = { false },
      mergeKubeconfig: (() async throws -> Void)? = nil, smoke: (() async throws -> Void)? = nil
    ) {
      self.saved = saved
      self.approve = approve
      self.leave = leave
      self.isUnproven = isUnproven
      self.mergeKubeconfig = mergeKubeconfig
      self.smoke = smoke
    }
  }

  package enum Step: Sendable {
    case apply(Plan)
    /// A restore that was begun and not finished is over where every host did its part.
    case forgetRestore
    case mergeKubeconfig
    case smoke
  }

  package let port: any RackPort
  let options: Options

  package init(_ port: any RackPort, _ options: Options) {
    self.port = port
    self.options = options
  }

  /// A rack on which nothing changed proves nothing again, unless that is still due.
  package static func steps(_ plan: Plan, isUnproven: Bool) -> [Step] {
    let apply: [Step] = plan.changeCount > 0 ? [.apply(plan)] : []
    return apply + [.forgetRestore] + (plan.changeCount > 0 || isUnproven ? [.mergeKubeconfig, .smoke] : [])
  }

  package func run() async throws {
    if RestoreRecord(port).isUnfinished {
      port.note(
        "a restore was begun and not finished: if this `up` fails, run the same `hearth restore` again", .warning)
    }
    let view = await port.view()
    let orphans = OrphanedNodes(port.rack, view)
    if !orphans.isEmpty, try !options.leave(orphans) { throw HearthErrors([orphans.refusal]) }
    let plan = try await port.plan(forChange: true, view: view)
    try await port.refuseUpgrade(plan)
    if plan.changeCount > 0 {
      try await port.refuseUnreachablePorts()
      try await port.refuseTakenAddresses(plan)
    }
    if let saved = options.saved {
      // What was approved may have been done already; then there is nothing to compare.
      if plan.changeCount > 0 || !plan.failures.isEmpty { try plan.matches(saved) }
    } else if plan.changeCount > 0 {
      try options.approve(plan)
    }
    try await take(all: Self.steps(plan, isUnproven: try plan.changeCount > 0 || options.isUnproven()))
  }

  package func take(_ step: Step) async throws {
    switch step {
    // Failures of hosts are told as they happen; the others come to their end.
    case .apply(let plan): try await port.apply(plan)
    case .forgetRestore: if await port.isWhole { RestoreRecord(port).forget() }
    case .mergeKubeconfig:
      if let merge = options.mergeKubeconfig, await port.controlPlaneServes { try await merge() }
    case .smoke:
      guard let smoke = options.smoke else { return }
      guard await port.isWhole else {
        return port.note("No smoke test: it needs all hosts (`hearth smoke` runs it by itself)")
      }
      try await smoke()
    }
  }
}

/// Nodes that the cluster has and the inventory does not: their lines were taken away, but not they.
package struct OrphanedNodes: Sendable, Equatable {
  package var names: [String]

  package init(names: [String]) { self.names = names }

  package init(_ rack: Rack, _ view: ClusterView) {
    names = RemovalRules.strangers(rack: rack, view: view)
  }

  package var isEmpty: Bool { names.isEmpty }

  package var text: String {
    names.count == 1
      ? "\(names[0]) is part of the cluster and not of the inventory"
      : "\(names.joined(separator: ", ")) are part of the cluster and not of the inventory"
  }

  /// Nothing happens to the rack before it is settled.
  package var refusal: HearthError {
    HearthError(
      .refused, text,
      hint: "take it out of the cluster, its pods moved and its host cleaned, with the command below; "
        + "or put its line back into the inventory",
      command: names.map { "hearth node remove \($0.shellQuoted)" }.joined(separator: "\n"))
  }
}
