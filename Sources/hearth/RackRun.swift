import Artifacts
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import SSH
import Smoke

/// One run of a command on a rack: its sinks, its engine, what it did. Commands say what happens; this says in which
/// surroundings.
final class RackRun: Sendable {
  let command: String
  let session: RackSession
  let engine: Engine
  let events: any EventSink
  private let terminalSink: any EventSink
  /// May hold a lock file of the user's own.
  private let inventoryFolder: String
  private let journal: Journal
  private let started = ContinuousClock.now
  private let outcome = RunOutcome()

  var rack: Rack { session.rack }
  private var stateFolder: String { Folders().state(rack: rack.cluster.name) }

  private init(_ command: String, session: RackSession, inventory: String, sink: any EventSink) throws {
    self.command = command
    self.session = session
    inventoryFolder = URL(fileURLWithPath: inventory).deletingLastPathComponent().path
    let identity = RunIdentity.current()
    journal = try Journal(path: Journal.path(rack: session.rack.cluster.name), runID: identity.run)
    terminalSink = sink
    events = TeeSink([sink, journal])
    engine = Engine(
      hosts: session.survey.fleet.shells, events: events, identity: identity,
      reconnect: { [session] host throws(HearthError) in try await session.reconnect(host) })
  }

  /// Reads the inventory, logs in everywhere and begins; hosts that do not answer are named at once.
  ///
  /// - Parameter facts: false for commands that need no facts of the hosts.
  static func begin(
    _ command: String, options: RackOptions, access: AccessOptions, sink: any EventSink, facts: Bool = true
  ) async throws -> RackRun {
    let rack = try options.load()
    let hosts = try options.hosts(of: rack)
    let session = try await RackSession.open(rack, hosts: hosts, access: access, facts: facts)
    let run = try RackRun(command, session: session, inventory: try options.path(), sink: sink)
    run.events.emit(.runStarted(command: command, rack: rack.cluster.name, hosts: hosts))
    for error in session.survey.errors(in: rack) { await run.outcome.fail(error, run.events) }
    return run
  }

  /// The difference between what is wanted and what is.
  ///
  /// - Parameter forChange: false for commands that only look: they take no lock.
  func plan(forChange: Bool) async throws -> Plan {
    guard !session.survey.facts.isEmpty else { throw HearthErrors(session.survey.errors(in: rack)) }
    let planner = try RackPlanner(rack: rack, survey: session.survey)
    let authority = try await authority(create: forChange)
    let library = try SoftwareLibrary(rack: rack, beside: inventoryFolder)
    let software = try await library.software(for: planner.architectures, events: events)
    let phases = try planner.phases(authority: authority, software: software, hosts: Set(session.hosts))
    return await self.plan(phases, forChange: forChange)
  }

  func softwareLibrary() throws(HearthError) -> SoftwareLibrary {
    try SoftwareLibrary(rack: rack, beside: inventoryFolder)
  }

  /// The difference between these phases and what is; hosts that cannot be observed are named.
  func plan(_ phases: [Phase], forChange: Bool) async -> Plan {
    let plan = await engine.plan(phases, forChange: forChange)
    for (host, error) in plan.failures.sorted(by: { $0.key < $1.key }) {
      await outcome.fail(error.at(Subject(host: host)), events)
    }
    return plan
  }

  func apply(_ plan: Plan) async throws {
    let watcher = InterruptWatcher { [engine] in engine.cancel() }
    defer { watcher.stop() }
    let report = await engine.apply(plan)
    await outcome.add(report)
    if report.cancelled { throw HearthError(.cancelled, "stopped after the running steps; `hearth \(command)` goes on") }
  }

  func mergeKubeconfig() async throws {
    let own = try await adminKubeconfig()
    try PrivateFile.write(Array(own.reveal().utf8), to: "\(stateFolder)/kubeconfig")
    let target = KubeconfigMerge.userFile()
    try KubeconfigMerge.merge(own, into: target)
    events.emit(.note(level: .info, host: nil, text: "kubectl reaches it as context \(rack.cluster.name) (\(target))"))
  }

  func adminKubeconfig() async throws -> Secret<String> {
    let bootstrap = try ClusterBootstrap(rack: rack, facts: session.survey.facts)
    return try bootstrap.adminKubeconfig(authority: try await authority(create: false))
  }

  var hasFailures: Bool { get async { await outcome.hasFailures } }

  func smoke() async throws {
    let phase = "smoke"
    let begun = ContinuousClock.now
    events.emit(.phaseStarted(phase: phase, hosts: []))
    let test = SmokeTest(
      rack: rack, shells: engine.currentShells, outside: session.outsideProbe(), events: events)
    let report = try await test.run()
    let seconds = LiveTable.seconds(ContinuousClock.now - begun)
    events.emit(.phaseEnded(phase: phase, seconds: seconds))
    await outcome.add(Summary.Phase(name: phase, seconds: seconds))
    for warning in report.warnings { events.emit(.note(level: .warning, host: nil, text: warning)) }
    for error in report.errors { await outcome.fail(error, events) }
  }

  /// Takes a worker away and says how long its programs were not served.
  func failover(victim: String?) async throws {
    let phase = "failover"
    let begun = ContinuousClock.now
    events.emit(.phaseStarted(phase: phase, hosts: []))
    let test = FailoverTest(rack: rack, shells: engine.currentShells, events: events)
    let results = try await test.run(victim: victim)
    let seconds = LiveTable.seconds(ContinuousClock.now - begun)
    events.emit(.phaseEnded(phase: phase, seconds: seconds))
    await outcome.add(Summary.Phase(name: phase, seconds: seconds))
    for result in results {
      let name = "failover/\(result.kind)"
      let time = String(format: "%.1f s", result.seconds)
      if let to = result.to {
        events.emit(
          .condition(
            name: name, host: result.from, state: .met,
            detail: "served again from \(to); \(time) from the first failed request to the last, \(result.detail)"))
      } else {
        await outcome.fail(
          HearthError(
            .cluster, "the \(result.kind) was not served again: \(result.detail)",
            subject: Subject(host: result.from, step: name),
            hint: "Look at where its pods are: another node must have room and, for WebAssembly, the label."), events)
      }
    }
  }

  func authority(create: Bool) async throws(HearthError) -> Authority {
    try await AuthorityKeeper(folder: "\(stateFolder)/pki")
      .authority(for: rack, survey: session.survey, create: create)
  }

  /// Takes the moving table away before something else is written.
  func pause() { (terminalSink as? TerminalSink)?.pause() }

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
    } catch {
      await outcome.fail(HearthError(.internalError, "\(error)"), events)
      stopped = .failed
    }
    var execs: [String: Int] = [:]
    for (name, shell) in engine.currentShells { execs[name] = await shell.execCount }
    let summary = await outcome.summary(
      command: command, execs: execs, hosts: session.hosts, stopped: stopped,
      seconds: LiveTable.seconds(ContinuousClock.now - started))
    events.emit(.summary(summary))
    journal.flush()
    await session.survey.fleet.close()
    return stopped ?? ExitStatus(summary.result)
  }
}
