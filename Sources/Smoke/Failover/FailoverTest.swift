package import Diagnostics
import Foundation
package import Inventory
package import SSH

/// Cuts a worker off while it serves, and measures until another one does: a container and a WebAssembly program, each
/// behind a Service of its own. What it takes away comes back by itself.
package struct FailoverTest: Sendable {
  /// One kind of program.
  package struct Result: Sendable, Equatable, Codable {
    /// `container` or `wasm`.
    package var kind: String
    package var from: String
    /// nil when it was not served again.
    package var to: String?
    /// From the first failed request to the last.
    package var seconds: Double
    package var detail: String
  }

  let rack: Rack
  let shells: [String: any RootShell]
  let events: any EventSink
  let access: ClusterAccess

  package init(
    rack: Rack, shells: [String: any RootShell], events: any EventSink, access: ClusterAccess = .standard
  ) {
    self.rack = rack
    self.shells = shells
    self.events = events
    self.access = access
  }

  /// - Parameter victim: the node to cut off; nil means the last worker.
  /// - Throws: ``HearthError`` `refused` when the rack has no node that may go, `cluster` when the test cannot be set up.
  package func run(victim: String? = nil) async throws(HearthError) -> [Result] {
    let observation = await Observer(rack: rack, shells: shells, access: access).observe()
    guard let lead = rack.controlPlane.first(where: { observation.hosts[$0.name]?.api?.healthy == true }),
      let shell = shells[lead.name]
    else { throw HearthError(.cluster, "no API server answers, so nothing can be tested") }
    let plan = try plan(observation, victim: victim)
    guard let target = shells[plan.victim] else {
      throw HearthError(.unreachable, "not logged in", subject: Subject(host: plan.victim))
    }
    let outcome: Swift.Result<[Result], HearthError>
    do {
      outcome = .success(try await measure(plan, shell, target))
    } catch {
      outcome = .failure(error)
    }
    let clean = try TestPlan.cleanProgram([plan.namespace], access: access)
    _ = await Task { try? await shell.run(clean, timeout: .seconds(60)) }.value
    return try outcome.get()
  }

  private func plan(_ observation: Observation, victim: String?) throws(HearthError) -> FailoverPlan {
    let workers = rack.nodes.filter {
      !$0.roles.contains(.controlPlane) && observation.cluster?.node($0.name)?.isReady == true
    }
    guard let chosen = victim.map({ name in rack.nodes.first { $0.name == name } }) ?? workers.last else {
      throw HearthError(
        .refused, "no worker can be taken away: \(rack.nodes.count) nodes, \(workers.count) ready workers",
        hint: "A failover needs a worker beside the control plane.")
    }
    let others = rack.nodes.filter { $0.name != chosen.name && observation.cluster?.node($0.name)?.isReady == true }
    guard !others.isEmpty, chosen.roles != [.controlPlane],
      rack.controlPlane.count > 1 || !chosen.roles.contains(.controlPlane)
    else {
      throw HearthError(
        .refused, "\(chosen.name) cannot be taken away: the cluster would have no one to notice or to go on",
        hint: "Name a worker with --victim.")
    }
    guard let host = observation.hosts[chosen.name], let node = observation.cluster?.node(chosen.name),
      let image = host.testImage
    else {
      throw HearthError(.cluster, "\(chosen.name) does not say what it has", hint: "Run `hearth up` first.")
    }
    let web = host.webAssembly?.usableImages?.web
    let runsElsewhere = others.contains { observation.hosts[$0.name]?.webAssembly?.usableImages != nil }
    return FailoverPlan(
      access: access, namespace: "hearth-smoke-failover-\(UInt32.random(in: 0 ... .max))", victim: chosen.name,
      architecture: node.architecture, image: image, web: runsElsewhere ? web : nil, failover: rack.cluster.failover)
  }

  private func measure(
    _ plan: FailoverPlan, _ lead: any RootShell, _ target: any RootShell
  ) async throws(HearthError) -> [Result] {
    let started = try await lead.run(try plan.startProgram(owner: LeftoverNamespace.owner), timeout: .seconds(240))
    let sections = Sections(started.outputText)
    guard started.status == 0, let services: API.List<API.Service> = decode(sections["services"] ?? "") else {
      throw HearthError(
        .cluster, "the failover test's objects did not come to run",
        subject: Subject(host: lead.host, step: "failover"),
        hint: "Run `hearth smoke` first.", output: TestBench.lastLines(started))
    }
    let before = places(decode(sections["pods"] ?? ""))
    for kind in plan.kinds where before[kind] != plan.victim {
      throw HearthError(
        .cluster, "the \(kind) runs on \(before[kind] ?? "no node") and not on \(plan.victim)",
        hint: "Is the node cordoned or full? Name another with --victim.")
    }
    let addresses = Dictionary(
      services.items.compactMap { item in item.spec.clusterIP.map { (item.metadata.name, $0) } }
    ) {
      first, _ in first
    }
    events.emit(
      .note(
        level: .warning, host: plan.victim,
        text: "is cut off for \(plan.cutSeconds) s; it counts as lost after \(plan.failover.lostAfterSeconds) s, "
          + "its pods move \(plan.failover.moveAfterSeconds) s later"))
    _ = try await target.run(try plan.cutProgram(), timeout: .seconds(20))
    let watched = try await lead.run(
      try plan.watchProgram(addresses: addresses), timeout: .seconds(plan.cutSeconds + 60))
    let trials = Trial.parse(lines: watched.outputText)
    let after = places(decode(try await lead.run(plan.podsProgram).outputText))
    return plan.kinds.map { kind in
      guard let trial = trials[kind] else {
        return Result(kind: kind, from: plan.victim, seconds: 0, detail: "not watched")
      }
      switch trial.outcome {
      case .failed(let detail):
        return Result(kind: kind, from: plan.victim, seconds: trial.seconds, detail: detail)
      case .answered(let detail):
        return Result(kind: kind, from: plan.victim, to: after[kind], seconds: trial.seconds, detail: detail)
      }
    }
  }

  /// Application to the node of its newest pod that is Ready.
  private func places(_ pods: API.List<API.Pod>?) -> [String: String] {
    var places: [String: String] = [:]
    for pod in pods?.items ?? [] {
      guard let kind = pod.metadata.labels?["app"], let node = pod.spec.nodeName,
        pod.status.conditions?.contains(where: { $0.type == "Ready" && $0.status == "True" }) == true
      else { continue }
      places[kind] = node
    }
    return places
  }

  private func decode<Value: Decodable>(_ text: String) -> Value? {
    try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }
}
