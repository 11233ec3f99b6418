import Diagnostics
import SSH

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
