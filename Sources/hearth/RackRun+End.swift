import Diagnostics
import Foundation
import Inventory
import Provision
import SSH

/// How far a run has come, and how it ends.
extension RackRun {
  /// Hosts of this run to which nobody could log in.
  var silentHosts: [String] { session.hosts.filter { session.survey.failures[$0] != nil } }

  /// The command is about all hosts, and each did its part.
  var isWhole: Bool {
    get async {
      let failed = await outcome.hasFailures
      return session.hosts.count == rack.nodes.count && !failed
    }
  }

  /// Every control-plane host is there and did its part, whatever became of others.
  var controlPlaneServes: Bool {
    get async {
      let hosts = rack.controlPlane.map(\.name)
      let failed = await outcome.hasFailures(on: hosts)
      return hosts.allSatisfy(session.hosts.contains) && !failed
    }
  }

  /// The last `up` from this machine did not come to its end, or failed: what it should have proved is still unproven.
  func isUnproven() throws -> Bool {
    guard FileManager.default.fileExists(atPath: "\(stateFolder)/kubeconfig") else { return true }
    let last = try journal.recent(100).first { $0.command == "up" && $0.id != engine.identity.run }
    return last.map { $0.result != Summary.Result.done.rawValue } ?? false
  }

  /// Does the work, closes everything and says how it went; errors of the work are printed, not thrown.
  func finish(_ work: (RackRun) async throws -> Void) async -> ExitStatus {
    var stopped: ExitStatus?
    do {
      try await work(self)
    } catch let errors as HearthErrors {
      for error in errors.errors { await outcome.fail(error, events) }
      stopped = errors.errors.first.map { ExitStatus($0) }
    } catch let error as HearthError {
      await outcome.fail(error, events)
      stopped = ExitStatus(error)
    } catch let status as ExitStatus {
      stopped = status
    } catch {
      await outcome.fail(HearthError(.internalError, "\(error)"), events)
      stopped = .failed
    }
    if stopped == nil, await outcome.isRefused { stopped = .refused }
    let summary = await self.summary(stopped)
    events.emit(.summary(summary))
    journal.leave()
    interrupts.stop()
    await session.survey.fleet.close()
    return stopped ?? ExitStatus(summary.result)
  }

  private func summary(_ stopped: ExitStatus?) async -> Summary {
    var execs: [String: Int] = [:]
    for (name, shell) in engine.currentShells { execs[name] = await shell.execCount }
    return await outcome.summary(
      command: command, execs: execs, hosts: session.hosts, stopped: stopped,
      seconds: LiveTable.seconds(ContinuousClock.now - started))
  }

  /// The last words of a run that is ended in its middle.
  func endAtOnce() async {
    let isChanging = engine.isCancelled
    let error = HearthError(
      .cancelled, isChanging ? "ended at once, in the middle of changes" : "stopped",
      hint: isChanging
        ? "what the hosts are doing goes on to its end there; run `hearth \(command)` again: it waits for that and goes on"
        : nil)
    await outcome.fail(error, events)
    var summary = await summary(.refused)
    if isChanging { summary.result = .partly }
    events.emit(.summary(summary))
    journal.leave()
  }
}
