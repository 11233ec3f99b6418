package import Diagnostics
package import Inventory
package import Smoke

/// What bringing a rack back needs of the world. Nobody is logged in: hosts may be off, and come and go meanwhile.
package protocol PowerPort: Sendable {
  var rack: Rack { get }
  var clock: any Clock<Duration> { get }
  /// Somebody has asked for an end: nothing more is begun.
  var isStopping: Bool { get }

  /// Only for virtual hosts; one that is on stays on.
  func switchOn(_ host: String) async throws
  /// Asks every host, with a login of its own.
  func look() async throws -> ClusterStatus
  /// Something has changed since the look before.
  ///
  /// - Parameter seconds: since the watch began.
  func tell(_ line: String, _ status: ClusterStatus, seconds: Double) throws
}

extension PowerPort {
  /// Says each new stage, until the rack is healthy or `limit` is over.
  ///
  /// - Returns: the last that was seen.
  /// - Throws: also `CancellationError`, when somebody has asked for an end meanwhile.
  package func untilHealthy(limit: Duration) async throws -> ClusterStatus { try await watch(limit, on: clock) }

  private func watch<Time: Clock<Duration>>(_ limit: Duration, on clock: Time) async throws -> ClusterStatus {
    let start = clock.now
    var told = ""
    var last: ClusterStatus?
    for await _ in clock.looks(every: .seconds(1), for: limit) {
      let status = try await look()
      let line =
        Stage.line(status.stages) ?? (status.healthy ? "everything is up" : "all stages reached; conditions settle")
      let passed = start.duration(to: clock.now)
      if line != told {
        told = line
        try tell(line, status, seconds: passed / .seconds(1))
      }
      if status.healthy && status.stages.allSatisfy(\.isReached) { return status }
      if isStopping { throw CancellationError() }
      last = status
    }
    try Task.checkCancellation()
    guard let last else { throw CancellationError() }
    return last
  }
}
