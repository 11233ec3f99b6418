import Bootstrap
import Crypto
import Diagnostics
import Foundation
import Inventory
import Operations
import Provision
import SSH
import Untrusted

/// How far a run has come, and how it ends.
extension RackRun {
  /// What a saved plan of this run says of itself.
  var planOrigin: SavedPlan.Origin {
    SavedPlan.Origin(
      cluster: rack.cluster.name, created: Date().formatted(.iso8601), hearth: hearthVersion,
      inventory: inventoryText.map { SHA256.hash(data: Data($0.utf8)).hexadecimal })
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
    } catch is CancellationError {
      stopped = .refused
    } catch let errors as HearthErrors {
      for error in errors.errors { await outcome.fail(error, events) }
      stopped = errors.errors.first.map { ExitStatus($0) }
    } catch let error as HearthError where Approval.isPreviewed(error) {
      events.emit(.note(level: .info, host: nil, text: error.message))
    } catch let error as HearthError {
      await outcome.fail(error, events)
      stopped = ExitStatus(error)
    } catch let status as ExitStatus {
      stopped = status
    } catch let reported as Reported {
      stopped = ExitStatus(reported)
    } catch {
      await outcome.fail(HearthError(.internalError, "\(error)"), events)
      stopped = .failed
    }
    if Interrupts.shared.isRaised, stopped != nil {
      stopped = .refused
      await outcome.failAsStopped(events)
    }
    if stopped == nil, await outcome.isRefused { stopped = .refused }
    let summary = await self.summary(stopped)
    events.emit(.summary(summary))
    journal.leave()
    Interrupts.shared.set(nil)
    await session.survey.fleet.close()
    return stopped ?? ExitStatus(summary.result)
  }

  private func summary(_ stopped: ExitStatus?) async -> Summary {
    await outcome.summary(
      command: command, execs: await engine.execCounts(), hosts: session.hosts, stopped: stopped,
      seconds: LiveTable.seconds(ContinuousClock.now - started))
  }

  /// What a first interrupt does. The running steps of hosts end by themselves; whatever waits is cancelled.
  func stop() {
    if Question.isOpen {
      Terminal.writeError("\n")
    } else {
      let text = "Stopping after the running steps; Ctrl-C again ends at once"
      events.emit(.note(level: .info, host: nil, text: text))
    }
    engine.cancel()
  }

  static func goOn(_ command: String) -> String { "run `hearth \(command)` again: it goes on from there" }

  /// The last words of a run that is ended in its middle.
  func endAtOnce() async {
    let isChanging = engine.isWorking
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

/// Operations on real hosts.
extension RackRun: RackPort {
  var hosts: [String] { session.hosts }
  var survey: Survey { session.survey }
  var shells: [String: any RootShell] { engine.currentShells }
  var clock: any Clock<Duration> { ContinuousClock() }
  var isStopping: Bool { engine.isCancelled }

  func hasFailures(on hosts: [String]) async -> Bool { await outcome.hasFailures(on: hosts) }
  func record(_ action: String) async { await outcome.did(action) }

  /// Another operator is told who holds them.
  func holding(_ hosts: [String], _ work: () async throws -> Void) async throws {
    var failure: (any Error)?
    try await engine.holding(hosts) { () async throws(HearthErrors) in
      do {
        try await work()
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The new node, a neighbour and a control plane are enough to prove that it serves; the time does not grow with the
  /// rack.
  func smoke(around name: String) async throws {
    guard await !hasFailures else { return }
    let lead = rack.controlPlane.first { $0.name != name && shells[$0.name] != nil }
    let neighbour = rack.nodes.first { $0.name != name && $0.name != lead?.name && shells[$0.name] != nil }
    var part = rack
    part.nodes = rack.nodes.filter { [name, lead?.name, neighbour?.name].contains($0.name) }
    try await smoke(part)
  }
}
