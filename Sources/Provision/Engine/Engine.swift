package import Diagnostics
package import SSH
import Synchronization

/// Observes hosts and applies plans: hosts side by side, one program per phase and host, a barrier between phases.
///
/// A host that fails stops its own line; the others go on to the next barrier. Everything that happens goes out as
/// events; nothing is printed.
package final class Engine: Sendable {
  /// Opens a new connection to a host that was lost or restarted.
  package typealias Reconnect = @Sendable (_ host: String) async throws(HearthError) -> any RootShell

  let shells: Mutex<[String: any RootShell]>
  let events: any EventSink
  let limits: Limits
  package let identity: RunIdentity
  let reconnect: Reconnect?
  let state = RunState()

  /// - Parameters:
  ///   - hosts: host name to its open connection; hosts that phases name but are missing here fail as unreachable.
  ///   - events: gets every event; combine several sinks with ``TeeSink``, the journal among them.
  ///   - reconnect: without it a host that restarts or drops out of the network fails.
  package init(
    hosts: [String: any RootShell], events: any EventSink, limits: Limits = Limits(),
    identity: RunIdentity = .current(), reconnect: Reconnect? = nil
  ) {
    shells = Mutex(hosts)
    self.events = events
    self.limits = limits
    self.identity = identity
    self.reconnect = reconnect
  }

  /// Ends the run after the step that each host is working on. The hosts stay consistent; the next run goes on from
  /// there. May be called from a signal handler's task, more than once.
  package func cancel() {
    guard state.cancel() else { return }
    for (host, job) in state.jobs {
      // The job's folder may be about to be made: the request waits for it a moment.
      let program = """
        n=0
        while [ ! -e \(job)/result ] && [ "$n" -lt 50 ]; do sleep 0.1; n=$((n + 1)); done
        : >\(job)/cancel
        """
      Task { _ = try? await shell(host).run(program, timeout: .seconds(15)) }
    }
  }

  package var isCancelled: Bool { state.isCancelled }

  /// Hosts are being changed at this moment.
  package var isWorking: Bool { !state.jobs.isEmpty }
}
