import Diagnostics
import Foundation
import Yams

/// What a template becomes, by its name: each kind of file has its own way in which a value stands in it, and no value can
/// become more than a value.
package enum TemplateFormat: Sendable, Equatable {
  /// A POSIX shell program. A value is one word, a list several; ``ShellText`` stands as it is in three braces.
  case shell
  /// YAML or JSON: parsed with places for the values, which are put into the tree; the result is JSON.
  case structured
  case toml
  /// Units, tables and configurations of lines: a value has no character that could end or split it.
  case line
  case html
  /// For people; values stand as they are.
  case plain

  package init(fileName name: String) {
    switch name.split(separator: "/").last?.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last {
    // What `init` writes keeps its comments; its values are quoted where they are made.
    case _ where name.hasPrefix("inventory/"): self = .plain
    case "yaml", "json", "conflist": self = .structured
    case "toml": self = .toml
    case "html": self = .html
    case "service", "timer", "conf", "cfg", "state", "rules", "env", "network": self = .line
    case "txt", "gotemplate", "css", "js": self = .plain
    default: self = .shell
    }
  }

  package func insert(_ value: TemplateData, _ name: String, _ isRaw: Bool) throws(TemplateText.Fault) -> String {
    if isRaw, self != .plain {
      guard self == .shell, case .program(let text) = value else {
        throw TemplateText.Fault("{{{\(name)}}} takes shell text of hearth's own only")
      }
      return text
    }
    switch value {
    case .integer(let number): return String(number)
    case .bool(let value): return String(value)
    case .list(let items) where self == .shell || self == .line:
      var words: [String] = []
      for item in items { words.append(try insert(item, name, false)) }
      return words.joined(separator: " ")
    case .text(let text): return isRaw ? text : try insert(text, name)
    default: throw TemplateText.Fault("the value of {{\(name)}} cannot stand there")
    }
  }

  /// Whether a text can stand in such a file.
  package func takes(_ text: String) -> Bool { (try? insert(text, "")) != nil }

  private func insert(_ text: String, _ name: String) throws(TemplateText.Fault) -> String {
    switch self {
    case .shell:
      guard !text.utf8.contains(0) else { throw TemplateText.Fault("the value of {{\(name)}} holds a zero byte") }
      return text.shellQuoted
    case .toml: return JSONValue.quoted(text)
    case .line:
      guard text.unicodeScalars.allSatisfy(Self.isPlain) else {
        throw TemplateText.Fault("the value of {{\(name)}} cannot stand in this file: \(text.debugDescription)")
      }
      return text
    case .html:
      return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    case .plain, .structured: return text
    }
  }

  /// Letters, digits and signs that neither systemd nor an environment file, a table or a server's configuration reads as
  /// more than themselves.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic
      || scalar.value < 0x80
        && (("0"..."9").contains(scalar) || "_-./:@+,=*[]()!~^|&?<>".unicodeScalars.contains(scalar))
  }
}

/// The values of one structured template while it is parsed: each has a place that no value can look like.
struct StructuredPlaces {
  private var values: [TemplateData] = []
  private static let begin: Unicode.Scalar = "\u{E000}"
  private static let end: Unicode.Scalar = "\u{E001}"

  mutating func place(_ value: TemplateData) -> String {
    values.append(value)
    return "\(Self.begin)\(values.count - 1)\(Self.end)"
  }

  /// All documents of the text, with the values in their places.
  func documents(_ yaml: String) throws(TemplateText.Fault) -> [JSONValue] {
    do {
      return try JSONValue.nodes(yaml: yaml).map { node in
        try JSONValue(node: node, scalar: { try self.value(of: $0) }, key: { try self.text($0) ?? $0 })
      }
      .filter { !$0.isEmpty }
    } catch let fault as TemplateText.Fault {
      throw fault
    } catch {
      throw TemplateText.Fault("this is not YAML: \(error)")
    }
  }

  private func value(of scalar: Node.Scalar) throws(TemplateText.Fault) -> JSONValue? {
    let marks = scalar.string.unicodeScalars
    guard marks.contains(Self.begin) else { return nil }
    let isWhole = marks.first == Self.begin && marks.firstIndex(of: Self.end) == marks.indices.last
    if isWhole, scalar.style == .plain || scalar.style == .any {
      let digits = String(String.UnicodeScalarView(marks.dropFirst().dropLast()))
      if let index = Int(digits), values.indices.contains(index) { return try Self.json(values[index]) }
    }
    return try text(scalar.string).map { .string($0) }
  }

  private static func json(_ data: TemplateData) throws(TemplateText.Fault) -> JSONValue {
    switch data {
    case .text(let text): return .string(text)
    case .integer(let number): return .integer(number)
    case .bool(let value): return .bool(value)
    case .json(let value): return value
    case .none: return .null
    case .list(let items):
      var all: [JSONValue] = []
      for item in items { all.append(try json(item)) }
      return .array(all)
    case .map(let members):
      var all: [String: JSONValue] = [:]
      for (key, value) in members { all[key] = try json(value) }
      return .object(all)
    case .program: throw TemplateText.Fault("shell text is not a value of a tree")
    }
  }

  /// With the values inside; nil where there are none.
  private func text(_ text: String) throws(TemplateText.Fault) -> String? {
    let parts = text.unicodeScalars.split(separator: Self.begin, omittingEmptySubsequences: false)
    guard parts.count > 1 else { return nil }
    var result = String(String.UnicodeScalarView(parts[0]))
    for part in parts.dropFirst() {
      let halves = part.split(separator: Self.end, maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, let index = Int(String(String.UnicodeScalarView(halves[0]))),
        values.indices.contains(index)
      else { throw TemplateText.Fault("a place of a value is broken") }
      switch values[index] {
      case .text(let text): result += text
      case .integer(let number): result += String(number)
      case .bool(let value): result += String(value)
      default: throw TemplateText.Fault("a list or a tree cannot stand inside a text")
      }
      result += String(String.UnicodeScalarView(halves[1]))
    }
    return result
  }
}
