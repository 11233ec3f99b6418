import ArgumentParser
import Cost
import Diagnostics
import Foundation
import HTTP
import Inventory
import Metering
import Provision
import SSH
import Templates
import Units
import Untrusted

struct CostTrackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Take samples of power and of what each namespace uses.",
    discussion: """
      One sample without flags. A laptop sleeps: --install puts a sampler on the first control-plane node, whose samples
      each later run brings home. docs/guides/metering.md says what is kept. Examples:

        hearth cost track
        hearth cost track --every 60
        hearth cost track --install
      """.flowing)

  @Option(
    help: ArgumentHelp(
      "Go on in the foreground, a sample every so many seconds, 10 to 1200; Ctrl-C ends it.", valueName: "seconds"))
  var every: Int?
  @Flag(help: "Put the sampler on the first control-plane node, or a newer one over an older.") var install = false
  @Flag(help: "Take the sampler away, after collecting its samples.") var uninstall = false
  @Option(help: ArgumentHelp("With --install: seconds between two samples, 60 to 1200.", valueName: "count"))
  var seconds = 300
  @Flag(help: "Meters only; the cluster is not asked.") var noCluster = false
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    if install && uninstall { throw ValidationError("--install and --uninstall exclude each other") }
    if every != nil && (install || uninstall) {
      throw ValidationError("--every goes with neither --install nor --uninstall")
    }
    if output.output == .json, install || uninstall {
      throw ValidationError("--output json is about samples: it goes with neither --install nor --uninstall")
    }
    if let every, !(10...UsageStore.longestSeconds).contains(every) {
      throw ValidationError("--every must be 10 to \(UsageStore.longestSeconds): what lies further apart is a gap")
    }
    if !(60...UsageStore.longestSeconds).contains(seconds) {
      throw ValidationError("--seconds must be 60 to \(UsageStore.longestSeconds): what lies further apart is a gap")
    }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    let meters = rack.cost.meters
    try MeterCoverage.check(meters)
    let store = try UsageStore(path: UsageStore.path(rack: rack.cluster.name))
    let session = try await RackSession.open(rack, hosts: needed(rack), access: access, facts: false)
    defer { _ = session }
    let shells = session.survey.fleet.shells
    let first = rack.controlPlane.first { shells[$0.name] != nil }.flatMap { shells[$0.name] }
    for error in session.survey.errors(in: rack) {
      Terminal.writeError("\(error.subject.host ?? "a host"): \(error.message)\n")
    }
    let now = Int(Date().timeIntervalSince1970)
    try store.note(meters, at: now)
    if let first { try await collect(from: first, into: store, rack) }
    if install || uninstall {
      guard let first else { throw noHost(session.survey.errors(in: rack)) }
      try await change(
        uninstall
          ? Sampler.removal(from: first.host) : try Sampler(seconds: seconds).phase(on: first.host, meters: meters),
        on: first.host, rack)
      Terminal.writeOutput(
        uninstall
          ? "the sampler is gone from \(first.host)\n"
          : "\(first.host) takes a sample every \(seconds) seconds; `hearth cost track` brings them home\n")
    } else {
      let tracker = try Tracker(
        meters: meters, http: meterClient(rack), shells: shells, cluster: noCluster ? nil : first, store: store,
        doubt: try expectations(rack))
      try await sample(tracker)
    }
    try store.prune(at: now)
    if let first, !install, !uninstall { try await watchBudget(rack, on: first) }
    await session.survey.fleet.close()
  }

  /// Through plan, lock and journal, as all that changes a host.
  private func change(_ phase: Phase, on host: String, _ rack: Rack) async throws {
    let sink = PlainSink(lines: PlainLines(style: Terminal().style))
    let run = try await RackRun.begin(
      "cost track", rack: rack, hosts: [host], inventory: try rackOptions.path(), access: access, sink: sink,
      facts: false)
    let status = await run.finish { run in
      let plan = await run.plan([phase], forChange: true)
      if plan.changeCount > 0 { try await run.apply(plan) }
    }
    guard status == .done else { throw status }
  }

  /// A control-plane node, and the nodes whose power chips are read.
  private func needed(_ rack: Rack) -> [String] {
    let chips = rack.cost.meters.filter { $0.kind == .pmic }.flatMap(\.covers)
    return rack.nodes.filter { $0.roles.contains(.controlPlane) || chips.contains($0.name) }.map(\.name)
  }

  /// The rack's own network; a household's meters are not behind its proxy.
  private func meterClient(_ rack: Rack) -> HTTPClient {
    var options = HTTPOptions()
    options.proxy = ""
    return HTTPClient(networkNamespace: rack.networkNamespace, options: options)
  }

  private func collect(from host: any RootShell, into store: UsageStore, _ rack: Rack) async throws {
    let before = try store.doubts()
    let count = try await Sampler.collect(
      from: host, into: store, meters: rack.cost.meters, doubt: try expectations(rack))
    if count > 0, output.output == .text { Terminal.writeOutput("\(count) samples collected from \(host.host)\n") }
    for doubt in try store.doubts() where !before.contains(doubt) { Terminal.writeError("\(doubt.words)\n") }
  }

  /// Why a meter cannot show so many watts, by what hangs on it.
  private func expectations(_ rack: Rack) throws -> @Sendable (String, Watts) -> String? {
    let catalogue = try HardwareCatalogue.embedded()
    let expected = Dictionary(
      rack.cost.meters.compactMap { meter in
        MeterExpectation(meter, rack: rack, catalogue: catalogue).map { (meter.name, $0) }
      }
    ) { first, _ in first }
    return { name, watts in expected[name]?.doubt(watts) }
  }

  private func sample(_ tracker: Tracker) async throws {
    let stop = StopFlag()
    // The sample that is under way is taken to its end.
    Interrupts.shared.set(Interrupts.Run(stop: { stop.raise() }, farewell: {}, cancelsTask: false))
    defer { Interrupts.shared.set(nil) }
    try await sample(tracker, until: stop)
  }

  private func sample(_ tracker: Tracker, until stop: StopFlag) async throws {
    while true {
      // From the beginning of a sample: a meter that hangs makes the next one no later.
      let begun = ContinuousClock.now
      let outcome = try await tracker.sample()
      if output.output == .json {
        try JSONSink.write(SampleDocument(outcome), as: .sample)
      } else {
        show(outcome)
      }
      guard let every else {
        if outcome.readings.isEmpty && outcome.containers == nil { throw ExitStatus.failed }
        return
      }
      let next = begun + .seconds(every)
      let rest = next - .now
      for await _ in ContinuousClock().looks(every: .milliseconds(200), for: rest) where stop.isRaised { break }
      if stop.isRaised { return }
    }
  }

  private func show(_ outcome: Tracker.Outcome) {
    Terminal.writeOutput(SampleLine(outcome).text + "\n")
    for (name, error) in outcome.dead.sorted(by: { $0.key < $1.key }) {
      Terminal.writeError("meter \(name): \(error.message)" + (error.hint.map { " (\($0))" } ?? "") + "\n")
    }
    for doubt in outcome.doubts { Terminal.writeError("meter \(doubt.meter): \(doubt.text)\n") }
    if let error = outcome.clusterFailure { Terminal.writeError("cluster: \(error.message)\n") }
  }

  /// What a month may cost is told by the host that tells other things: it gets a line, or none.
  private func watchBudget(_ rack: Rack, on host: any RootShell) async throws {
    guard let budget = rack.notify?.budget else { return }
    let report = try ReportBuilder.build(try await CostOptions.parse([]).context(rack))
    let total = report.period.total
    let limit = Money(budget, total.currency)
    let text =
      total.amount > budget
      ? "\(rack.cluster.name) has cost \(total) this month, more than the budget of \(limit)\n" : ""
    let result = try await host.run(
      try Template.text(of: "notify/report"), input: Array(text.utf8), timeout: .seconds(60), onOutput: nil)
    guard result.status == 0 else {
      throw HearthError(
        .remoteCommand, "the budget could not be handed over", subject: Subject(host: host.host),
        output: result.errorText.lastLines(3))
    }
    if !text.isEmpty, output.output == .text { Terminal.writeError(text) }
  }

  private func noHost(_ errors: [HearthError]) -> HearthErrors {
    HearthErrors(
      errors.isEmpty
        ? [HearthError(.unreachable, "no control-plane node answers", hint: "see `hearth status`")] : errors)
  }
}
