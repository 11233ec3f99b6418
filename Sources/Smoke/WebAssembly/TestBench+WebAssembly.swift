import Diagnostics
import Foundation
import SSH

extension TestBench {
  /// Waits for the WebAssembly pods, which were made with all others, and looks at their processes from the hosts.
  func tryWebAssembly(
    _ started: TrialResults, _ plan: TestPlan, _ services: [String: API.Service], _ stopwatch: Stopwatch
  ) async -> TrialResults {
    let nodes = plan.members.filter { $0.webAssembly != nil }.map(\.node)
    guard !nodes.isEmpty else { return started }
    return await stopwatch.stage("try WebAssembly") {
      var results = started
      let pods = await waitForWebAssembly(nodes, plan)
      let service = services["wasm"]?.spec.clusterIP
      let found = await concurrently(nodes) { node in
        let pod = pods[node] ?? TestPod(ready: false, trouble: "the pod was not made")
        return await lookAt(pod, on: node, service: service, plan)
      }
      for (node, trial) in zip(nodes, found) { results.webAssembly[node] = trial }
      return results
    }
  }

  private func lookAt(
    _ pod: TestPod, on node: String, service: String?, _ plan: TestPlan
  ) async -> WebAssemblyTrial {
    guard pod.ready, let shell = shells[node] else { return WebAssemblyTrial(pod: pod) }
    let target = TestPlan.WebAssemblyTarget(pod: plan.webAssemblyName(node), address: pod.address, service: service)
    do {
      let program = try plan.webAssemblyProgram(target)
      let result = try await shell.run(program, timeout: options.patience + .seconds(20))
      return WebAssemblyTrial(pod: pod, trials: Trial.parse(lines: result.outputText))
    } catch {
      return WebAssemblyTrial(pod: pod, trials: ["pod": Trial(.failed(error.message))])
    }
  }

  private func waitForWebAssembly(_ nodes: [String], _ plan: TestPlan) async -> [String: TestPod] {
    let clock = ContinuousClock()
    let deadline = clock.now + options.podTimeout
    var pods: [String: TestPod] = [:]
    while true {
      if let result = try? await controlPlane(0).run(plan.webAssemblyPodsProgram, timeout: .seconds(30)),
        let list = try? JSONDecoder().decode(API.List<API.Pod>.self, from: Data(result.standardOutput))
      {
        for pod in list.items {
          if let node = nodes.first(where: { plan.webAssemblyName($0) == pod.metadata.name }) {
            pods[node] = TestPod(pod)
          }
        }
      }
      let open = nodes.filter { pods[$0].map { !$0.ready && !$0.hopeless } ?? true }
      if open.isEmpty || clock.now >= deadline || Task.isCancelled { return pods }
      try? await clock.sleep(for: .milliseconds(200))
    }
  }
}
