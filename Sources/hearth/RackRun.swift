import Artifacts
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import PKI
import Provision
import SSH
import Smoke
import Synchronization

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
  let inventoryFolder: String
  /// As its owner wrote it, or as it reads once the command is done.
  let inventoryText: String?
  let journal: Journal
  let started: ContinuousClock.Instant
  let outcome = RunOutcome()
  private let surveyed: Mutex<[String: String]>
  private let told = Mutex<Set<String>>([])

  var rack: Rack { session.rack }
  var stateFolder: String { Folders().state(rack: rack.cluster.name) }

  private init(
    _ command: String, session: RackSession, inventory: String, text: String?, sink: any EventSink, limits: Limits,
    started: ContinuousClock.Instant, identity: RunIdentity, journal: Journal
  ) {
    self.command = command
    self.session = session
    self.started = started
    surveyed = Mutex(session.survey.companions)
    inventoryFolder = URL(fileURLWithPath: inventory).deletingLastPathComponent().path
    inventoryText = text ?? (try? String(contentsOfFile: inventory, encoding: .utf8))
    self.journal = journal
    terminalSink = sink
    events = TeeSink([sink, journal])
    engine = Engine(
      hosts: session.survey.fleet.shells, events: events, limits: limits, identity: identity,
      reconnect: { [session] host throws(HearthError) in try await session.reconnect(host) })
  }

  /// Reads the inventory, logs in everywhere and begins; hosts that do not answer are named at once.
  ///
  /// - Parameters:
  ///   - facts: false for commands that need no facts of the hosts.
  ///   - waits: false lets every host be observed as soon as it is logged in to; those that do not answer are named in
  ///     the plan.
  static func begin(
    _ command: String, options: RackOptions, access: AccessOptions, sink: any EventSink, facts: Bool = true,
    waits: Bool = true, limits: Limits = Limits()
  ) async throws -> RackRun {
    let rack = try options.load()
    return try await begin(
      command, rack: rack, hosts: try options.hosts(of: rack), inventory: try options.path(), access: access,
      sink: sink, facts: facts, waits: waits, limits: limits)
  }

  /// - Parameters:
  ///   - rack: may differ from what the inventory says, such as by a node that is just being added.
  ///   - text: what the inventory will say afterwards, where the command changes it.
  ///   - silent: hosts that need not answer; one that does not is not a failure of the run.
  static func begin(
    _ command: String, rack: Rack, hosts: [String], inventory: String, text: String? = nil, access: AccessOptions,
    sink: any EventSink, facts: Bool = true, waits: Bool = true, limits: Limits = Limits(), silent: Set<String> = [],
    changedHostKeys: [String: HostKeyPolicy.Changed] = [:], formerAddresses: [String: IPv4Address] = [:]
  ) async throws -> RackRun {
    let started = ContinuousClock.now
    // A reader that goes away, as `head` does, must not end a run in the middle of its changes.
    signal(SIGPIPE, SIG_IGN)
    let identity = RunIdentity.current()
    // Opened while the network is waited for.
    async let journal = Journal(path: Journal.path(rack: rack.cluster.name), runID: identity.run)
    // What one host gets depends on what the control plane's hosts hold.
    let session = try await RackSession.open(
      rack, hosts: hosts, listening: facts ? rack.controlPlane.map(\.name) : [], access: access, facts: facts,
      changedHostKeys: changedHostKeys, formerAddresses: formerAddresses, waits: waits)
    let run = RackRun(
      command, session: session, inventory: inventory, text: text, sink: sink, limits: limits, started: started,
      identity: identity, journal: try await journal)
    Interrupts.shared.set(
      Interrupts.Run(stop: { [weak run] in run?.stop() }, farewell: { [weak run] in await run?.endAtOnce() }))
    run.journal.emit(run.beginning)
    if waits { sink.emit(run.beginning) }
    for error in session.survey.errors(in: rack) where !silent.contains(error.subject.host ?? "") {
      if let host = error.subject.host, !hosts.contains(host) {
        run.events.emit(.note(level: .warning, host: host, text: error.message))
      } else {
        await run.outcome.fail(error, run.events)
      }
    }
    return run
  }

  func softwareLibrary() throws(HearthError) -> SoftwareLibrary {
    try SoftwareLibrary(rack: rack, beside: inventoryFolder, own: .find())
  }

  func software(for architectures: Set<Architecture>) async throws -> [Architecture: Software] {
    let library = try softwareLibrary()
    for replacement in library.store.lock.replacements where architectures.contains(replacement.after.architecture) {
      // Steps ask again and again.
      guard told.withLock({ $0.insert(replacement.text).inserted }) else { continue }
      events.emit(.note(level: .warning, host: nil, text: replacement.text))
    }
    let controlPlanes = Set(rack.controlPlane.compactMap { session.survey.facts[$0.name]?.architecture })
    return try await library.software(
      for: architectures, controlPlanes: controlPlanes.isEmpty ? architectures : controlPlanes,
      hosts: rack.controlPlane.compactMap { engine.currentShells[$0.name] }, events: events)
  }

  /// What the living control plane knows; asked again each time, because it changes, but for the first time, when the
  /// hosts have said it together with their facts.
  func view() async -> ClusterView {
    guard let release = KubernetesRelease.of(rack.cluster) else { return ClusterView() }
    let answers = surveyed.withLock { answers in
      defer { answers = [:] }
      return answers
    }
    let view = await ClusterView.ask(
      rack: rack, facts: session.survey.facts, shells: engine.currentShells, release: release, answers: answers)
    if !answers.isEmpty {
      for sentence in view.refused {
        events.emit(
          .note(level: .warning, host: nil, text: "not used, because it is not what it should be: \(sentence)"))
      }
    }
    return view
  }

  private var beginning: Event { .runStarted(command: command, rack: rack.cluster.name, hosts: session.hosts) }

  /// The difference between these phases and what is; hosts that cannot be reached or observed are named.
  func plan(_ phases: [Phase], forChange: Bool) async -> Plan {
    let plan = await engine.plan(phases, forChange: forChange)
    // After the logins, whose questions must not stand in the middle of a table.
    if !session.isLoggedIn { terminalSink.emit(beginning) }
    for (host, error) in plan.failures.sorted(by: { $0.key < $1.key }) {
      await outcome.fail(error.at(Subject(host: host)), events)
    }
    return plan
  }

  func apply(_ plan: Plan) async throws {
    try checkStopped()
    let report = await engine.apply(plan)
    await outcome.add(report)
    if report.cancelled {
      throw HearthError(.cancelled, "stopped after the running steps", hint: Self.goOn(command))
    }
  }

  func mergeKubeconfig() async throws {
    let own = try await adminKubeconfig()
    try PrivateFile.write(Array(own.reveal().utf8), to: "\(stateFolder)/kubeconfig")
    let target = KubeconfigMerge.userFile()
    try KubeconfigMerge.merge(own, into: target)
    if let lab = rack.lab {
      // A virtual rack has no link to this machine's own network.
      let host = rack.controlPlane.first?.name ?? "pi1"
      let text =
        "kubectl reaches it from the rack's own network: `hearth lab shell --name \(lab)`, then `kubectl get nodes`; or "
        + "`hearth lab exec --name \(lab) \(host) -- kubectl --kubeconfig=/etc/kubernetes/admin.conf get nodes`"
      events.emit(.note(level: .info, host: nil, text: text))
    } else {
      events.emit(
        .note(level: .info, host: nil, text: "kubectl reaches it as context \(rack.cluster.name) (\(target))"))
    }
  }

  func adminKubeconfig() async throws -> Secret<String> {
    try ClusterBootstrap.adminKubeconfig(rack: rack, authority: try await authority(create: false))
  }

  /// - Parameter days: how long it is valid.
  func kubeconfig(of name: String, _ group: PersonalGroup, days: Int) async throws -> Secret<String> {
    try ClusterBootstrap.kubeconfig(
      of: name, group: group, days: days, rack: rack, authority: try await authority(create: false))
  }

  var hasFailures: Bool { get async { await outcome.hasFailures } }

  /// - Parameter rack: which nodes take part; nil means all.
  func smoke(_ part: Rack? = nil) async throws {
    let phase = "smoke"
    let begun = ContinuousClock.now
    events.emit(.phaseStarted(phase: phase, hosts: []))
    let test = SmokeTest(
      rack: part ?? rack, shells: engine.currentShells, outside: session.outsideProbe(), events: events,
      followsChanges: await outcome.hasChanged)
    let work = Task { () throws(HearthError) in try await test.run() }
    let report = try await withTaskCancellationHandler {
      do {
        return try await work.value
      } catch {
        // Whatever it was doing then, it was the person who ended it.
        guard work.isCancelled else { throw error }
        throw HearthError(
          .cancelled, "the smoke test was stopped; what it had made is removed", hint: "run `hearth smoke` to repeat it"
        )
      }
    } onCancel: {
      work.cancel()
    }
    let seconds = LiveTable.seconds(ContinuousClock.now - begun)
    events.emit(.phaseEnded(phase: phase, seconds: seconds, succeeded: report.errors.isEmpty))
    await outcome.add(Summary.Phase(name: phase, seconds: seconds))
    // Of a part, what is said about the whole would be wrong.
    for warning in report.warnings where part == nil { events.emit(.note(level: .warning, host: nil, text: warning)) }
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
    try await CAResolver(folder: "\(stateFolder)/pki")
      .authority(for: rack, survey: session.survey, create: create)
  }

  /// Takes the moving table away before something else is written.
  func pause() { (terminalSink as? TerminalSink)?.pause() }
}
