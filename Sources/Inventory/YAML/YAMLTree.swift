import Units

/// A value and where the inventory gives it.
package struct Located<Value: Sendable>: Sendable {
  package var value: Value
  package var place: YAMLTree.Place
}

/// A YAML document in which everything knows its place, and in which keys that occur twice are kept to be reported.
package struct YAMLTree: Sendable {
  package struct Scalar: Sendable {
    /// After substitution from the environment.
    package var text: String
    /// As the file has it. Messages show this one: a value from the environment may be a secret.
    package var written: String
    package var isQuoted: Bool
    package var isFromEnvironment = false
  }

  package struct Entry: Sendable {
    package var key: String
    package var place: Place
    package var value: YAMLTree
    /// Where the same key stood before in the same map.
    var earlier: Place?
  }

  package enum Content: Sendable {
    case scalar(Scalar)
    case list([YAMLTree])
    case map([Entry])
    /// A mistake in it has been reported already.
    case unusable
  }

  package var content: Content
  package var place: Place
}

extension YAMLTree {
  /// A place in a file, both from 1; columns count Unicode scalars.
  package struct Place: Sendable, Hashable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }

    package static func < (left: Place, right: Place) -> Bool {
      (left.line, left.column) < (right.line, right.column)
    }
  }
}

typealias Place = YAMLTree.Place

extension YAMLTree {
  /// The kinds of a YAML value as people name them.
  var kindName: String {
    switch content {
    case .list: "a list"
    case .map: "a map"
    case .unusable: "unusable"
    case .scalar(let scalar): scalar.kindName
    }
  }

  package var isNull: Bool {
    if case .scalar(let scalar) = content { scalar.isNull } else { false }
  }
}

extension YAMLTree.Scalar {
  /// What a plain scalar means by the core schema of YAML 1.2, so that `no` and `on` stay text.
  package enum Meaning { case null, boolean, number, text }

  package var meaning: Meaning {
    if isQuoted || isFromEnvironment { return .text }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "false", "False", "FALSE": return .boolean
    default: return Self.isNumber(text) ? .number : .text
    }
  }

  package var isNull: Bool { meaning == .null }

  var kindName: String {
    switch meaning {
    case .null: "empty"
    case .boolean: "the truth value \(written)"
    case .number: "the number \(written)"
    case .text: "`\(written)`"
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    // Most text is told from a number by how it begins, for far less than an expression costs.
    guard let first = text.utf8.first,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || "+-.".utf8.contains(first)
    else { return false }
    guard !text.contains("/"), text.count(where: { $0 == "." }) < 2 else { return false }
    if text.hasPrefix("0o") {
      return text.count > 2 && text.dropFirst(2).utf8.allSatisfy { (0x30...0x37).contains($0) }
    }
    if text.hasPrefix("0x") {
      return text.count > 2 && text.dropFirst(2).allSatisfy { $0.isASCII && $0.isHexDigit }
    }
    return Numeral.isDecimal(text, exponentDigits: 100)
  }
}
