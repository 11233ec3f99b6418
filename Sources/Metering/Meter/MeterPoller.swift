package import Diagnostics
package import HTTP
package import Inventory
import JSONStream
package import SSH

/// Asks the rack's meters.
package struct MeterPoller: Sendable {
  private let http: HTTPClient
  /// Logged-in nodes by name, for power chips.
  private let shells: [String: any RootShell]

  package init(http: HTTPClient, shells: [String: any RootShell] = [:]) {
    self.http = http
    self.shells = shells
  }

  package func read(_ meter: MeterDeclaration) async throws(HearthError) -> MeterReading {
    do {
      return meter.kind == .pmic ? try await chip(meter) : try await ask(meter)
    } catch {
      throw error.at(Subject(step: "meter \(meter.name)"))
    }
  }

  /// All at once: a dead meter costs its own reading only.
  package func read(_ meters: [MeterDeclaration]) async -> [String: Result<MeterReading, HearthError>] {
    await withTaskGroup(of: (String, Result<MeterReading, HearthError>).self) { group in
      for meter in meters {
        group.addTask {
          do throws(HearthError) {
            return (meter.name, .success(try await read(meter)))
          } catch {
            return (meter.name, .failure(error))
          }
        }
      }
      var readings: [String: Result<MeterReading, HearthError>] = [:]
      for await (name, reading) in group { readings[name] = reading }
      return readings
    }
  }

  private func ask(_ meter: MeterDeclaration) async throws(HearthError) -> MeterReading {
    guard let base = meter.url else {
      throw HearthError(.inventory, "the meter \(meter.name) has no `url`", subject: meter.subject)
    }
    let url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + MeterReading.path(of: meter)
    // Little devices answer at once or not at all.
    let answer = try await http.get(url, limits: HTTPLimits(bytes: 1 << 20, timeout: .seconds(5), attempts: 2))
    guard answer.isSuccess else { throw answer.failure(of: url) }
    return try MeterReading.read(JSONField(bytes: answer.body, document: url), of: meter)
  }

  private func chip(_ meter: MeterDeclaration) async throws(HearthError) -> MeterReading {
    guard let host = meter.covers.first, let shell = shells[host] else {
      throw HearthError(
        .unreachable, "the meter \(meter.name) is read on \(meter.covers.first ?? "a node"), which is not logged in",
        subject: meter.subject)
    }
    let result = try await shell.run("vcgencmd pmic_read_adc", timeout: .seconds(10))
    guard result.status == 0 else {
      throw HearthError(
        .remoteCommand, "vcgencmd pmic_read_adc ended with \(result.status)", subject: Subject(host: host),
        hint: "Only a Raspberry Pi 5 or Compute Module 5 has a power chip that can be read.",
        output: result.errorText.split(separator: "\n").map(String.init), command: "vcgencmd pmic_read_adc")
    }
    let reading = MeterReading(power: try PowerChip.power(result.outputText, host: host))
    try MeterReading.check(reading, host)
    return reading
  }
}

extension JSONField {
  /// - Throws: ``HearthError`` `download` when the bytes are no JSON.
  init(bytes: [UInt8], document: String) throws(HearthError) {
    do {
      self.init(try JSONValue(bytes), document: document)
    } catch {
      throw HearthError.notJSON(document, error)
    }
  }
}
