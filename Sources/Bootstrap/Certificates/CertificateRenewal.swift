package import Diagnostics
package import Inventory
package import SSH
import Templates

/// Makes all certificates of hosts anew, ahead of time: by the hosts' own program, so that no key travels.
package struct CertificateRenewal: Sendable {
  private let rack: Rack
  private let shells: [String: any RootShell]
  private let events: any EventSink

  package init(rack: Rack, shells: [String: any RootShell], events: any EventSink) {
    self.rack = rack
    self.shells = shells
    self.events = events
  }

  /// Control-plane hosts one after the other, each until its API server is ready again; then all workers at once.
  ///
  /// - Returns: hosts that failed. After a control-plane host that fails nothing more is begun.
  package func run(hosts: Set<String>) async -> [HearthError] {
    for node in rack.controlPlane where hosts.contains(node.name) {
      do throws(HearthError) {
        try await renew(node.name)
        try await waitForAPI(node.name)
      } catch {
        return [error.at(Subject(host: node.name, step: "certificates"))]
      }
    }
    let workers = rack.nodes.filter { !$0.roles.contains(.controlPlane) && hosts.contains($0.name) }
    guard !workers.isEmpty else { return [] }
    let approver = Task { await approve() }
    defer { approver.cancel() }
    return await withTaskGroup(of: HearthError?.self) { group in
      for node in workers {
        group.addTask {
          do throws(HearthError) {
            try await renew(node.name)
            return nil
          } catch {
            return error.at(Subject(host: node.name, step: "certificates"))
          }
        }
      }
      var failures: [HearthError] = []
      for await error in group { if let error { failures.append(error) } }
      return failures
    }
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
        .remoteCommand, "this host has no program yet that makes certificates anew", hint: "run `hearth up` first")
    }
    guard result.status == 0 else {
      throw HearthError(
        .remoteCommand, "some certificates could not be made anew; those that were there still count",
        hint: "read the lines below; workers need an API server that answers",
        output: (result.outputText + result.errorText).split(separator: "\n").suffix(8).map(String.init),
        command: "sudo /usr/local/lib/hearth/renew-certificates --all")
    }
    let count = result.outputText.split(separator: "\n").count { $0.hasPrefix("made anew") }
    events.emit(
      .stepEnded(
        host: host, phase: "certificates", step: "\(count) certificates", outcome: .changed, seconds: seconds,
        detail: nil))
  }

  private func waitForAPI(_ host: String) async throws(HearthError) {
    guard let shell = shells[host] else { return }
    // Restarts are only asked for by the program: the old server may still answer for a moment.
    let program = "systemctl restart kube-apiserver.service\n" + (try Template.text(of: "conditions/wait-for-api"))
    let result = try await shell.run(program, timeout: .seconds(240))
    guard result.status == 0 else {
      throw HearthError(
        .cluster, "the API server is not ready with its new certificates",
        hint: "nothing was done on the hosts after this one; look at the API server's own words",
        output: result.errorText.split(separator: "\n").suffix(8).map(String.init),
        command: "sudo journalctl -u kube-apiserver -n 50 --no-pager")
    }
  }

  /// The approver's own timer runs every minute; people who wait shall not wait for it.
  private func approve() async {
    while !Task.isCancelled {
      for node in rack.controlPlane {
        _ = try? await shells[node.name]?.run("systemctl start hearth-approve.service", timeout: .seconds(60))
      }
      try? await Task.sleep(for: .seconds(2))
    }
  }
}
