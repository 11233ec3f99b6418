package import Diagnostics
package import Inventory
import Provision
import SSH
import Untrusted

/// The whole rack goes off in an order in which nothing is lost: workers, then the control plane, etcd as its last part.
package struct Shutdown: RackOperation, Sendable {
  package enum Step: Sendable, Equatable {
    case off([String], title: String)
    /// Nobody writes any more before the first member of etcd goes.
    case quiet([String])
  }

  package let port: any RackPort

  package init(_ port: any RackPort) { self.port = port }

  /// When a worker stays on, the control plane stays on too.
  package static func steps(_ rack: Rack) -> [Step] {
    let workers = rack.nodes.filter { !$0.roles.contains(.controlPlane) }.map(\.name)
    let planes = rack.controlPlane.map(\.name)
    return [
      .off(workers, title: "Switch the workers off"), .quiet(planes),
      .off(planes, title: "Switch the control plane off"),
    ]
  }

  package func run() async throws {
    // Only to be told who works on the rack now, before anything is switched off under their hands.
    let look = await port.plan(
      [Phase("shutdown", title: "Shut down", resources: port.hosts.reduce(into: [:]) { $0[$1] = [] })],
      forChange: true)
    let held = look.failures.filter { $0.value.code == .locked }
    guard held.isEmpty else { throw HearthErrors(held.map { $0.value.at(Subject(host: $0.key)) }) }
    let count = port.hosts.count - port.silentHosts.count
    try await take(all: Self.steps(port.rack))
    await port.record("\(count) \(count == 1 ? "host" : "hosts") switched off")
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .off(let hosts, let title): try await off(hosts, title)
    case .quiet(let hosts): try await quiet(hosts)
    }
  }

  private func quiet(_ hosts: [String]) async throws(HearthErrors) {
    try await each(hosts) { shell throws(HearthError) in
      let result = try await shell.run(
        "systemctl stop kubelet.service kube-scheduler.service kube-controller-manager.service kube-apiserver.service",
        timeout: .seconds(180))
      if result.status != 0 {
        throw HearthError(
          .remoteCommand, "the control plane's programs do not end", hint: "look at them, then run the command again",
          output: result.errorText.lastLines(5),
          command: "systemctl list-jobs")
      }
    }
  }

  /// Detached: the connection ends with the host.
  private static let powerOff = """
    sync
    setsid sh -c 'sleep 1; systemctl poweroff' >/dev/null 2>&1 </dev/null &
    """

  private func off(_ hosts: [String], _ title: String) async throws(HearthErrors) {
    let present = hosts.filter { port.shells[$0] != nil }
    guard !present.isEmpty else { return }
    port.events.emit(.phaseStarted(phase: title, hosts: present))
    let begun = ContinuousClock.now
    let result: Result<Void, HearthErrors>
    do throws(HearthErrors) {
      try await each(present) { shell throws(HearthError) in
        _ = try await shell.run(Self.powerOff, timeout: .seconds(30))
        try await waitUntilGone(shell, port.clock)
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    let seconds = begun.duration(to: .now) / .seconds(1)
    port.events.emit(.phaseEnded(phase: title, seconds: seconds, succeeded: (try? result.get()) != nil))
    try result.get()
  }

  private func waitUntilGone(_ shell: any RootShell, _ clock: some Clock<Duration>) async throws(HearthError) {
    var watch = PowerOffWatch()
    for await _ in clock.looks(every: .milliseconds(500), for: .seconds(180)) {
      do {
        _ = try await shell.run(":", timeout: .seconds(5))
        watch.heard(nil)
      } catch {
        watch.heard(error.code)
      }
      if watch.isOff { return }
    }
    if Task.isCancelled {
      throw HearthError(
        .cancelled, "stopped while this host goes off", hint: "run `hearth shutdown` again for the hosts that stay on")
    }
    throw HearthError(
      .timedOut, "the host is not known to be off after 180 s",
      hint: "look at it, then run the command again", command: "systemctl list-jobs")
  }

  private func each(
    _ hosts: [String], _ work: @escaping @Sendable (any RootShell) async throws(HearthError) -> Void
  ) async throws(HearthErrors) {
    let shells = hosts.compactMap { port.shells[$0] }
    let failures = await concurrently(shells) { shell -> HearthError? in
      do throws(HearthError) {
        try await work(shell)
        return nil
      } catch {
        return error.at(Subject(host: shell.host, step: "shutdown"))
      }
    }
    guard failures.allSatisfy({ $0 == nil }) else { throw HearthErrors(failures.compactMap(\.self)) }
  }

  package func stopped(before step: Step) -> HearthError {
    HearthError(
      .cancelled, "stopped between two steps", hint: "run `hearth shutdown` again for the hosts that stay on")
  }
}

/// Whether a host that was told to switch itself off has done so. One slow answer proves nothing: a loaded board may take
/// longer than any limit. A connection that is lost, and stays so, does.
struct PowerOffWatch: Equatable {
  private var lost = 0

  /// - Parameter failure: of asking the host; nil where it answered.
  mutating func heard(_ failure: HearthError.Code?) {
    switch failure {
    case nil: lost = 0
    case .unreachable: lost += 1
    default: break
    }
  }

  var isOff: Bool { lost >= 2 }
}
