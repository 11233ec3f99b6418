package import Diagnostics
import Foundation
import Inventory
import Schema
import Units
import Untrusted

extension TextShape {
  static let currency = TextShape(
    expected: "a currency by its three letters, such as EUR", example: "EUR", pattern: "[A-Za-z]{3}")
  static let day = TextShape(
    expected: "a date such as 2026-09-29, or `unknown`", example: "2026-09-29",
    pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}|unknown")
  static let source = TextShape(
    expected: "a URL, or words that say where the price was read", example: "https://www.hetzner.com/cloud",
    pattern: #"\S(.*\S)?"#)
  static let providerID = TextShape(
    expected: "a short name: lower-case letters, digits and hyphens", example: "hetzner",
    pattern: "[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?")
}

extension Kind where Value == Currency {
  static let currency = text(.currency) { text, _ in Currency(text) }
}

extension Kind where Value == PriceDate {
  static let date = text(.day) { text, _ in text == "unknown" ? .unknown : Day(text).map { .known($0) } }
}

extension Kind where Value == Bool {
  private enum Word: String, Sendable { case yes, no }

  static let yesOrNo = Kind<Word>.choice(
    [(.yes, "It does."), (.no, "It does not.")],
  ).map { $0 == .yes }
}

extension DecimalShape {
  /// Money for one unit. The dearest machine that one can rent costs less than 100,000 a month in any currency here.
  static let price = DecimalShape(
    "units of the currency", Decimal(1, over: 1_000_000_000)...100_000,
    reason:
      "a price of 0 is a missing price: leave the entry out, or write `free: yes` for a service that costs nothing; "
      + "above 100,000 the unit or the currency is probably another")
  static let memory = DecimalShape(
    "GiB", Decimal(1, over: 8)...32_768, reason: "write memory in GiB: 8, not 8192 or 8589934592")
  static let amount = DecimalShape("units", 0...1_000_000_000)
  static let rate = DecimalShape(
    "units for one euro", Decimal(1, over: 1000)...100_000, reason: "write how many of them one euro buys")
  static let mips = DecimalShape(
    "MIPS", 100...10_000_000, reason: "write the total of `7z b` with all threads, such as 8060")
}

/// Reads price files: YAML goes in, a ``PriceBook`` or every mistake at once comes out.
package enum PriceFile {
  /// - Parameter path: As the user named it; messages begin with it.
  /// - Throws: Every mistake, in the order of the file, each with line and column and code `inventory`.
  package static func load(path: String) throws(HearthErrors) -> PriceBook {
    let text: String
    do {
      text = try PlainText.read(path, code: .inventory).text
    } catch {
      let isMissing = !FileManager.default.fileExists(atPath: path)
      throw HearthErrors([
        HearthError(
          .inventory, isMissing ? "there is no such price file" : "the price file cannot be read: \(error.message)",
          subject: error.subject, cause: isMissing ? nil : error.cause, command: "ls -l \(path.shellQuoted)")
      ])
    }
    return try decode(text, file: path)
  }

  package static func decode(
    _ text: String, file: String, environment: [String: String] = [:]
  ) throws(HearthErrors) -> PriceBook {
    var decoding = Decoding(file: file)
    decoding.key = "prices"
    guard let tree = try YAMLTree.parse(text, file: file) else {
      throw HearthErrors([
        HearthError(
          .inventory, "the price file is empty", subject: Subject(file: file),
          hint: "docs/reference/prices.md has an example")
      ])
    }
    let values = Substitution(environment: environment).apply(to: tree, &decoding)
    let document = FileKeys.kind.decode(values, &decoding)
    var book = PriceBook()
    if let document { book = document.book(&decoding) }
    guard decoding.mistakes.isEmpty else { throw HearthErrors(decoding.sortedMistakes) }
    return book
  }
}
