import Synchronization

/// What the parts of one run share: whether it was cancelled, and which job works on which host.
final class RunState: Sendable {
  private struct Values {
    var cancelled = false
    var jobs: [String: String] = [:]
    var execs: [String: Int] = [:]
    var held: Set<String> = []
    var abandoned: [String: String] = [:]
  }
  private let values = Mutex(Values())

  var isCancelled: Bool { values.withLock { $0.cancelled } }

  /// - Returns: false if it was cancelled before.
  func cancel() -> Bool {
    values.withLock { values in
      defer { values.cancelled = true }
      return !values.cancelled
    }
  }

  /// Host to folder of the job that works there now.
  var jobs: [String: String] { values.withLock { $0.jobs } }

  func setJob(_ job: String?, on host: String) {
    values.withLock { $0.jobs[host] = job }
  }

  /// Host to the failed one because of which it ends its work.
  var abandoned: [String: String] { values.withLock { $0.abandoned } }

  func abandon(_ hosts: [String], because cause: String) {
    values.withLock { values in
      for host in hosts where values.abandoned[host] == nil { values.abandoned[host] = cause }
    }
  }

  /// Hosts that are held over several plans.
  var held: Set<String> { values.withLock { $0.held } }

  func setHeld(_ hosts: Set<String>) {
    values.withLock { $0.held = hosts }
  }

  /// Host to commands run over connections that are closed.
  var execs: [String: Int] { values.withLock { $0.execs } }

  func addExecs(_ count: Int, on host: String) {
    values.withLock { $0.execs[host, default: 0] += count }
  }
}
