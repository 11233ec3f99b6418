package import Diagnostics
import SSH
import Templates
import Untrusted

extension Engine {
  /// Takes a host for this run.
  ///
  /// - Parameter state: as the plan saw the host; a host that somebody has changed since is refused.
  func lock(_ host: String, _ state: HostState) async throws(HearthError) {
    let program = try Template("host/lock.sh").render([
      "run": identity.run, "expirySeconds": Int(HostLock.expirySeconds),
      "owner": identity.words,
      "givenUp": (state.lock.map { $0.owner.isGone(seenFrom: identity) ? $0.owner.run : "-" } ?? "-"),
      "lastRun": state.lastRun, "leftoverSeconds": Int(limits.leftover.components.seconds),
    ])
    let result = try await runAgainIfLost(host, program, timeout: .seconds(60) + limits.leftover)
    let answer = result.outputText.lastLines(1).last ?? ""
    if answer == "taken" { return }
    let subject = Subject(host: host, step: "lock")
    if answer.hasPrefix("held ") {
      let words = answer.split(separator: " ", maxSplits: 2)
      if words.count == 3, let uptime = Double(words[1]), let lock = HostLock(line: String(words[2])) {
        throw lock.error(host: host, uptimeSeconds: uptime)
      }
    }
    if answer.hasPrefix("changed") {
      throw HearthError(
        .refused, "another run has changed this host since the plan was made", subject: subject,
        hint: "run the command again; it looks at the host again")
    }
    if answer == "busy" {
      throw HearthError(
        .locked, "the program of an earlier run is still working here", subject: subject,
        hint: "look at what it does, then run the command again", command: "ps -eo pid,etimes,args | grep hearth/jobs")
    }
    throw HearthError(
      .remoteCommand, "this host could not be taken for the run (status \(result.status))", subject: subject,
      hint: StepError.hint([result.errorText]) ?? "look at the output; /run and /var/lib must be writable",
      output: result.errorText.lastLines(10),
      command: "ls -la /run/hearth /var/lib/hearth")
  }

  /// Gives a host back. What goes wrong here only leaves a lock that expires.
  ///
  /// - Parameter clean: also removes what was sent and not used.
  func unlock(_ host: String, clean: Bool) async {
    guard let program = try? Template("host/unlock.sh").render(["run": identity.run, "clean": clean]) else { return }
    _ = try? await shell(host).run(program, timeout: .seconds(30))
  }

  /// Says on all hosts that this run is alive, until it is cancelled. Apply programs do so themselves at each step;
  /// this is for hosts that wait for others.
  func keepAlive(_ hosts: [String]) async {
    guard let program = try? Template("host/heartbeat.sh").render(["run": identity.run]) else { return }
    for await look in ContinuousClock().looks(every: .seconds(HostLock.expirySeconds / 3)) where look > 0 {
      _ = await forEach(hosts, limit: limits.work) { host in
        _ = try? await self.shell(host).run(program, timeout: .seconds(20))
      }
    }
  }
}

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
