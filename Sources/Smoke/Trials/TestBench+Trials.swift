import Diagnostics
import Foundation
import Inventory
import SSH

extension TestBench {
  /// What one part of the trials brought back, as a change to the results.
  private typealias Finding = @Sendable (inout TrialResults) -> Void

  /// From pods, from hosts, from outside and the rolling update, all side by side.
  func tryEverything(
    _ started: TrialResults, _ plan: TestPlan, _ services: [String: API.Service]
  ) async -> TrialResults {
    let addresses = services.compactMapValues(\.spec.clusterIP)
    let running = plan.expectation.nodes.filter { started.pods[$0]?.ready == true }
    async let fromPods = concurrently(Array(running.enumerated()), limit: options.parallelism * living.count) { item in
      await self.tryFromPod(item.element, self.controlPlane(item.offset), started, plan, addresses)
    }
    async let fromHosts = concurrently(plan.expectation.nodes) { node in
      await self.tryFromHost(node, started, plan, addresses)
    }
    async let fromOutside = concurrently(rack.nodes.filter { plan.expectation.nodes.contains($0.name) }) { node in
      await self.tryFromOutside(node, running: running.count, plan, services["smoke"])
    }
    async let rollout = roll(from: running.last, plan, addresses["roll"])
    async let storage = tryStorage(plan)
    async let balanced = tryLoadBalancer(plan, running: running.count)
    var results = started
    for finding in await fromPods + fromHosts + fromOutside + [rollout] { finding(&results) }
    results.storage = await storage
    results.balanced = await balanced
    return results
  }

  private func tryFromPod(
    _ node: String, _ shell: any RootShell, _ started: TrialResults, _ plan: TestPlan, _ services: [String: String]
  ) async -> Finding {
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let program = try plan.podProgram(
        on: node, targets: plan.podTargets(from: node, pods: started.pods, services: services),
        apiAddress: apiAddress)
      let result = try await shell.run(program, timeout: options.patience + .seconds(30))
      let seconds = (clock.now - start).inSeconds
      let sections = Sections(result.outputText)
      let trials = Trial.parse(lines: sections["exec"] ?? "")
      // Requests may fail and exec be well: what counts is that the pod's own words came back.
      let exec = trials["exec"] ?? Trial.parse(sections, "exec", seconds: seconds)
      let logs = Trial.parse(sections, "logs", seconds: seconds)
      let forward = Trial.parse(sections, "forward", seconds: seconds)
      return {
        $0.fromPod[node] = trials
        $0.exec[node] = exec
        $0.logs[node] = logs
        $0.portForward[node] = forward
      }
    } catch {
      let trial = Trial(.failed(error.message), seconds: (clock.now - start).inSeconds)
      return {
        $0.exec[node] = trial
        $0.logs[node] = trial
        $0.portForward[node] = trial
      }
    }
  }

  /// Every pod finds the API server at the first address of the Service network.
  private var apiAddress: String { rack.cluster.networks.services.address(at: 1)?.description ?? "" }

  private func tryFromHost(
    _ node: String, _ started: TrialResults, _ plan: TestPlan, _ services: [String: String]
  ) async -> Finding {
    guard let shell = shells[node] else { return { _ in } }
    do {
      let program = try plan.hostProgram(targets: plan.serviceTargets(pods: started.pods, services: services))
      let result = try await shell.run(program, timeout: options.patience + .seconds(15))
      let trials = Trial.parse(lines: result.outputText)
      return { $0.fromHost[node] = trials }
    } catch {
      let trial = Trial(.failed(error.message))
      return { $0.fromHost[node] = ["service": trial] }
    }
  }

  /// Several requests to one node, so that it most likely hands on to every pod.
  private func tryFromOutside(
    _ node: Node, running: Int, _ plan: TestPlan, _ service: API.Service?
  ) async -> Finding {
    guard let outside, running > 0, let port = service?.spec.ports?.first?.nodePort,
      let index = plan.expectation.nodes.firstIndex(of: node.name)
    else { return { _ in } }
    let path = "/cgi-bin/hearth?\(plan.expectation.nonce).port.\(index)"
    let patience = options.patience
    let attempts = await concurrently(Array(0..<min(max(2 * running, 2), 8))) { _ in
      await Self.attempt(outside, node.address, port: port, path: path, patience: patience)
    }
    return { $0.fromOutside[node.name] = attempts }
  }

  static func attempt(
    _ outside: any OutsideProbe, _ address: IPv4Address, port: Int, path: String, patience: Duration
  ) async -> Trial {
    let clock = ContinuousClock()
    let start = clock.now
    while true {
      do {
        let body = try await outside.get(address, port: port, path: path, timeout: .seconds(3))
        return Trial(
          .answered(body.trimmingCharacters(in: .whitespacesAndNewlines)), seconds: (clock.now - start).inSeconds)
      } catch {
        let passed = clock.now - start
        if passed >= patience || Task.isCancelled { return Trial(.failed(error.message), seconds: passed.inSeconds) }
        try? await clock.sleep(for: .milliseconds(200))
      }
    }
  }

  private func roll(from node: String?, _ plan: TestPlan, _ address: String?) async -> Finding {
    guard let node, let address else { return { _ in } }
    let clock = ContinuousClock()
    let start = clock.now
    let shell = controlPlane(living.count - 1)
    do {
      let program = try plan.rollProgram(from: node, address: address)
      let result = try await shell.run(program, timeout: options.podTimeout * 3 + .seconds(10))
      let rollout = Rollout(Sections(result.outputText), seconds: (clock.now - start).inSeconds)
      return { $0.rollout = rollout }
    } catch {
      let rollout = Rollout(
        old: 0, new: 0, failed: 0, trouble: error.message, seconds: (clock.now - start).inSeconds)
      return { $0.rollout = rollout }
    }
  }
}

extension TrialResults {
  /// How long the trials behind one verdict took.
  func seconds(_ condition: String, host: String?) -> Double {
    guard let host else {
      switch condition {
      case HealthCondition.storage.name: return storage.values.map(\.seconds).reduce(0, +)
      case HealthCondition.loadBalancer.name: return balanced?.seconds ?? 0
      default: return rollout?.seconds ?? 0
      }
    }
    func longest(_ trials: [String: Trial]?, _ prefixes: String...) -> Double {
      (trials ?? [:]).filter { entry in prefixes.contains { entry.key.hasPrefix($0) } }.map(\.value.seconds).max() ?? 0
    }
    switch condition {
    case HealthCondition.podToPod.name: return longest(fromPod[host], "pod.")
    case HealthCondition.serviceFromPod.name: return longest(fromPod[host], "service")
    case HealthCondition.serviceHairpin.name: return fromPod[host]?[label("service", host)]?.seconds ?? 0
    case HealthCondition.serviceFromHost.name: return longest(fromHost[host], "service")
    case HealthCondition.nodePort.name: return fromOutside[host]?.map(\.seconds).max() ?? 0
    case HealthCondition.clusterNames.name: return longest(fromPod[host], "short", "full")
    case HealthCondition.serviceAccount.name: return longest(fromPod[host], "api")
    case HealthCondition.logs.name: return logs[host]?.seconds ?? 0
    case HealthCondition.exec.name: return exec[host]?.seconds ?? 0
    case HealthCondition.portForward.name: return portForward[host]?.seconds ?? 0
    default: return 0
    }
  }
}
