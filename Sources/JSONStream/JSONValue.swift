/// JSON in which numbers keep the digits in which they were written, so that no price goes through a binary fraction.
package enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// As written: `0.0978`, `1e-7`.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// In the order of the document; of a name that occurs twice the later value counts, as with most readers.
  case object([Member])

  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: JSONValue
  }

  /// The value of a member; nil where there is none or this is not an object.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// Completes "but is".
  var kindName: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let text): "the number \(text.prefix(40))"
    case .string(let text): "the text `\(text.prefix(40))`"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension JSONValue {
  /// Reads a whole document.
  /// - Throws: ``JSONMistake`` at the first byte that is wrong.
  package init(_ bytes: [UInt8]) throws(JSONMistake) {
    var root: JSONValue?
    var scanner = JSONScanner(patterns: [JSONPattern([])]) { match in root = match.value }
    try scanner.feed(bytes[...])
    try scanner.finish()
    guard let root else { throw JSONMistake(offset: 0, message: "the document is empty") }
    self = root
  }
}

/// Where a document stops to be JSON.
package struct JSONMistake: Error, Sendable, Equatable, CustomStringConvertible {
  /// In bytes from the document's beginning, from 0.
  package var offset: Int
  package var message: String

  package init(offset: Int, message: String) {
    self.offset = offset
    self.message = message
  }

  package var description: String { "\(message) at byte \(offset)" }
}
