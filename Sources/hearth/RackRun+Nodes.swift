import Artifacts
import Bootstrap
import Diagnostics
import Inventory
import Provision

/// Work on single nodes of a living rack.
extension RackRun {
  var release: KubernetesRelease {
    get throws(HearthError) {
      guard let release = KubernetesRelease.of(rack.cluster.kubernetes) else {
        throw HearthError(
          .inventory, "Kubernetes \(rack.cluster.kubernetes) is not supported",
          hint: "choose one of the minor versions \(KubernetesVersion.supportedList)")
      }
      return release
    }
  }

  /// kubectl and etcdctl; hosts whose API server is ready come first.
  func admin(_ view: ClusterView) throws(HearthError) -> ClusterAdmin {
    let names = rack.controlPlane.map(\.name)
    let ordered = names.filter(view.ready.contains) + names.filter { !view.ready.contains($0) }
    return ClusterAdmin(
      hosts: ordered.compactMap { engine.currentShells[$0] }, etcdctl: try release.paths.etcdctl)
  }

  func work(_ view: ClusterView) async throws -> NodeWork {
    let survey = session.survey
    let architectures = Set(survey.facts.values.compactMap(\.architecture))
    return NodeWork(
      rack: rack, survey: survey, view: view, release: try release, authority: try await authority(create: false),
      software: try await software(for: architectures), inventory: inventoryText)
  }

  /// Drains a node, takes it out of the cluster and cleans its host, if that lives.
  ///
  /// - Parameters:
  ///   - systemIsGone: what ran under this name does not exist any more, even if a host answers.
  ///   - forget: false where another host takes the name.
  ///   - approve: sees the plan before anything happens.
  func takeOut(
    _ name: String, drain options: Drain.Options, systemIsGone: Bool = false, forget: Bool,
    approve: (Plan) throws -> Void
  ) async throws {
    let view = await view()
    let objections = RemovalRules.objections(to: name, rack: rack, view: view)
    guard objections.isEmpty else { throw HearthErrors(objections) }
    let work = try await work(view)
    let systemIsGone = systemIsGone || hasNewSystem(name, view)
    let shell = systemIsGone ? nil : engine.currentShells[name]
    let manifest: Manifest? = if let shell { try await Manifest.read(from: shell) } else { nil }
    let known = view.node(name)
    var isGone = systemIsGone || (shell == nil && known?.isReady != true)
    if shell == nil, !isGone {
      events.emit(.note(level: .info, host: name, text: "cannot be logged in to; looking whether it still works"))
      // A kubelet renews once a heartbeat.
      let patience = Duration.seconds(max(25, 3 * rack.cluster.failover.heartbeatSeconds))
      isGone = try await !NodePulse(admin: try admin(view)).beats(name, within: patience)
    }
    if shell == nil, !systemIsGone {
      let text =
        isGone
        ? "\(name) does not answer: it is taken out of the cluster without being cleaned; clean it before it joins again "
          + "(`hearth reset --limit \(name)`)"
        : "\(name) works, but cannot be logged in to: it is drained, but not cleaned; switch it off afterwards"
      events.emit(.note(level: .warning, host: nil, text: text))
    }
    let phases = try work.departure(of: name, isGone: isGone, manifest: manifest, forget: forget)
    try await holding(phases) { run in
      let plan = await run.plan(phases, forChange: true)
      // An earlier run that was cut off may have done all of it.
      if plan.changeCount > 0 { try approve(plan) }
      if !isGone, known != nil {
        try await Drain(admin: try run.admin(view), release: work.release, events: run.events).run(name, options)
      }
      // A host that was away from the beginning hears of it by the next `up`; one that failed now may matter.
      let present = phases.flatMap(\.resources.keys).filter { run.engine.currentShells[$0] != nil }
      try await run.apply(plan)
      guard await !run.outcome.hasFailures(on: present) else {
        throw HearthError(
          .cluster, "\(name) is not out of the cluster yet",
          hint: "put right what is named above, then run the command again: it goes on from there")
      }
    }
  }

  /// A host answers under this name, and it is not the system that joined.
  private func hasNewSystem(_ name: String, _ view: ClusterView) -> Bool {
    guard let facts = session.survey.facts[name], facts.nodeRecord == nil, let known = view.node(name),
      !known.machineID.isEmpty, known.machineID != facts.machineID
    else { return false }
    events.emit(
      .note(level: .info, host: name, text: "was installed anew: what the cluster knows under this name is gone"))
    return true
  }

  /// Brings a host into the cluster; of the others, only what they keep about it changes.
  func bringIn(_ name: String, approve: (Plan) throws -> Void) async throws {
    let phases = try await work(await view()).addition(of: name)
    try await holding(phases) { run in
      let plan = await run.plan(phases, forChange: true)
      guard plan.changeCount > 0 else { return }
      try approve(plan)
      try await run.apply(plan)
    }
  }

  /// Whether the host may become this node, while nothing has been done to it, nor to the node whose place it takes.
  func checkNewcomer(_ name: String, view: ClusterView, isCleaned: Bool = false) async throws {
    try await refuseUnevenVersions(besides: name)
    guard rack.node(name)?.roles.contains(.controlPlane) == true else { return }
    try await checkJoins(of: [name], view: view, areCleaned: isCleaned)
  }

  /// The new node, a neighbour and a control plane are enough to prove that it serves; the time does not grow with the
  /// rack.
  func smoke(around name: String) async throws {
    guard await !hasFailures else { return }
    let lead = rack.controlPlane.first { $0.name != name && engine.currentShells[$0.name] != nil }
    let neighbour = rack.nodes.first {
      $0.name != name && $0.name != lead?.name && engine.currentShells[$0.name] != nil
    }
    var part = rack
    part.nodes = rack.nodes.filter { [name, lead?.name, neighbour?.name].contains($0.name) }
    try await smoke(part)
  }

  private func holding(_ phases: [Phase], _ work: (RackRun) async throws -> Void) async throws {
    try await holding(Set(phases.flatMap(\.resources.keys)).sorted()) { try await work(self) }
  }

  /// Nobody else changes these hosts meanwhile: another operator is told who holds them.
  func holding(_ hosts: [String], _ work: () async throws -> Void) async throws {
    var failure: (any Error)?
    try await engine.holding(hosts) { () async throws(HearthErrors) in
      do {
        try await work()
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
