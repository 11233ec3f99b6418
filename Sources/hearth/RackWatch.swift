import Diagnostics
import Inventory
import Provision
import Smoke

/// Looks at a rack again and again, logging in anew each time, because hosts come and go meanwhile.
struct RackWatch {
  let rack: Rack
  let access: AccessOptions
  let json: Bool

  /// Says each new stage, until the rack is healthy or `limit` is over.
  ///
  /// - Returns: the last that was seen.
  func untilHealthy(limit: Duration) async throws -> ClusterStatus {
    let start = ContinuousClock.now
    var told = ""
    while true {
      let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false)
      let status = await ClusterStatus.collect(
        rack: rack, shells: session.survey.fleet.shells, failures: session.survey.failures)
      await session.survey.fleet.close()
      let line =
        Stage.line(status.stages) ?? (status.healthy ? "everything is up" : "all stages reached; conditions settle")
      if line != told {
        told = line
        let seconds = Quantity.seconds((ContinuousClock.now - start) / .seconds(1))
        if json { try JSONSink.write(status.stages) } else { Terminal.writeOutput("\(seconds.padding(8))  \(line)\n") }
      }
      if status.healthy && status.stages.allSatisfy(\.isReached) || ContinuousClock.now - start > limit {
        return status
      }
      try await Task.sleep(for: .seconds(1))
    }
  }
}
