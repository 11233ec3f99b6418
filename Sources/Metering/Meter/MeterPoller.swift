package import Diagnostics
package import HTTP
package import Inventory
import JSONStream
package import SSH
import Untrusted

/// Asks the rack's meters.
package struct MeterPoller: Sendable {
  private let http: HTTPClient
  /// Logged-in nodes by name, for power chips.
  private let shells: [String: any RootShell]

  package init(http: HTTPClient, shells: [String: any RootShell] = [:]) {
    self.http = http
    self.shells = shells
  }

  package func read(_ meter: MeterDeclaration) async throws(HearthError) -> MeterAnswer {
    let place = Subject(step: "meter \(meter.name)")
    do throws(HearthError) {
      let answer =
        switch meter.kind {
        case .pmic: try await chip(meter)
        case .fritz: try await fritz(meter)
        default: try await ask(meter)
        }
      return answer.at(place)
    } catch {
      throw error.at(place)
    }
  }

  /// All at once: a dead meter costs its own reading only.
  package func read(_ meters: [MeterDeclaration]) async -> [String: Result<MeterAnswer, HearthError>] {
    let readings = await concurrently(meters) { meter -> Result<MeterAnswer, HearthError> in
      do throws(HearthError) {
        let answer = try await read(meter)
        return .success(answer)
      } catch {
        return .failure(error)
      }
    }
    return Dictionary(zip(meters.map(\.name), readings)) { $1 }
  }

  private func ask(_ meter: MeterDeclaration) async throws(HearthError) -> MeterAnswer {
    guard let base = meter.url else {
      throw HearthError(.inventory, "the meter \(meter.name) has no `url`", subject: meter.subject)
    }
    let url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + MeterReading.path(of: meter)
    let headers = meter.token.map { ["Authorization": "Bearer \($0.reveal())"] } ?? [:]
    // Little devices answer at once or not at all.
    let answer = try await http.get(
      url, headers: headers, login: meter.password.map { Secret("\(meter.user):\($0.reveal())") },
      limits: HTTPLimits(bytes: 1 << 20, timeout: .seconds(5), attempts: 2), of: .device)
    guard answer.isSuccess else { throw answer.failure(of: url, peer: .device) }
    return try MeterReading.read(JSONField(bytes: answer.body, document: url), of: meter)
  }

  private func fritz(_ meter: MeterDeclaration) async throws(HearthError) -> MeterAnswer {
    let base = meter.url.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? "http://fritz.box"
    let reading = try await FritzBox(http: http, base: base).read(meter)
    return MeterAnswer(reading, from: base)
  }

  private func chip(_ meter: MeterDeclaration) async throws(HearthError) -> MeterAnswer {
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
        output: result.errorText.lastLines(20), command: "vcgencmd pmic_read_adc")
    }
    return MeterAnswer(MeterReading(power: try PowerChip.power(result.outputText, host: host)), from: host)
  }
}

extension JSONField {
  /// - Throws: ``HearthError`` `download` when the bytes are not JSON.
  init(bytes: [UInt8], document: String) throws(HearthError) {
    do {
      self.init(try JSONValue(bytes), document: document)
    } catch {
      var wrong = HearthError.notJSON(document, error)
      wrong.hint = "Open it in a browser: a login page or another device may answer at that `url`."
      throw wrong
    }
  }
}
