import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Provision

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look at every host and name every problem at once; change nothing.",
    discussion: """
      Each problem comes with its remedy; those that `hearth up` mends itself are marked. Example:

        hearth check --limit worker
      """.flowing
  )

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rack = try rackOptions.load()
    let names = try rackOptions.hosts(of: rack)
    let session = try await RackSession.open(rack, hosts: names, access: access)
    let survey = session.survey
    await survey.fleet.close()
    let findings = Check.problems(
      rack: session.rack, facts: survey.facts, failures: survey.failures)
    switch output.output {
    case .json:
      for finding in findings { try JSONSink.write(finding) }
    case .text:
      let report = CheckReport(rack: session.rack, facts: survey.facts, findings: findings, hosts: names)
      Terminal.writeOutput(report.text(width: Terminal().width))
    }
    if findings.contains(where: \.isBlocking) { throw ExitStatus.failed }
  }
}
