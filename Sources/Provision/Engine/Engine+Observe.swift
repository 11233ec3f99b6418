import Diagnostics
import SSH

extension Engine {
  /// Looks at all hosts, all phases in one go: one remote command per host. Changes nothing.
  ///
  /// - Parameter forChange: hosts that somebody else holds fail; a mere look (`plan`, `status`) says who holds them.
  /// - Returns: what was seen; hosts that could not be observed are among its failures.
  package func observe(_ phases: [Phase], forChange: Bool = true) async -> Observation {
    var requests: [String: ObservationRequest] = [:]
    for phase in phases {
      for (host, resources) in phase.resources {
        var request = requests[host] ?? ObservationRequest()
        for resource in resources { resource.kind.observe(&request) }
        requests[host] = request
      }
    }
    let results = await forEach(requests.keys.sorted(), limit: limits.work) { [requests] host in
      await self.observe(host, requests[host] ?? ObservationRequest(), forChange: forChange)
    }
    var observation = Observation()
    for (host, result) in results {
      switch result {
      case .success(let state): observation.hosts[host] = state
      case .failure(let error): observation.failures[host] = error
      }
    }
    return observation
  }

  /// Observes and compares.
  package func plan(_ phases: [Phase], forChange: Bool = true) async -> Plan {
    Plan(phases, observed: await observe(phases, forChange: forChange))
  }

  func observe(
    _ host: String, _ request: ObservationRequest, forChange: Bool
  ) async -> Result<HostState, HearthError> {
    do {
      let program = try ObserveProgram(request, leftover: limits.leftover)
      let waiting = WaitingNote(nonce: program.nonce, host: host, identity: identity, events: events)
      let result = try await listen(host, program, waiting).get()
      let state = try HostState(result, of: program, waited: waiting.seconds)
      try check(state, host, forChange: forChange)
      return .success(state)
    } catch {
      return .failure(error.at(Subject(host: host, step: "observe")))
    }
  }

  /// Runs the program. If a living run works on the host, this ends at once and says so; only the program of a run that
  /// is gone is waited for.
  private func listen(
    _ host: String, _ program: ObserveProgram, _ waiting: WaitingNote
  ) async -> Result<ExecResult, HearthError> {
    await withTaskGroup(of: Result<ExecResult, HearthError>?.self) { group in
      group.addTask {
        defer { waiting.finish() }
        do throws(HearthError) {
          return .success(
            try await self.runAgainIfLost(
              host, program.script, timeout: .seconds(120) + self.limits.leftover, onOutput: { waiting.feed($0) }))
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        for await error in waiting.blocked { return .failure(error) }
        return nil
      }
      while let result = await group.next() {
        guard let result else { continue }
        group.cancelAll()
        return result
      }
      return .failure(HearthError(.internalError, "an observation ended without a result"))
    }
  }

  private func check(_ state: HostState, _ host: String, forChange: Bool) throws(HearthError) {
    if let leftover = state.leftover {
      let whose = leftover.holder.isEmpty ? "an earlier run" : "a run of \(leftover.holder)"
      guard !leftover.stillRunning else {
        throw HearthError(
          .locked, "the program of \(whose) is still working here", subject: Subject(host: host),
          hint: "look at what it does, then run the command again", command: "ps -eo pid,etimes,args | grep hearth/jobs"
        )
      }
    }
    guard let lock = state.lock, lock.holds(against: identity, bootID: state.bootID, uptimeSeconds: state.uptimeSeconds)
    else { return }
    let error = lock.error(host: host, uptimeSeconds: state.uptimeSeconds)
    if forChange { throw error }
    events.emit(.note(level: .info, host: host, text: error.message))
  }
}
