package import Diagnostics

extension Engine {
  /// Takes hosts for as long as `work` lasts, over several plans: nobody else gets in between two steps of a command.
  /// Hosts that are not connected are left out. Plans that are applied meanwhile use this lock.
  ///
  /// - Throws: who holds a host, or what `work` throws. Nothing stays locked.
  package func holding<Value: Sendable>(
    _ hosts: [String], _ work: () async throws(HearthErrors) -> Value
  ) async throws(HearthErrors) -> Value {
    let hosts = hosts.filter { currentShells[$0] != nil }
    try await hold(hosts)
    let heartbeat = Task { await keepAlive(hosts) }
    let result: Result<Value, HearthErrors>
    do {
      result = .success(try await work())
    } catch {
      result = .failure(error)
    }
    heartbeat.cancel()
    state.setHeld([])
    await release(hosts, clean: true)
    return try result.get()
  }

  private func hold(_ hosts: [String]) async throws(HearthErrors) {
    let observation = await observe([Phase("hold", title: "Hold", resources: hosts.reduce(into: [:]) { $0[$1] = [] })])
    let errors = await forEach(hosts, limit: limits.work) { host -> HearthError? in
      do throws(HearthError) {
        if let failure = observation.failures[host] { throw failure }
        try await self.lock(host, observation.hosts[host] ?? HostState())
        return nil
      } catch {
        return error.at(Subject(host: host, step: "lock"))
      }
    }
    let failed = hosts.compactMap { errors[$0] ?? nil }
    guard failed.isEmpty else {
      let taken = hosts.filter { errors[$0] == .some(.none) }
      await release(taken, clean: false)
      throw HearthErrors(failed)
    }
    state.setHeld(Set(hosts))
  }

  /// Also when the task has been cancelled meanwhile.
  private func release(_ hosts: [String], clean: Bool) async {
    await uninterrupted {
      _ = await self.forEach(hosts, limit: self.limits.work) { await self.unlock($0, clean: clean) }
    }
  }
}
