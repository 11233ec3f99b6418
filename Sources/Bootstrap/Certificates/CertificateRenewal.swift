package import Diagnostics
package import Inventory
package import SSH
import Templates
import Untrusted

/// Renews all certificates of hosts ahead of time: by the hosts' own program, so that no key travels.
package struct CertificateRenewal: Sendable {
  private let rack: Rack
  private let shells: [String: any RootShell]
  private let events: any EventSink

  package init(rack: Rack, shells: [String: any RootShell], events: any EventSink) {
    self.rack = rack
    self.shells = shells
    self.events = events
  }

  /// Until the host's API server is ready again.
  ///
  /// - Returns: why it failed.
  package func renew(controlPlane host: String) async -> HearthError? {
    do throws(HearthError) {
      try await renew(host)
      try await waitForAPI(host)
      return nil
    } catch {
      return error.at(Subject(host: host, step: "certificates"))
    }
  }

  /// All at once; control planes sign for them meanwhile.
  ///
  /// - Returns: hosts that failed.
  package func renew(workers: [String]) async -> [HearthError] {
    let signer = Task { await sign() }
    defer { signer.cancel() }
    return await concurrently(workers) { host -> HearthError? in
      do throws(HearthError) {
        try await renew(host)
        return nil
      } catch {
        return error.at(Subject(host: host, step: "certificates"))
      }
    }.compactMap(\.self)
  }

  private func renew(_ host: String) async throws(HearthError) {
    guard let shell = shells[host] else {
      throw HearthError(.unreachable, "this host cannot be reached", hint: "bring it back, then run the command again")
    }
    let begun = ContinuousClock.now
    events.emit(.stepStarted(host: host, phase: "certificates", step: "certificates"))
    let program = """
      program=/usr/local/lib/hearth/renew-certificates
      [ -x "$program" ] || exit 127
      exec 9>/run/hearth-certs.lock && flock 9 && exec "$program" --all
      """
    let result = try await shell.run(program, timeout: .seconds(240))
    let seconds = begun.duration(to: .now) / .seconds(1)
    if result.status == 127 {
      throw HearthError(
        .remoteCommand, "this host has no program yet that renews certificates", hint: "run `hearth up` first")
    }
    guard result.status == 0 else {
      throw HearthError(
        .remoteCommand, "some certificates could not be renewed; those that were there still count",
        hint: "read the lines below; workers need an API server that answers",
        output: (result.outputText + result.errorText).lastLines(8),
        command: "sudo /usr/local/lib/hearth/renew-certificates --all")
    }
    let count = result.outputText.byteLines.count { $0.hasPrefix("renewed") }
    events.emit(
      .stepEnded(
        host: host, phase: "certificates", step: "\(count) certificates", outcome: .changed, seconds: seconds,
        detail: nil))
  }

  private func waitForAPI(_ host: String) async throws(HearthError) {
    guard let shell = shells[host] else { return }
    // Restarts are only asked for by the program: the old server may still answer for a moment.
    let wait = try Template("conditions/wait-for-api").render([
      "kubectl": Kubectl.admin, "tries": ClusterConditions.tries,
    ])
    let program = "systemctl restart kube-apiserver.service\n" + wait
    let result = try await shell.run(program, timeout: .seconds(240))
    guard result.status == 0 else {
      throw HearthError(
        .cluster, "the API server is not ready with its new certificates",
        hint: "nothing was done on the hosts after this one; look at the API server's own words",
        output: result.errorText.lastLines(8),
        command: "sudo journalctl -u kube-apiserver -n 50 --no-pager")
    }
  }

  /// The signing program's own timer runs every minute; people who wait should not wait for it.
  private func sign() async {
    for await _ in ContinuousClock().looks(every: .seconds(2)) {
      for node in rack.controlPlane {
        _ = try? await shells[node.name]?.run("systemctl start hearth-sign.service", timeout: .seconds(60))
      }
    }
  }
}
