import Diagnostics
import SSH
import Templates
import Untrusted

/// Starts an apply program on a host and listens until it ends, over a new connection if the first one is lost.
struct JobRunner {
  var engine: Engine
  var host: String
  var program: ApplyProgram
  var stream: ApplyStream

  /// - Returns: how it ended, if that is not a failure.
  /// - Throws: ``HearthError``: what failed, or what became of the host.
  func run() async throws(HearthError) -> ApplyStream.Ending {
    guard !engine.isCancelled else { return .cancelled }
    let launch = try Template("host/launch.sh").render([
      "job": program.job, "nonce": program.nonce, "bytes": program.text.utf8.count,
      "leftoverSeconds": Int(engine.limits.leftover.components.seconds),
    ])
    let stream = stream
    var said: ExecResult?
    do {
      said = try await engine.shell(host).run(
        launch, input: Array(program.text.utf8), timeout: program.timeout, onOutput: { stream.feed($0) })
    } catch {
      if error.code == .cancelled || error.code == .timedOut { throw error }
      if stream.ending == nil { try await listenAgain(after: error) }
    }
    guard let ending = stream.ending else { throw silence(said) }
    switch ending {
    case .ok, .restart, .cancelled: return ending
    case .failed(let step, let status):
      guard program.steps.indices.contains(step) else { throw silence(said) }
      throw StepError(
        host: host, resource: program.steps[step].resource, status: status, reason: stream.reason,
        output: stream.output
      ).error
    case .lost:
      throw HearthError(
        .locked, "another run has taken this host", hint: "see who it is, then run the command again",
        command: "cat /run/hearth/lock")
    case .busy:
      throw HearthError(
        .locked, "the program of an earlier run is still working here",
        hint: "look at what it does, then run the command again", command: "ps -eo pid,etimes,args | grep hearth/jobs")
    case .incomplete:
      throw HearthError(
        .remoteCommand, "the program for this host did not arrive whole; nothing of it was done",
        hint: "run the command again; if it happens each time, look whether /run is full", command: "df -h /run")
    case .gone:
      throw HearthError(
        .unreachable, "the host was restarted while it was worked on",
        hint: "run the command again; it goes on where the host is")
    }
  }

  /// The connection broke, but the program works on: hear it to its end.
  private func listenAgain(after error: HearthError) async throws(HearthError) {
    guard engine.reconnect != nil else { throw error }
    engine.events.emit(.note(level: .warning, host: host, text: "Connection lost; connecting again"))
    do {
      try await engine.reconnect(host, within: engine.limits.lost, bootOtherThan: nil)
    } catch {
      throw HearthError(
        .unreachable, "the connection to this host was lost, and it does not come back",
        hint: "see whether it has power and network, then run the command again; what it was doing ends by itself",
        cause: error.message)
    }
    stream.restart()
    let stream = stream
    let attach = try Template("host/attach.sh").render(["job": program.job, "nonce": program.nonce])
    _ = try await engine.shell(host).run(attach, input: [], timeout: program.timeout, onOutput: { stream.feed($0) })
  }

  private func silence(_ result: ExecResult?) -> HearthError {
    HearthError(
      .remoteCommand, "the program on this host ended without a word",
      hint: StepError.hint([result?.errorText ?? ""])
        ?? "look whether the host ran out of memory, then run the command again",
      output: result.map { $0.errorText.lastLines(10) } ?? [],
      command: "journalctl -n 50 -k")
  }
}
