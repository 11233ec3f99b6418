package import Diagnostics
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
    facts.readSystem(report)
    facts.readHardware(report)
    facts.readStorage(report)
    facts.readKernel(report)
    facts.readTime(report, before: before, after: after)
    facts.readNetwork(report)
    facts.readSoftware(report)
    return facts
  }

  /// Runs the program on a host and reads the answer.
  package static func gather(from shell: any RootShell) async throws(HearthError) -> Facts {
    let program = try script
    let before = ClockOffset.operatorClock()
    let result = try await shell.run(program, timeout: .seconds(30))
    let after = ClockOffset.operatorClock()
    do {
      return try decode(result.standardOutput, before: before, after: after)
    } catch {
      throw error.at(Subject(host: shell.host, step: "facts"))
    }
  }
}
