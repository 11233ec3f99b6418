import Crypto
package import Diagnostics
import Foundation
package import HTTP
package import Inventory
import Units
import Untrusted

/// A FRITZ!DECT socket, asked through its FRITZ!Box: a login by challenge, then the interface for home automation.
struct FritzBox {
  let http: HTTPClient
  let base: String
  private let limits = HTTPLimits(bytes: 1 << 16, timeout: .seconds(5), attempts: 2)

  func read(_ meter: MeterDeclaration) async throws(HearthError) -> MeterReading {
    let session = try await login(meter)
    let power = try await ask("getswitchpower", meter, session)
    let energy = try await ask("getswitchenergy", meter, session)
    _ = try? await http.get("\(base)/login_sid.lua?version=2&logout=1&sid=\(session)", limits: limits)
    return MeterReading(power: .milliwatts(power), counter: WattHours(energy))
  }

  private func login(_ meter: MeterDeclaration) async throws(HearthError) -> String {
    let url = "\(base)/login_sid.lua?version=2"
    let challenge = try await http.get(url, limits: limits, of: .device)
    guard challenge.isSuccess else { throw challenge.failure(of: url, peer: .device) }
    guard let question = FritzBox.element("Challenge", of: challenge.text),
      let answer = FritzBox.answer(question, password: meter.password?.reveal() ?? "")
    else {
      throw HearthError(
        .download, "\(url) gives no challenge that can be answered",
        hint: "Check that `url` leads to the FRITZ!Box itself.")
    }
    let session = try await http.send(
      .post, url, form: Secret(["username": meter.user, "response": answer]), limits: limits, to: .device)
    guard session.isSuccess, let id = FritzBox.element("SID", of: session.text),
      id.wholeMatch(of: /[0-9a-f]{16}/) != nil, id.contains(where: { $0 != "0" })
    else {
      throw HearthError(
        .download, "\(base) refused the login of \(meter.user)",
        hint: "The user needs the right to use smart home devices; after mistakes the box waits.")
    }
    return id
  }

  private func ask(_ command: String, _ meter: MeterDeclaration, _ session: String) async throws(HearthError) -> Decimal
  {
    let ain = (meter.path ?? "").filter { !$0.isWhitespace }
    let place = ain.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let url = "\(base)/webservices/homeautoswitch.lua?ain=\(place)&switchcmd=\(command)&sid=\(session)"
    let answer = try await http.get(url, limits: limits, of: .device)
    guard answer.isSuccess else {
      // Without its query, which holds the session.
      throw answer.failure(of: url, peer: .device)
    }
    let text = answer.text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let value = Decimal(exact: text) else {
      throw HearthError(
        .download, "\(base) answered `\(text.prefix(20))` to \(command)", hint: "Is the socket \(ain) connected?")
    }
    return value
  }

  /// The text of the first element of that name.
  static func element(_ name: String, of text: String) -> String? {
    guard let open = text.firstRange(of: "<\(name)>") else { return nil }
    guard let close = text[open.upperBound...].firstRange(of: "</\(name)>") else { return nil }
    return String(text[open.upperBound..<close.lowerBound])
  }

  /// `2$rounds$salt$rounds$salt` by PBKDF2, eight digits by MD5 as boxes before FRITZ!OS 7.24 want it.
  static func answer(_ challenge: String, password: String) -> String? {
    let parts = challenge.split(separator: "$").map(String.init)
    guard parts.first == "2" else {
      let text = "\(challenge)-\(password)"
      let bytes = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      return "\(challenge)-\(Insecure.MD5.hash(data: bytes).hexadecimal)"
    }
    guard parts.count == 5, let first = Int(parts[1]), let second = Int(parts[3]), (1...1_000_000).contains(first),
      (1...1_000_000).contains(second), let salt = bytes(parts[2]), let pepper = bytes(parts[4])
    else { return nil }
    let hash = stretched(Array(password.utf8), salt, first)
    return "\(parts[4])$\(stretched(hash, pepper, second).hexadecimal)"
  }

  /// PBKDF2 with HMAC-SHA-256, one block.
  private static func stretched(_ password: [UInt8], _ salt: [UInt8], _ rounds: Int) -> [UInt8] {
    let key = SymmetricKey(data: password)
    var block = Array(HMAC<SHA256>.authenticationCode(for: salt + [0, 0, 0, 1], using: key))
    var result = block
    for _ in 1..<max(1, rounds) {
      block = Array(HMAC<SHA256>.authenticationCode(for: block, using: key))
      for index in result.indices { result[index] ^= block[index] }
    }
    return result
  }

  private static func bytes(_ hex: String) -> [UInt8]? {
    guard hex.utf8.count % 2 == 0, hex.utf8.count <= 128 else { return nil }
    let digits = Array(hex)
    var result: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { return nil }
      result.append(byte)
    }
    return result
  }
}
