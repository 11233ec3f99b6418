package import Diagnostics
import Units
import Untrusted
import Yams

/// A value and where the file gives it.
package struct Located<Value: Sendable>: Sendable {
  package var value: Value
  package var place: YAMLTree.Place

  package init(value: Value, place: YAMLTree.Place) {
    self.value = value
    self.place = place
  }
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

    package init(text: String, written: String, isQuoted: Bool) {
      self.text = text
      self.written = written
      self.isQuoted = isQuoted
    }
  }

  package struct Entry: Sendable {
    package var key: String
    package var place: Place
    package var value: YAMLTree
    /// Where the same key stood before in the same map.
    package var earlier: Place?
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
  package var kindName: String {
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

extension YAMLTree {
  /// Nil for a file without any content.
  ///
  /// Yams stops at the first key that occurs twice. To report all mistakes at once, such a key is made unique by one
  /// character of Unicode's private use area, which moves nothing else, and the text is parsed again.
  package static func parse(_ text: String, file: String) throws(HearthErrors) -> YAMLTree? {
    var originals: [Place: Unicode.Scalar] = [:]
    do {
      try YAMLBudget.check(text: text, file: file, code: .inventory)
    } catch {
      throw HearthErrors([error])
    }
    // Long texts are taken apart only when there is something wrong with them.
    var current = text
    lazy var lines = text.lineFeedParts.map { Array($0.unicodeScalars) }
    // Each key that is given twice costs another look at the whole.
    while originals.count <= Self.mostMasks {
      do {
        // Without rules for tags: an expression for each key of a long list would take most of the time, and what a
        // scalar means is decided later.
        guard let node = try compose(yaml: current, .basic) else { return nil }
        try YAMLBudget.check(node, file: file, code: .inventory)
        return TreeBuilder(originals: originals).tree(node)
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let place = Place(line: context.mark.line, column: context.mark.column)
        guard let spot = firstCharacter(of: place, in: lines), originals[spot] == nil,
          let mask = Unicode.Scalar(0xE000 + UInt32(originals.count % 0x1000))
        else {
          let name = names.first ?? "?"
          throw HearthErrors([
            HearthError(
              .inventory, "the key `\(name)` is given twice",
              subject: Subject(file: file, line: place.line, column: place.column), hint: "keep one of them")
          ])
        }
        originals[spot] = lines[spot.line - 1][spot.column - 1]
        lines[spot.line - 1][spot.column - 1] = mask
        current = lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
      } catch let error as YamlError {
        throw HearthErrors([SyntaxMistake(error, lines: lines, file: file).error])
      } catch let error as HearthError {
        throw HearthErrors([error])
      } catch {
        throw HearthErrors([HearthError(.inventory, "this is not YAML: \(error)", subject: Subject(file: file))])
      }
    }
    throw HearthErrors([
      HearthError(
        .inventory, "more than \(Self.mostMasks) keys are given twice", subject: Subject(file: file),
        hint: "keep one of each")
    ])
  }

  private static let mostMasks = 50

  /// The first character of a key, behind its quote; nil where the key begins with something else, such as an escape.
  private static func firstCharacter(of place: Place, in lines: [[Unicode.Scalar]]) -> Place? {
    guard lines.indices.contains(place.line - 1) else { return nil }
    let line = lines[place.line - 1]
    var index = place.column - 1
    if line.indices.contains(index), line[index] == "\"" || line[index] == "'" { index += 1 }
    guard line.indices.contains(index), line[index].properties.isAlphabetic || line[index].properties.numericType != nil
    else { return nil }
    return Place(line: place.line, column: index + 1)
  }
}

/// Turns Yams' nodes into ours and gives masked keys their names back.
private struct TreeBuilder {
  /// Characters that were masked, by place.
  var originals: [Place: Unicode.Scalar]

  func tree(_ node: Yams.Node) -> YAMLTree {
    let place = place(node)
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain && scalar.style != .any
      return YAMLTree(
        content: .scalar(.init(text: scalar.string, written: scalar.string, isQuoted: isQuoted)), place: place)
    case .sequence(let sequence):
      return YAMLTree(content: .list(sequence.map { tree($0) }), place: place)
    case .mapping(let mapping):
      return YAMLTree(content: .map(entries(mapping)), place: place)
    case .alias:
      return YAMLTree(content: .unusable, place: place)
    }
  }

  private func entries(_ mapping: Yams.Node.Mapping) -> [YAMLTree.Entry] {
    var seen: [String: Place] = [:]
    return mapping.map { key, value in
      let place = place(key)
      let name = name(key, at: place)
      defer { seen[name] = place }
      return YAMLTree.Entry(key: name, place: place, value: tree(value), earlier: seen[name])
    }
  }

  private func name(_ key: Yams.Node, at place: Place) -> String {
    guard case .scalar(let scalar) = key else { return "?" }
    for spot in [place, Place(line: place.line, column: place.column + 1)] {
      guard let original = originals[spot], let first = scalar.string.unicodeScalars.first,
        (0xE000..<0xF000).contains(first.value)
      else { continue }
      return String(original) + String(String.UnicodeScalarView(scalar.string.unicodeScalars.dropFirst()))
    }
    return scalar.string
  }

  private func place(_ node: Yams.Node) -> Place {
    Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }
}
