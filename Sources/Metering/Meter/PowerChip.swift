package import Diagnostics
import Foundation
package import Units
import Untrusted

/// The power chip of a Raspberry Pi 5 and Compute Module 5, as `vcgencmd pmic_read_adc` shows it: currents and voltages of
/// its rails.
package enum PowerChip {
  /// Watts at the board's input: what the rails carry, by the straight line that was fitted against a meter at the plug
  /// (github.com/jfikar/RPi5-power). USB, HATs and NVMe drives are not in it.
  ///
  /// - Throws: ``HearthError`` `remoteCommand` when a rail lacks its partner or a number is none.
  package static func power(_ output: String, host: String) throws(HearthError) -> Watts {
    var currents: [String: Decimal] = [:]
    var voltages: [String: Decimal] = [:]
    for line in output.bounded(1 << 16).filledLines {
      guard let match = line.firstMatch(of: /^\s*(\S+)_([AV])\s+(?:current|volt)\(\d+\)=(\S+?)[AV]\s*$/) else {
        continue
      }
      guard let value = Decimal(exact: match.3) else { throw wrong("`\(match.3)` is not a number", host, output) }
      if match.2 == "A" { currents[String(match.1)] = value } else { voltages[String(match.1)] = value }
    }
    guard !currents.isEmpty else { throw wrong("no currents in its answer", host, output) }
    var sum: Decimal = 0
    for (rail, current) in currents {
      guard let voltage = voltages[rail] else { throw wrong("rail \(rail) has a current but no voltage", host, output) }
      sum += current * voltage
    }
    return Watts(sum * Decimal(11_327, over: 10_000) + Decimal(6444, over: 10_000))
  }

  private static func wrong(_ what: String, _ host: String, _ output: String) -> HearthError {
    HearthError(
      .remoteCommand, "the power chip cannot be read: \(what)", subject: Subject(host: host),
      hint: "Only a Raspberry Pi 5 or Compute Module 5 has one; measure other boards at the plug.",
      output: output.lastLines(5), command: "vcgencmd pmic_read_adc")
  }
}
