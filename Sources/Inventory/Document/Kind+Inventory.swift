import Diagnostics
package import Schema
package import Units

extension Kind where Value == IPv4Address {
  static let address = text(.address) { text, _ in IPv4Address(text) }
}

extension Kind where Value == IPv4Network {
  static let network = text(.network) { text, _ in IPv4Network(text) }
}

extension Kind where Value == KubernetesVersion {
  static let kubernetes = text(.kubernetes) { text, _ in KubernetesVersion(text) }
}

extension Kind where Value == String {
  /// A name that stays a text wherever it is written: names stand in many files that people and other programs write
  /// without quotes.
  static let name = Kind(shape: .text(.dnsLabel)) { tree, decoding in
    if case .scalar(let scalar) = tree.content, let reading = YAMLReading(scalar.text) {
      decoding.add(
        "`\(decoding.key): \(scalar.written)` is a name that YAML reads as \(reading.rawValue)", at: tree.place,
        hint: "choose a name that is only a name, such as `pi-1`; quotes would help in this file only")
      return nil
    }
    return text(.dnsLabel).decode(tree, &decoding)
  }
}

/// What readers of YAML 1.1 or 1.2 make of a plain word that is a DNS label, if not a text.
enum YAMLReading: String {
  case truth = "a truth value"
  case nothing = "nothing"
  case number = "a number"
  case date = "a date"

  init?(_ word: String) {
    switch word {
    case "true", "false", "yes", "no", "on", "off", "y", "n": self = .truth
    case "null": self = .nothing
    default:
      if word.wholeMatch(of: /[0-9]+(e[0-9]+)?|0x[0-9a-f]+|0o[0-7]+|0b[01]+/) != nil {
        self = .number
      } else if word.wholeMatch(of: /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/) != nil {
        self = .date
      } else {
        return nil
      }
    }
  }
}

extension Kind where Value == Node.Taint {
  static let taint = text(.taint) { text, _ in
    let parts = text.split(separator: ":")
    guard parts.count == 2, let effect = Node.Taint.Effect(rawValue: String(parts[1])) else { return nil }
    let pair = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return Node.Taint(key: pair[0], value: pair.count == 2 ? pair[1] : nil, effect: effect)
  }
}

extension Kind where Value == Secret<String> {
  /// A secret comes from the environment, so that an inventory can be shown and committed.
  static let secret = Kind(shape: .secret) { tree, decoding in
    guard case .scalar(let scalar) = tree.content else { return decoding.mismatch(tree, .secret) }
    if scalar.written.wholeMatch(of: /\$\{[A-Za-z_][A-Za-z0-9_]*\}/) == nil {
      decoding.add(
        "`\(decoding.key)` is written into the file", at: tree.place,
        hint: "put it into the environment and write `\(decoding.key): ${RACK_PASSWORD}` with the variable's name; "
          + "change the password if the file was ever shared")
      return nil
    }
    if scalar.text.isEmpty {
      decoding.add("the environment variable in `\(decoding.key): \(scalar.written)` is empty", at: tree.place)
      return nil
    }
    return Secret(scalar.text)
  }
}

extension Kind where Value == [LabelEntry] {
  static let labels = Kind(shape: .map(keys: .labelName, values: .labelValue)) { tree, decoding in
    guard case .map(let entries) = tree.content else {
      let hint = "write `\(decoding.key): {disk: ssd}`"
      return decoding.mismatch(tree, .map(keys: .labelName, values: .labelValue), hint: hint)
    }
    return entries.compactMap { entry in
      if let earlier = entry.earlier {
        decoding.add(
          "the label `\(entry.key)` is given twice, first in line \(earlier.line)", at: entry.place,
          hint: "keep one of them")
      }
      let isNamed = decoding.matches(entry.key, .labelName)
      if !isNamed {
        decoding.add("`\(entry.key)` must be \(TextShape.labelName.expected)", at: entry.place)
      }
      let outer = decoding.key
      decoding.key = entry.key
      defer { decoding.key = outer }
      guard let value = Kind<String>.text(.labelValue).decode(entry.value, &decoding), isNamed else { return nil }
      return LabelEntry(name: Located(value: entry.key, place: entry.place), value: value)
    }
  }
}

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
