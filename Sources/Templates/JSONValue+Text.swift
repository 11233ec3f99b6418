extension JSONValue {
  /// Indented JSON with sorted keys, the same for the same value always; ends with a new line. Characters that YAML takes
  /// for line ends or does not allow, and marks that turn the direction of writing, are escaped.
  package var text: String {
    var text = ""
    write(to: &text, indent: "")
    return text + "\n"
  }

  /// The same on one line, without a new line at its end.
  package var line: String {
    switch self {
    case .array(let items): "[\(items.map(\.line).joined(separator: ", "))]"
    case .object(let members):
      "{\(Self.sorted(members).map { "\(Self.quoted($0.key)): \($0.value.line)" }.joined(separator: ", "))}"
    default: scalarText
    }
  }

  private func write(to text: inout String, indent: String) {
    let inner = indent + "  "
    switch self {
    case .array(let items) where !items.isEmpty && items.contains(where: { $0.isContainer }):
      text += "[\n"
      for (index, item) in items.enumerated() {
        text += inner
        item.write(to: &text, indent: inner)
        text += index < items.count - 1 ? ",\n" : "\n"
      }
      text += indent + "]"
    case .object(let members) where !members.isEmpty:
      text += "{\n"
      for (index, member) in Self.sorted(members).enumerated() {
        text += "\(inner)\(Self.quoted(member.key)): "
        member.value.write(to: &text, indent: inner)
        text += index < members.count - 1 ? ",\n" : "\n"
      }
      text += indent + "}"
    default: text += line
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  private var scalarText: String {
    switch self {
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): value.isFinite ? String(value) : "null"
    case .string(let value): Self.quoted(value)
    case .null, .array, .object: "null"
    }
  }

  /// By bytes, so that no locale has a say.
  private static func sorted(_ members: [String: JSONValue]) -> [(key: String, value: JSONValue)] {
    members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// A JSON string, which is a YAML string too.
  package static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where isEscaped(scalar):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Controls, NEL, U+2028 and U+2029, bidirectional and zero-width marks, the byte order mark, what is not a character.
  private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFF:
      true
    default: false
    }
  }
}
