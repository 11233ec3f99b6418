package import Diagnostics
package import Inventory
package import SSH

/// Switches a whole rack off in an order in which nothing is lost: workers, then the control plane, etcd as its last part.
package struct Shutdown: Sendable {
  private let rack: Rack
  private let shells: [String: any RootShell]
  private let events: any EventSink

  package init(rack: Rack, shells: [String: any RootShell], events: any EventSink) {
    self.rack = rack
    self.shells = shells
    self.events = events
  }

  /// - Returns: hosts that do not go off. When a worker stays on, the control plane stays on too.
  package func run() async -> [HearthError] {
    let workers = rack.nodes.filter { !$0.roles.contains(.controlPlane) }.map(\.name)
    let failures = await off(workers, "Switch the workers off", Self.powerOff)
    guard failures.isEmpty else { return failures }
    let planes = rack.controlPlane.map(\.name)
    // Nobody writes any more before the first member of etcd goes.
    let quiet = await each(planes) { shell throws(HearthError) in
      let result = try await shell.run(
        "systemctl stop kubelet.service kube-scheduler.service kube-controller-manager.service kube-apiserver.service",
        timeout: .seconds(180))
      if result.status != 0 {
        throw HearthError(
          .remoteCommand, "the control plane's programs do not end", hint: "look at them, then run the command again",
          output: result.errorText.split(separator: "\n").suffix(5).map(String.init),
          command: "systemctl list-jobs")
      }
    }
    guard quiet.isEmpty else { return quiet }
    return await off(planes, "Switch the control plane off", Self.powerOff)
  }

  /// Detached: the connection ends with the host.
  private static let powerOff = """
    sync
    setsid sh -c 'sleep 1; systemctl poweroff' >/dev/null 2>&1 </dev/null &
    """

  private func off(_ hosts: [String], _ title: String, _ program: String) async -> [HearthError] {
    let present = hosts.filter { shells[$0] != nil }
    guard !present.isEmpty else { return [] }
    events.emit(.phaseStarted(phase: title, hosts: present))
    let begun = ContinuousClock.now
    let failures = await each(present) { shell throws(HearthError) in
      _ = try await shell.run(program, timeout: .seconds(30))
      try await waitUntilGone(shell)
    }
    events.emit(.phaseEnded(phase: title, seconds: begun.duration(to: .now) / .seconds(1)))
    return failures
  }

  private func waitUntilGone(_ shell: any RootShell) async throws(HearthError) {
    let deadline = ContinuousClock.now + .seconds(180)
    while ContinuousClock.now < deadline {
      // A host that is on answers within a moment; one whose connection is lost is off or on its way there.
      do {
        _ = try await shell.run(":", timeout: .seconds(5))
      } catch {
        return
      }
      try? await Task.sleep(for: .milliseconds(500))
    }
    throw HearthError(
      .timedOut, "the host is still on after 180 s", hint: "look what keeps it up", command: "systemctl list-jobs")
  }

  private func each(
    _ hosts: [String], _ work: @escaping @Sendable (any RootShell) async throws(HearthError) -> Void
  ) async -> [HearthError] {
    await withTaskGroup(of: HearthError?.self) { group in
      for host in hosts {
        guard let shell = shells[host] else { continue }
        group.addTask {
          do throws(HearthError) {
            try await work(shell)
            return nil
          } catch {
            return error.at(Subject(host: host, step: "shutdown"))
          }
        }
      }
      var failures: [HearthError] = []
      for await error in group { if let error { failures.append(error) } }
      return failures
    }
  }
}
