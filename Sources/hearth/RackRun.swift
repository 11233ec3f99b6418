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
  let inventoryFolder: String
  /// As its owner wrote it.
  let inventoryText: String?
  private let journal: Journal
  private let started = ContinuousClock.now
  let outcome = RunOutcome()

  var rack: Rack { session.rack }
  var stateFolder: String { Folders().state(rack: rack.cluster.name) }

  private init(_ command: String, session: RackSession, inventory: String, sink: any EventSink) throws {
    self.command = command
    self.session = session
    inventoryFolder = URL(fileURLWithPath: inventory).deletingLastPathComponent().path
    inventoryText = try? String(contentsOfFile: inventory, encoding: .utf8)
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
    let planner = try RackPlanner(rack: rack, survey: session.survey, view: await view(), inventory: inventoryText)
    let authority = try await authority(create: forChange)
    let software = try await software(for: planner)
    let phases = try planner.phases(authority: authority, software: software, hosts: Set(session.hosts))
    return await self.plan(phases, forChange: forChange)
  }

  func software(for planner: RackPlanner) async throws(HearthError) -> [Architecture: Software] {
    try await SoftwareLibrary(rack: rack, beside: inventoryFolder)
      .software(for: planner.architectures, events: events)
  }

  /// What the living control plane knows; asked anew each time, because it changes.
  func view() async -> ClusterView {
    guard let release = KubernetesRelease.of(rack.cluster.kubernetes) else { return ClusterView() }
    return await ClusterView.ask(
      rack: rack, facts: session.survey.facts, shells: engine.currentShells, release: release)
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
    try ClusterBootstrap.adminKubeconfig(rack: rack, authority: try await authority(create: false))
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
    } catch let status as ExitStatus {
      stopped = status
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
