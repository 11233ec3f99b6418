import Inventory

/// What stands where in a JSON document.
indirect enum JSONShape: Sendable {
  case text
  case integer
  case number
  case boolean
  /// ISO 8601 in UTC.
  case time
  /// A day, such as `2026-12-01`.
  case day
  /// A decimal number as text, so that no reader takes it for a binary one.
  case amount
  case word([String])
  case list(JSONShape)
  /// Any names, all with such values.
  case map(JSONShape)
  case object(JSONMembers)
  /// The whole document once more.
  case itself

  var schema: JSON {
    switch self {
    case .text: Self.type("string")
    case .integer: Self.type("integer")
    case .number: Self.type("number")
    case .boolean: Self.type("boolean")
    case .time: Self.pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", "A time in UTC, ISO 8601.")
    case .day: Self.pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "A day, ISO 8601.")
    case .amount: Self.pattern("^-?[0-9]+([.][0-9]+)?$", "A decimal number as text.")
    case .word(let words): .object([("enum", .array(words.map(JSON.string)))])
    case .list(let element): .object([("type", .string("array")), ("items", element.schema)])
    case .map(let value): .object([("type", .string("object")), ("additionalProperties", value.schema)])
    case .object(let members): .object(members.schema())
    case .itself: .object([("$ref", .string("#"))])
    }
  }

  private static func type(_ name: String) -> JSON { .object([("type", .string(name))]) }

  private static func pattern(_ pattern: String, _ about: String) -> JSON {
    .object([("type", .string("string")), ("pattern", .string(pattern)), ("description", .string(about))])
  }
}

/// The members of an object. A name that ends with `?` may be missing; nothing is ever `null`.
struct JSONMembers: Sendable, ExpressibleByDictionaryLiteral {
  var pairs: [(name: String, shape: JSONShape)]

  init(dictionaryLiteral elements: (String, JSONShape)...) {
    pairs = elements.map { (name: $0.0, shape: $0.1) }
  }

  init(_ pairs: [(name: String, shape: JSONShape)]) { self.pairs = pairs }

  static func + (one: JSONMembers, other: JSONMembers) -> JSONMembers { JSONMembers(one.pairs + other.pairs) }

  /// - Parameter constants: members whose value is always the same.
  func schema(_ constants: [(name: String, value: String)] = []) -> [(name: String, value: JSON)] {
    let needed = constants.map(\.name) + pairs.map(\.name).filter { !$0.hasSuffix("?") }
    let properties =
      constants.map { (name: $0.name, value: JSON.object([("const", .string($0.value))])) }
      + pairs.map { (name: $0.name.hasSuffix("?") ? String($0.name.dropLast()) : $0.name, value: $0.shape.schema) }
    return [
      ("type", .string("object")), ("additionalProperties", .boolean(false)),
      ("required", .array(needed.map(JSON.string))), ("properties", .object(properties)),
    ]
  }
}
