import Diagnostics
import Foundation
import Inventory
import SSH
import Untrusted

/// Makes the test's objects, tries everything and removes them again.
struct TestBench: Sendable {
  let rack: Rack
  let shells: [String: any RootShell]
  /// Control-plane hosts whose API server is ready; at least one.
  let living: [any RootShell]
  let outside: (any OutsideProbe)?
  let events: any EventSink
  let options: SmokeOptions
  let access: ClusterAccess

  func run(_ observation: Observation, stopwatch: Stopwatch) async throws(HearthError) -> TrialResults {
    let (members, absent) = members(observation)
    let plan = TestPlan(
      members: members, domain: rack.cluster.networks.domain, options: options, access: access,
      hasLoadBalancer: rack.cluster.loadBalancer != nil)
    var results = TrialResults(expectation: plan.expectation)
    results.absent = absent
    guard !members.isEmpty else { return results }

    let outcome: Result<TrialResults, HearthError>
    do {
      outcome = .success(try await fill(results, plan, stopwatch))
    } catch {
      outcome = .failure(error)
    }
    if options.keep {
      events.emit(.note(level: .info, host: nil, text: "kept: namespace \(plan.namespace)"))
    } else {
      // In a task of its own, because a cancelled one can run nothing any more.
      await stopwatch.stage("clean up") { await Task { await clean([plan.namespace]) }.value }
    }
    return try outcome.get()
  }

  /// The nodes that take part, and why others do not.
  private func members(_ observation: Observation) -> ([TestPlan.Member], absent: [String: String]) {
    var members: [TestPlan.Member] = []
    var absent: [String: String] = [:]
    for name in rack.nodes.map(\.name) {
      guard let state = observation.cluster?.node(name) else {
        absent[name] = "\(name) is not registered"
        continue
      }
      guard state.isReady else {
        absent[name] = "\(name) is not Ready"
        continue
      }
      // A host that cannot be asked still runs pods: another one of its kind knows the image.
      let twin = observation.cluster?.nodes.first {
        $0.architecture == state.architecture && observation.hosts[$0.name]?.testImage != nil
      }
      let image =
        options.image ?? observation.hosts[name]?.testImage ?? twin.flatMap { observation.hosts[$0.name]?.testImage }
      guard let image else {
        absent[name] = "no test image was brought to \(name); `hearth up` does it"
        continue
      }
      members.append(
        .init(
          node: name, architecture: state.architecture, image: image,
          webAssembly: observation.hosts[name]?.webAssembly?.usableImages))
    }
    return (members, absent)
  }

  private func fill(
    _ empty: TrialResults, _ plan: TestPlan, _ stopwatch: Stopwatch
  ) async throws(HearthError) -> TrialResults {
    var results = empty
    let services = try await stopwatch.stage("start pods") { () throws(HearthError) -> [String: API.Service] in
      try await removeRemains()
      let services = try await start(plan)
      results.pods = try await waitForPods(plan)
      return services
    }
    try checkCancellation()
    let started = results
    let found = await stopwatch.stage("try every way") { await tryEverything(started, plan, services) }
    try checkCancellation()
    return await tryWebAssembly(found, plan, services, stopwatch)
  }

  /// A living control-plane host, spreading work over all of them.
  func controlPlane(_ index: Int) -> any RootShell { living[index % living.count] }

  private func start(_ plan: TestPlan) async throws(HearthError) -> [String: API.Service] {
    let shell = controlPlane(0)
    let result = try await shell.run(try plan.startProgram(owner: LeftoverNamespace.owner), timeout: .seconds(120))
    let listed = Sections(result.outputText)["services"] ?? ""
    guard result.status == 0,
      let list = try? JSONDecoder().decode(API.List<API.Service>.self, from: Data(listed.utf8))
    else {
      throw HearthError(
        .cluster, "the test's objects could not be made", subject: Subject(host: shell.host, step: "smoke"),
        hint: "read what the API server says; a namespace that is left over goes with the next run",
        output: Self.lastLines(result), command: access.typed(["get", "namespaces", "-l", TestPlan.label]))
    }
    return Dictionary(list.items.map { ($0.metadata.name, $0) }) { first, _ in first }
  }

  /// Asks for the pods again and again until each runs, cannot run any more, or time is up.
  private func waitForPods(_ plan: TestPlan) async throws(HearthError) -> [String: TestPod] {
    let clock = ContinuousClock()
    let deadline = clock.now + options.podTimeout
    var pods: [String: TestPod] = [:]
    var told: [String: String] = [:]
    while true {
      let result = try await controlPlane(0).run(plan.podsProgram, timeout: .seconds(30))
      if let list = try? JSONDecoder().decode(API.List<API.Pod>.self, from: Data(result.standardOutput)) {
        for pod in list.items {
          guard let node = plan.expectation.nodes.first(where: { plan.podName($0) == pod.metadata.name }) else {
            continue
          }
          pods[node] = TestPod(pod)
        }
      }
      let open = plan.expectation.nodes.filter { pods[$0].map { !$0.ready && !$0.hopeless } ?? true }
      if open.isEmpty || clock.now >= deadline { return pods }
      for node in open where told[node] != pods[node]?.trouble {
        told[node] = pods[node]?.trouble
        events.emit(
          .condition(
            name: HealthCondition.podRuns.name, host: node, state: .waiting, detail: pods[node]?.trouble ?? "Pending"))
      }
      try checkCancellation()
      try? await clock.sleep(for: .milliseconds(150))
    }
  }

  private func removeRemains() async throws(HearthError) {
    let result = try await controlPlane(0).run(LeftoverNamespace.program(access: access), timeout: .seconds(30))
    let sections = Sections(result.outputText)
    let now =
      sections["clock"].flatMap {
        Int(checked: $0.trimmingCharacters(in: .whitespacesAndNewlines), in: 0...Sections.lastSecond)
      } ?? 0
    guard result.status == 0, let all = try? LeftoverNamespace.parse(sections["namespaces"] ?? "", now: now) else {
      return
    }
    let stale = all.filter { $0.isStale() }.map(\.namespace)
    guard !stale.isEmpty else { return }
    events.emit(
      .note(level: .info, host: nil, text: "removing what an earlier smoke test left: \(stale.joined(separator: ", "))")
    )
    await clean(stale)
  }

  /// Tries every living control-plane host until one has removed the namespaces.
  private func clean(_ namespaces: [String]) async {
    var problem: String?
    for shell in living {
      do {
        let program = try TestPlan.cleanProgram(namespaces, access: access)
        let result = try await shell.run(program, timeout: .seconds(60))
        if result.status == 0 { return }
        problem = Self.lastLines(result).last
      } catch {
        problem = error.message
      }
    }
    events.emit(
      .note(
        level: .warning, host: nil,
        text: "the namespace \(namespaces.joined(separator: ", ")) could not be removed: \(problem ?? "no host"); "
          + "the next smoke test removes it"))
  }

  static func lastLines(_ result: ExecResult) -> [String] {
    (result.outputText + "\n" + result.errorText).lastLines(5)
  }
}
