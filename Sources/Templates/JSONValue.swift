import Foundation
import Yams

/// A value of a JSON or YAML tree, such as a Kubernetes object. Its text is always JSON, which every reader of YAML reads
/// as the same values: a name such as `on` or `1e3` stays a string.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package subscript(_ key: String) -> JSONValue {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var array: [JSONValue] { if case .array(let items) = self { items } else { [] } }

  /// Several objects as one, as `kubectl` takes them: a `List` of version `v1`.
  package static func list(_ items: [JSONValue]) -> JSONValue {
    .object(["apiVersion": .string("v1"), "kind": .string("List"), "items": .array(items)])
  }

  /// As a plan shows it; nil for `null`.
  package var summary: String? {
    switch self {
    case .null: nil
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value
    case .array(let items): "[\(items.map { $0.summary ?? "null" }.joined(separator: ", "))]"
    case .object(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.summary ?? "null")" }.joined(separator: ", "))}"
    }
  }

  /// Nothing, as the API server leaves it out.
  package var isEmpty: Bool {
    switch self {
    case .null: true
    case .array(let items): items.isEmpty
    case .object(let members): members.isEmpty
    default: false
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension JSONValue: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  package init(json: [UInt8]) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(json)) }
}

extension JSONValue {
  /// All documents of a YAML text; empty ones are left out.
  package static func documents(yaml: String) throws -> [JSONValue] {
    try nodes(yaml: yaml).map { try JSONValue(node: $0) }.filter { !$0.isEmpty }
  }

  /// The sequence of Yams ends at a mistake without a word.
  static func nodes(yaml: String) throws -> [Node] {
    var sequence = try Yams.compose_all(yaml: yaml)
    var nodes: [Node] = []
    while let node = sequence.next() { nodes.append(node) }
    if let error = sequence.error { throw error }
    return nodes
  }

  /// - Parameters:
  ///   - scalar: what stands for a scalar; nil leaves it to YAML's own rules.
  ///   - key: what stands for a key.
  init(
    node: Node, scalar: (Node.Scalar) throws -> JSONValue? = { _ in nil }, key: (String) throws -> String = { $0 }
  ) throws {
    switch node {
    case .scalar(let found):
      if let value = try scalar(found) {
        self = value
        return
      }
      switch node.any {
      case let value as Bool: self = .bool(value)
      case let value as Int: self = .integer(value)
      case let value as Double: self = .number(value)
      case is NSNull: self = .null
      default: self = .string(found.string)
      }
    case .sequence(let items): self = .array(try items.map { try JSONValue(node: $0, scalar: scalar, key: key) })
    case .mapping(let pairs):
      var members: [String: JSONValue] = [:]
      for (name, value) in pairs {
        guard let text = name.scalar?.string else { throw TemplateText.Fault("a key is not text") }
        let name = try key(text)
        guard members[name] == nil else {
          throw TemplateText.Fault("the key \(name.debugDescription) stands there twice")
        }
        members[name] = try JSONValue(node: value, scalar: scalar, key: key)
      }
      self = .object(members)
    case .alias: throw TemplateText.Fault("aliases are not read")
    }
  }
}

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
