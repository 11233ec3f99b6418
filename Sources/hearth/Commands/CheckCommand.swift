import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Preflight
import Provision
import SSH
import Smoke
import Units

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look at every host and name every problem at once; change nothing.",
    discussion: """
      Each problem comes with its remedy; those that `hearth up` fixes itself are marked. With --benchmark it judges the
      running rack by every item of the CIS Kubernetes Benchmark. Examples:

        hearth check --limit worker
        hearth check --benchmark cis
      """.flowing
  )

  enum Benchmark: String, CaseIterable, ExpressibleByArgument {
    /// The CIS Kubernetes Benchmark 1.12.
    case cis
  }

  @Option(help: ArgumentHelp("Judge the running rack by a security benchmark: cis.", valueName: "name")) var benchmark:
    Benchmark?
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if benchmark != nil, rackOptions.limit != nil {
      throw ValidationError("a benchmark is about the whole rack: --limit makes no sense here")
    }
  }

  private struct Document: Encodable {
    var hosts: [String]
    var isBlocked: Bool
    var findings: [CheckFinding]
  }

  func run() async throws {
    if benchmark != nil { return try await judge() }
    let rack = try rackOptions.load()
    let names = try rackOptions.hosts(of: rack)
    let session = try await RackSession.open(rack, hosts: names, access: access)
    let survey = session.survey
    let refused = await Self.sessionRefusals(survey)
    let attempts = await Reachability.attempts(session.rack, shells: survey.fleet.shells)
    let occupants = await AddressProbe.findings(session.rack, shells: survey.fleet.shells)
    let policies = await Self.policies(session)
    await survey.fleet.close()
    let findings =
      Check.problems(
        rack: session.rack, facts: survey.facts, failures: survey.failures.merging(refused) { known, _ in known },
        today: Day(unixSeconds: Int(Date().timeIntervalSince1970)))
      + Reachability.findings(attempts, rack: session.rack) + occupants + policies
    switch output.output {
    case .json:
      try JSONSink.write(
        Document(hosts: names, isBlocked: findings.contains(where: \.isBlocking), findings: findings), as: .check)
    case .text:
      let report = CheckReport(rack: session.rack, facts: survey.facts, findings: findings, hosts: names)
      Terminal.writeOutput(report.text(width: Terminal().width))
    }
    if findings.contains(where: \.isBlocking) { throw ExitStatus.failed }
  }

  /// What is judged is what runs, so items that fail by design are not a failure of the command.
  private func judge() async throws {
    let rack = try rackOptions.load()
    guard let release = KubernetesRelease.of(rack.cluster.kubernetes) else {
      throw HearthError(
        .inventory, "Kubernetes \(rack.cluster.kubernetes) is not supported",
        hint: "choose one of the minor versions \(KubernetesVersion.supportedList)")
    }
    let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false)
    let (shells, failures) = (session.survey.fleet.shells, session.survey.failures)
    let results: [BenchmarkResult]
    do {
      guard failures.isEmpty else { throw HearthErrors(rack.nodes.compactMap { failures[$0.name] }) }
      results = CISBenchmark.results(
        try await BenchmarkFacts.collect(
          rack: rack, shells: shells, admin: ClusterAdmin(rack: rack, shells: shells, release: release)))
    } catch {
      await session.survey.fleet.close()
      throw error
    }
    await session.survey.fleet.close()
    switch output.output {
    case .json: try JSONSink.write(BenchmarkDocument(results), as: .benchmark)
    case .text: Terminal.writeOutput(BenchmarkReport(results: results).text())
    }
  }

  /// NetworkPolicies of a cluster that lives already.
  private static func policies(_ session: RackSession) async -> [CheckFinding] {
    let survey = session.survey
    guard let release = KubernetesRelease.of(session.rack.cluster) else { return [] }
    let view = await ClusterView.ask(
      rack: session.rack, facts: survey.facts, shells: survey.fleet.shells, release: release,
      answers: survey.companions)
    return view.policyWarning.map { [CheckFinding(.policiesUnenforced, $0)] } ?? []
  }

  /// Hosts whose sshd opens only one session on a connection: they can be looked at, and `up` would fail on them.
  private static func sessionRefusals(_ survey: Survey) async -> [String: HearthError] {
    let names = survey.facts.keys.sorted()
    let errors = await concurrently(names) { name -> HearthError? in
      guard let shell = survey.fleet.shells[name] as? SSHRootShell else { return nil }
      do throws(HearthError) {
        try await shell.connection.checkSessions()
        return nil
      } catch {
        return error.code == .remoteCommand ? error : nil
      }
    }
    var refused: [String: HearthError] = [:]
    for (name, error) in zip(names, errors) { refused[name] = error }
    return refused
  }
}
