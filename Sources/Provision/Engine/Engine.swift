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

extension Engine {
  /// Ends the work of hosts that can only wait for one that has failed. What their units began goes on there by itself.
  func abandon(_ hosts: [String], because cause: String) async {
    guard !hosts.isEmpty else { return }
    state.abandon(hosts, because: cause)
    let jobs = state.jobs.filter { hosts.contains($0.key) }
    _ = await forEach(jobs.keys.sorted(), limit: limits.work) { host in
      guard let job = jobs[host] else { return }
      // The job's folder may be about to be made.
      let program = """
        n=0
        while [ ! -e \(job)/result ] && [ "$n" -lt 30 ]; do sleep 0.1; n=$((n + 1)); done
        [ ! -d \(job) ] || printf '%s\\n' \(Self.givenUp(because: cause).shellQuoted) >\(job)/abandon
        """
      _ = try? await self.shell(host).run(program, timeout: .seconds(15))
    }
  }

  static func givenUp(because cause: String) -> String { "\(cause) failed, and this host can only wait for it" }

  /// The error of a host that ended because another one failed: a consequence, not a cause.
  static func consequence(of cause: String, on host: String, step: String? = nil) -> HearthError {
    HearthError(
      .cluster, "not finished, because \(cause) failed", subject: Subject(host: host, step: step),
      hint: "put \(cause) right first, then run the command again: it goes on from here")
  }
}

extension Engine {
  /// Host to remote commands run so far, over all its connections.
  package func execCounts() async -> [String: Int] {
    var counts = state.execs
    for (host, shell) in shells.withLock({ $0 }) { counts[host, default: 0] += await shell.execCount }
    return counts
  }

  /// Closes all connections, also those that were opened in place of others.
  package func close() async {
    for shell in shells.withLock({ $0.values }) { await shell.close() }
  }

  func shell(_ host: String) throws(HearthError) -> any RootShell {
    guard let shell = shells.withLock({ $0[host] }) else {
      throw HearthError(.unreachable, "there is no connection to this host", subject: Subject(host: host))
    }
    return shell
  }

  /// Runs `work` for all hosts, at most `limit` of them at a time.
  func forEach<Value: Sendable>(
    _ hosts: [String], limit: Int, _ work: @escaping @Sendable (String) async -> Value
  ) async -> [String: Value] {
    await concurrently(byKey: hosts, limit: limit, work)
  }
}

extension Engine {
  /// The connections as they are now; a host that restarted has a new one.
  package var currentShells: [String: any RootShell] { shells.withLock { $0 } }
}
