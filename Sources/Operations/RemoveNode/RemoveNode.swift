package import Bootstrap
package import Diagnostics
import Inventory
package import Provision
import SSH

/// A node leaves the cluster, dead or alive: drained, out of etcd and the API, its host cleaned if it lives.
package struct RemoveNode: RackOperation {
  package struct Options {
    var drain: Drain.Options
    /// What ran under this name does not exist any more, even if a host answers.
    var systemIsGone: Bool
    /// False where another host takes the name.
    var forget: Bool
    /// Volumes that lie on this node alone may go with it.
    var loseVolumes: Bool
    /// Sees the plan before anything happens.
    var approve: (Plan) throws -> Void

    package init(
      drain: Drain.Options = .init(), systemIsGone: Bool = false, forget: Bool = true,
      loseVolumes: Bool = false, approve: @escaping (Plan) throws -> Void
    ) {
      self.drain = drain
      self.systemIsGone = systemIsGone
      self.forget = forget
      self.loseVolumes = loseVolumes
      self.approve = approve
    }
  }

  package enum Step: Sendable {
    /// Moves its pods; the node stays cordoned.
    case drain(ClusterView)
    /// From what the others know of it to its host.
    case leave(Plan, isDrained: Bool)
  }

  /// What is known of the node before anything is changed.
  package struct View: Sendable {
    var cluster: ClusterView
    /// The host, or at least its system, does not exist any more: pods that the cluster counts there are let go at once.
    var isGone: Bool
    /// Of the host, if it is to be cleaned.
    var manifest: Manifest?
  }

  package let port: any RackPort
  let name: String
  let options: Options

  package init(_ port: any RackPort, _ name: String, _ options: Options) {
    self.port = port
    self.name = name
    self.options = options
  }

  /// The pods of a node that is gone cannot be asked to end.
  package static func steps(of name: String, _ view: View, _ plan: Plan) -> [Step] {
    view.isGone || view.cluster.node(name) == nil
      ? [.leave(plan, isDrained: false)] : [.drain(view.cluster), .leave(plan, isDrained: true)]
  }

  package func run() async throws {
    let cluster = await port.view()
    let objections = RemovalRules.objections(to: name, rack: port.rack, view: cluster)
    guard objections.isEmpty else { throw HearthErrors(objections) }
    try await port.refuseLostVolumes(of: name, cluster, isAccepted: options.loseVolumes)
    let work = try await port.work(cluster)
    let view = try await look(cluster)
    let phases = try work.departure(
      of: name, isGone: view.isGone, manifest: view.manifest, forget: options.forget)
    try await port.holding(Set(phases.flatMap(\.resources.keys)).sorted()) {
      let plan = await port.plan(phases, forChange: true)
      // An earlier run that was cut off may have done all of it.
      if plan.changeCount > 0 { try options.approve(plan) }
      try await take(all: Self.steps(of: name, view, plan))
    }
  }

  /// Whether the host is there, and says so where it is not.
  private func look(_ cluster: ClusterView) async throws -> View {
    let systemIsGone = options.systemIsGone || hasNewSystem(cluster)
    let shell = systemIsGone ? nil : port.shells[name]
    let manifest: Manifest? = if let shell { try await Manifest.read(from: shell) } else { nil }
    var isGone = systemIsGone || (shell == nil && cluster.node(name)?.isReady != true)
    if shell == nil, !isGone {
      port.note("cannot be logged in to; looking whether it still works", host: name)
      // A kubelet renews once a heartbeat.
      let patience = Duration.seconds(max(25, 3 * port.rack.cluster.failover.heartbeatSeconds))
      isGone = try await !LeaseProbe(admin: try port.admin(cluster))
        .isRenewing(name, within: patience, clock: port.clock)
    }
    if shell == nil, !systemIsGone {
      port.note(
        isGone
          ? "\(name) does not answer: it is taken out of the cluster without being cleaned; clean it before it joins again "
            + "(`hearth reset --limit \(name.shellQuoted)`)"
          : "\(name) works, but cannot be logged in to: it is drained, but not cleaned; switch it off afterwards",
        .warning)
    }
    return View(cluster: cluster, isGone: isGone, manifest: manifest)
  }

  /// A host answers under this name, and it is not the system that joined.
  private func hasNewSystem(_ view: ClusterView) -> Bool {
    guard let facts = port.survey.facts[name], facts.nodeRecord == nil, let known = view.node(name),
      !known.machineID.isEmpty, known.machineID != facts.machineID
    else { return false }
    port.note("was reinstalled: what the cluster knows under this name is gone", host: name)
    return true
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .drain(let cluster):
      try await Drain(admin: try port.admin(cluster), release: try port.release, events: port.events)
        .run(name, options.drain, clock: port.clock)
    case .leave(let plan, _):
      // A host that was away from the beginning hears of it by the next `up`; one that failed now may matter.
      let present = plan.desired.flatMap(\.resources.keys).filter { port.shells[$0] != nil }
      try await port.apply(plan)
      guard await !port.hasFailures(on: present) else {
        throw HearthError(
          .cluster, "\(name) is not out of the cluster yet",
          hint: "put right what is named above, then run the command again: it goes on from there")
      }
    }
  }

  package func stopped(before step: Step) -> HearthError {
    var error = port.stopped
    if case .leave(_, isDrained: true) = step {
      error.message += "; \(name) takes no new pods: `hearth node uncordon \(name.shellQuoted)` lets them in again"
    }
    return error
  }
}
