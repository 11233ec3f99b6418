package import Units

extension Kind where Value == Currency {
  package static let currency = text(.currency) { text, _ in Currency(text) }
}

extension Kind where Value == Day {
  package static let day = text(.day) { text, _ in Day(text) }
}

extension Kind where Value == Int {
  /// Minutes of the day.
  static let clock = text(.clock) { text, _ in
    let parts = text.split(separator: ":").compactMap { Int($0) }
    return parts.count == 2 ? parts[0] * 60 + parts[1] : nil
  }
}

extension Kind where Value == Bool {
  private enum Word: String, Sendable { case yes, no }

  package static let truth = Kind<Word>.choice(
    [(.yes, "It is so."), (.no, "It is not.")], synonyms: ["true": .yes, "false": .no, "on": .yes, "off": .no]
  ).map { $0 == .yes }
}

extension TextShape {
  static let currency = TextShape(
    expected: "the ISO 4217 code of a currency such as EUR", example: "EUR",
    pattern: Currency.known.joined(separator: "|"))

  static let country = TextShape(
    expected: "the ISO 3166 code of a country such as DE", example: "DE", pattern: "[A-Z]{2}")

  static let day = TextShape(
    expected: "a date such as 2025-03-01", example: "2025-03-01",
    pattern: "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")

  static let clock = TextShape(
    expected: "a time of the day from 00:00 to 23:59", example: "22:00", pattern: "([01][0-9]|2[0-3]):[0-5][0-9]")
}
