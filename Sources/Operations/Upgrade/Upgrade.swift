import Artifacts
package import Bootstrap
package import Diagnostics
package import Inventory
import PKI
package import Provision
import SSH

/// How an upgrade is done.
package struct UpgradeOptions {
  /// Workers together.
  package var atOnce: Int
  package var drain: Drain.Options
  package var allowRemovedAPIs: Bool
  /// The user's own check after each node.
  package var gate: UserGate?
  package var approve: (String) throws(HearthError) -> Void

  package init(
    atOnce: Int = 1, drain: Drain.Options = .init(), allowRemovedAPIs: Bool = false, gate: UserGate? = nil,
    approve: @escaping (String) throws(HearthError) -> Void
  ) {
    self.atOnce = atOnce
    self.drain = drain
    self.allowRemovedAPIs = allowRemovedAPIs
    self.gate = gate
    self.approve = approve
  }
}

/// A living cluster goes to the versions that the inventory names: etcd member by member, API servers, controllers, then
/// the nodes, drained.
package struct Upgrade: RackOperation {
  /// Some hosts, one after another with the next; at last what belongs to the new version besides programs: objects,
  /// images, programs that nobody runs by name.
  package enum Step: Sendable {
    case part(UpgradeStep)
    case rest([Phase])

    var phases: [Phase] {
      switch self {
      case .part(let step): [step.phase]
      case .rest(let phases): phases
      }
    }
  }

  /// What is known before anything is changed.
  package struct View: Sendable {
    var versions: VersionSkew
    var packages: [PackageOffer]
    var planner: RackPlanner
    var software: [Architecture: Software]
    var authority: Authority
    /// Nodes that an earlier run has emptied and not given back.
    var begun: Set<String>

    var from: String { versions.servers.values.min()?.description ?? "unknown" }
  }

  package let port: any RackPort
  let options: UpgradeOptions
  /// The version of now, for the way back.
  private(set) var from = "unknown"

  package init(_ port: any RackPort, _ options: UpgradeOptions) {
    self.port = port
    self.options = options
  }

  private var target: KubernetesVersion { port.rack.cluster.kubernetes }

  package func steps(_ view: View) throws -> [Step] {
    try view.planner.bootstrap
      .upgradeSteps(
        authority: view.authority, software: view.software, packages: view.packages, atOnce: options.atOnce
      ).map(Step.part)
      + [
        .rest(
          try view.planner.phases(authority: view.authority, software: view.software, hosts: Set(port.hosts)))
      ]
  }

  package func run() async throws {
    let view = try await look()
    let steps = try steps(view)
    var whole = await port.plan(steps.dropLast().flatMap(\.phases), forChange: false)
    if whole.changeCount == 0, view.begun.isEmpty {
      // May be left from an upgrade that was ended.
      whole = await port.plan(steps.suffix(1).flatMap(\.phases), forChange: false)
      if whole.changeCount == 0, whole.failures.isEmpty {
        return port.note("Nothing to upgrade: every host runs \(target), and apt offers nothing newer")
      }
    }
    guard whole.failures.isEmpty else { throw Reported.failed }
    try options.approve(whole.text + "\n" + summary(view, steps: steps.count - 1))
    var upgrade = self
    upgrade.from = view.from
    try await port.holding(port.hosts) { [upgrade] in try await upgrade.take(all: steps) }
  }

  /// - Throws: every reason why the cluster may not go to the inventory's version from here.
  private func look() async throws -> View {
    let versions = try await port.versions()
    var objections = versions.objections(to: target)
    if let oldest = versions.oldestServer, !options.allowRemovedAPIs {
      objections += RemovedAPI.objections(from: oldest, to: target, metrics: try await metrics())
    }
    guard objections.isEmpty else { throw HearthErrors(objections) }
    guard await !port.hasFailures else {
      throw HearthError(
        .refused, "not every host answers: an upgrade begins only when all do",
        hint: "bring them back, or take them out with `hearth node remove`")
    }
    let packages = try await port.packageOffers()
    let planner = try RackPlanner(
      rack: port.rack, survey: port.survey, view: await port.view(), inventory: port.inventoryText)
    return View(
      versions: versions, packages: packages, planner: planner,
      software: try await port.software(for: planner.architectures),
      authority: try await port.authority(create: false), begun: try await turn.begun())
  }

  private func metrics() async throws(HearthError) -> [String: Result<String, HearthError>] {
    var metrics: [String: Result<String, HearthError>] = [:]
    for node in port.rack.controlPlane {
      let one = ClusterAdmin(
        hosts: port.shells[node.name].map { [$0] } ?? [], etcdctl: try port.release.paths.etcdctl)
      do throws(HearthError) {
        metrics[node.name] = .success(try await one.metrics())
      } catch {
        metrics[node.name] = .failure(error)
      }
    }
    return metrics
  }

  private func summary(_ view: View, steps: Int) -> String {
    let versions =
      ["Kubernetes \(view.from == target.description ? view.from : "\(view.from) → \(target)")"]
      + PackageOffer.summary(view.packages, of: port.rack.nodes.map(\.name))
    return versions.joined(separator: "\n")
      + "\nin \(steps) steps: etcd, API servers, controllers, then \(port.rack.nodes.count) nodes, drained"
  }

  private var turn: NodeTurn {
    NodeTurn(port: port, mark: "hearth/upgrade", value: target.description, goesOn: "the upgrade goes on")
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .part(let part): try await take(part)
    case .rest(let phases): try await port.applyAll(phases)
    }
  }

  private func take(_ step: UpgradeStep) async throws {
    let plan = await port.plan([step.phase], forChange: true)
    if let failure = plan.failures.first { throw failure.value.at(Subject(host: failure.key)) }
    if plan.changeCount > 0, step.stopsEtcd {
      for host in step.phase.resources.keys.sorted() { try await port.refuseThinQuorum(stopping: host) }
    }
    let begun = try await turn.begun()
    guard plan.changeCount > 0 || step.drained.contains(where: begun.contains) else { return }
    let due = step.drained.filter { node in plan.phases.contains { $0.hosts[node] != nil } }
    let emptied = try await turn.empty(due, options.drain)
    if plan.changeCount > 0 {
      try await turn.change(emptied) { try await port.apply(plan) }
      if await port.hasFailures { throw Reported.failed }
    }
    for node in step.drained {
      try await waitForKubelet(node)
      guard try await turn.begun().contains(node) else { continue }
      try await turn.giveBack(node)
      try await options.gate?.pass(after: node, events: port.events)
    }
  }

  private func waitForKubelet(_ node: String) async throws(HearthError) {
    var told = ""
    let isBack: Bool
    do {
      isBack = try await port.clock.wait(.seconds(240)) {
        let state = try? await port.admin().nodeState(node)
        let seen = state.map { "\($0.kubeletVersion?.description ?? "no version"), Ready=\($0.isReady)" } ?? ""
        if seen != told {
          told = seen
          port.events.emit(
            .condition(name: "node-upgraded", host: node, state: .waiting, detail: seen.isEmpty ? "no answer" : seen))
        }
        return state?.kubeletVersion == target && state?.isReady == true
      }
    } catch {
      throw HearthError(
        .cancelled, "stopped while waiting for \(node), which stays cordoned until the upgrade goes on")
    }
    guard isBack else {
      throw HearthError(
        .timedOut, "the node did not come back as \(target) within 240 s: \(told.isEmpty ? "no answer" : told)",
        subject: Subject(host: node), command: "sudo journalctl -u kubelet -u containerd -n 50 --no-pager")
    }
    port.events.emit(.condition(name: "node-upgraded", host: node, state: .met, detail: "\(target)"))
  }

  package func stopped(before step: Step) -> HearthError {
    HearthError(.cancelled, "stopped between two steps; `hearth upgrade` goes on")
  }

  package func failed(_ step: Step) -> HearthError? {
    guard case .part(let part) = step else { return nil }
    return HearthError(.cluster, "\(part.phase.title) failed; see above")
  }

  /// Every failure of an upgrade says how to go on and how to go back.
  package func explained(_ error: HearthError, at step: Step) -> HearthError {
    guard case .part(let part) = step else { return error }
    var error = error
    var way = "the upgrade stopped at “\(part.phase.title)”; nothing after it was begun. Go on with `hearth upgrade`"
    if from != target.description {
      way += "; to go back set `kubernetes: \(from)` in the inventory and run `hearth upgrade`"
    }
    error.hint = error.hint.map { "\($0); \(way)" } ?? way
    return error
  }
}
