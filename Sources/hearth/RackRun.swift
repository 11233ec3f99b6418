import Artifacts
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import SSH
import Smoke

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

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
  let journal: Journal
  let started: ContinuousClock.Instant
  let interrupts: InterruptWatcher
  let outcome = RunOutcome()

  var rack: Rack { session.rack }
  var stateFolder: String { Folders().state(rack: rack.cluster.name) }

  private init(
    _ command: String, session: RackSession, inventory: String, sink: any EventSink, limits: Limits,
    started: ContinuousClock.Instant, interrupts: InterruptWatcher
  ) throws {
    self.command = command
    self.session = session
    self.started = started
    self.interrupts = interrupts
    inventoryFolder = URL(fileURLWithPath: inventory).deletingLastPathComponent().path
    let identity = RunIdentity.current()
    journal = try Journal(path: Journal.path(rack: session.rack.cluster.name), runID: identity.run)
    terminalSink = sink
    events = TeeSink([sink, journal])
    engine = Engine(
      hosts: session.survey.fleet.shells, events: events, limits: limits, identity: identity,
      reconnect: { [session] host throws(HearthError) in try await session.reconnect(host) })
  }

  /// Reads the inventory, logs in everywhere and begins; hosts that do not answer are named at once.
  ///
  /// - Parameter facts: false for commands that need no facts of the hosts.
  static func begin(
    _ command: String, options: RackOptions, access: AccessOptions, sink: any EventSink, facts: Bool = true,
    limits: Limits = Limits()
  ) async throws -> RackRun {
    let started = ContinuousClock.now
    // A reader that goes away, as `head` does, must not end a run in the middle of its changes.
    signal(SIGPIPE, SIG_IGN)
    let interrupts = InterruptWatcher()
    let rack = try options.load()
    let hosts = try options.hosts(of: rack)
    // What one host gets depends on what the control plane's hosts hold.
    let session = try await RackSession.open(
      rack, hosts: hosts, listening: facts ? rack.controlPlane.map(\.name) : [], access: access, facts: facts)
    let run = try RackRun(
      command, session: session, inventory: try options.path(), sink: sink, limits: limits, started: started,
      interrupts: interrupts)
    interrupts.beforeEnd { [weak run] in await run?.endAtOnce() }
    run.events.emit(.runStarted(command: command, rack: rack.cluster.name, hosts: hosts))
    for error in session.survey.errors(in: rack) {
      if let host = error.subject.host, !hosts.contains(host) {
        run.events.emit(.note(level: .warning, host: host, text: error.message))
      } else {
        await run.outcome.fail(error, run.events)
      }
    }
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

  /// The difference between these phases and what is; hosts that cannot be observed are named.
  func plan(_ phases: [Phase], forChange: Bool) async -> Plan {
    let plan = await engine.plan(phases, forChange: forChange)
    for (host, error) in plan.failures.sorted(by: { $0.key < $1.key }) {
      await outcome.fail(error.at(Subject(host: host)), events)
    }
    return plan
  }

  func apply(_ plan: Plan) async throws {
    let report = await interrupts.whileStoppable({ [engine] in engine.cancel() }) { await engine.apply(plan) }
    await outcome.add(report)
    if report.cancelled { throw HearthError(.cancelled, "stopped after the running steps", hint: "run `hearth \(command)` again: it goes on from there") }
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
    let work = Task { () throws(HearthError) in try await test.run() }
    let report = try await interrupts.whileStoppable({ [events] in
      events.emit(.note(level: .info, host: nil, text: "Stopping; what the smoke test has made is removed"))
      work.cancel()
    }) {
      do {
        return try await work.value
      } catch {
        // Whatever it was doing then, it was the person who ended it.
        throw work.isCancelled
          ? HearthError(.cancelled, "the smoke test was stopped; what it had made is removed") : error
      }
    }
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
}
