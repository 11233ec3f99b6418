import Foundation
import Yams

/// A value of a Kubernetes object, from YAML or JSON alike.
indirect enum ManifestValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([ManifestValue])
  case object([String: ManifestValue])

  subscript(_ key: String) -> ManifestValue {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var array: [ManifestValue] { if case .array(let items) = self { items } else { [] } }

  /// As a plan shows it.
  var text: String? {
    switch self {
    case .null: nil
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value
    case .array(let items): "[\(items.map { $0.text ?? "null" }.joined(separator: ", "))]"
    case .object(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text ?? "null")" }.joined(separator: ", "))}"
    }
  }

  /// Nothing, as the API server leaves it out.
  var isEmpty: Bool {
    switch self {
    case .null: true
    case .array(let items): items.isEmpty
    case .object(let members): members.isEmpty
    default: false
    }
  }
}

extension ManifestValue {
  /// All documents of a YAML text; empty ones are left out.
  static func documents(yaml: String) throws -> [ManifestValue] {
    try Yams.load_all(yaml: yaml).map { ManifestValue($0) }.filter { !$0.isEmpty }
  }

  private init(_ any: Any) {
    switch any {
    case let value as Bool: self = .bool(value)
    case let value as Int: self = .integer(value)
    case let value as Double: self = .number(value)
    case let value as String: self = .string(value)
    case let value as [Any]: self = .array(value.map { ManifestValue($0) })
    case let value as [String: Any]: self = .object(value.mapValues { ManifestValue($0) })
    default: self = .null
    }
  }
}

extension ManifestValue: Decodable {
  init(from decoder: any Decoder) throws {
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
    } else if let value = try? container.decode([ManifestValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: ManifestValue].self))
    }
  }

  init(json: [UInt8]) throws { self = try JSONDecoder().decode(ManifestValue.self, from: Data(json)) }
}
