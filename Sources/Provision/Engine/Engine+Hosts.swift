import Diagnostics
package import SSH
import Synchronization

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
