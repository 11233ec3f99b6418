package import Diagnostics
import Foundation
package import SSH
import Templates

/// One POSIX `sh` program that says all of ``Facts`` in one round trip.
package enum FactsProgram {
  /// The program; it needs no input, runs as root and changes nothing.
  package static var script: String {
    get throws(HearthError) { try Template.text(of: "facts/facts.sh") }
  }

  /// Understands the program's output.
  ///
  /// - Parameters:
  ///   - before: operator's clock just before the program was sent, since 1970; see ``ClockOffset/operatorClock()``.
  ///   - after: the same, just after its answer was complete.
  /// - Throws: ``HearthError`` when the answer is cut short or is not the program's.
  package static func decode(
    _ output: [UInt8], before: Duration? = nil, after: Duration? = nil
  ) throws(HearthError) -> Facts {
    let report = try FactsReport(output)
    var facts = Facts()
    try facts.readSystem(report)
    try facts.readHardware(report)
    try facts.readStorage(report)
    facts.readKernel(report)
    facts.readTime(report, before: before, after: after)
    facts.readNetwork(report)
    facts.readSoftware(report)
    return facts
  }

  /// Runs the program on a host and reads the answer.
  ///
  /// - Parameter companion: another program that changes nothing, run beside it in the same remote command.
  /// - Returns: the facts, and what the companion printed.
  package static func gather(
    from shell: any RootShell, with companion: String? = nil
  ) async throws(HearthError) -> (facts: Facts, companion: String) {
    var program = try script
    if let companion {
      // The pipe holds what the companion says until the facts are through.
      program = "(\n\(companion)\n) </dev/null 2>/dev/null | {\n(\n\(program)\n)\ncat\n}\n"
    }
    let before = ClockOffset.operatorClock()
    let result = try await shell.run(program, timeout: .seconds(30))
    let after = ClockOffset.operatorClock()
    guard result.status == 0 || !result.standardOutput.isEmpty else {
      throw HearthError(
        .remoteCommand, "the facts program ended with status \(result.status) and said nothing",
        subject: Subject(host: shell.host, step: "facts"),
        hint: "see what the host says below; root's shell must be able to start programs",
        output: result.errorText.split(whereSeparator: \.isNewline).suffix(5).map(String.init))
    }
    do {
      let facts = try decode(result.standardOutput, before: before, after: after)
      return (facts, result.outputText.components(separatedBy: FactsReport.end + "\n").dropFirst().joined())
    } catch {
      throw error.at(Subject(host: shell.host, step: "facts"))
    }
  }
}
