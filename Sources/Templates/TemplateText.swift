/// The text of a template, cut at its tags. The tags are Mustache's basic ones: `{{name}}`, `{{{name}}}`, `{{.}}`,
/// `{{#name}} … {{/name}}`, `{{^name}} … {{/name}}`, `{{! comment }}`; names may be paths such as `reserved.memory`.
///
/// It is written here, and not taken from a Mustache library, because those render a missing value as nothing and know
/// neither words of a shell nor values of a YAML tree.
package struct TemplateText: Sendable, Equatable {
  package indirect enum Part: Sendable, Equatable {
    case text(String)
    /// - Parameter isRaw: with three braces.
    case value(name: String, isRaw: Bool)
    case section(name: String, isInverted: Bool, parts: [Part])
  }

  package let parts: [Part]

  /// What is wrong with a template, or with the values given to it.
  package struct Fault: Error, Sendable, Equatable {
    package var message: String
    package init(_ message: String) { self.message = message }
  }

  package init(_ text: String) throws(Fault) {
    var parser = Parser(Array(text.utf8))
    parts = try parser.parts(of: nil)
  }

  /// Names in all tags, in order of appearance.
  package var names: [String] { Self.names(parts) }

  private static func names(_ parts: [Part]) -> [String] {
    parts.flatMap { part -> [String] in
      switch part {
      case .text: []
      case .value(let name, _): [name]
      case .section(let name, _, let inner): [name] + names(inner)
      }
    }
  }
}

private struct Parser {
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Everything up to the end of the section, or of the text.
  mutating func parts(of section: String?) throws(TemplateText.Fault) -> [TemplateText.Part] {
    var parts: [TemplateText.Part] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
      text = []
    }
    while position < bytes.count {
      guard starts("{{") else {
        text.append(bytes[position])
        position += 1
        continue
      }
      let start = position
      let isRaw = starts("{{{")
      position += isRaw ? 3 : 2
      let sign = isRaw || position >= bytes.count ? 0 : bytes[position]
      let kind = "#^/!".utf8.contains(sign) ? sign : 0
      if kind != 0 { position += 1 }
      let content = try until(isRaw ? "}}}" : "}}")
      if kind != 0, isAlone(from: start) {
        // A section's tag on a line of its own takes the whole line away.
        while let last = text.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { text.removeLast() }
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        position = min(position + 1, bytes.count)
      }
      if kind == UInt8(ascii: "!") { continue }
      let name = try Self.name(content)
      flush()
      switch kind {
      case UInt8(ascii: "/"):
        guard name == section else {
          throw TemplateText.Fault("{{/\(name)}} closes no section that is open")
        }
        return parts
      case UInt8(ascii: "#"), UInt8(ascii: "^"):
        parts.append(.section(name: name, isInverted: kind == UInt8(ascii: "^"), parts: try self.parts(of: name)))
      default: parts.append(.value(name: name, isRaw: isRaw))
      }
    }
    if let section { throw TemplateText.Fault("the section {{#\(section)}} is not closed") }
    flush()
    return parts
  }

  private func starts(_ sign: String) -> Bool { bytes[position...].starts(with: sign.utf8) }

  private mutating func until(_ end: String) throws(TemplateText.Fault) -> String {
    let begin = position
    while position < bytes.count {
      if starts(end) {
        let content = String(decoding: bytes[begin..<position], as: UTF8.self)
        position += end.utf8.count
        return content
      }
      position += 1
    }
    throw TemplateText.Fault("a tag is not closed with \(end)")
  }

  private static func name(_ content: String) throws(TemplateText.Fault) -> String {
    let name = String(content.trimmingPrefix { $0 == " " }.reversed().trimmingPrefix { $0 == " " }.reversed())
    let isName =
      name == "."
      || !name.isEmpty && name.utf8.first != UInt8(ascii: ".")
        && name.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
          default: "_-.".utf8.contains(byte)
          }
        }
    guard isName else { throw TemplateText.Fault("{{\(content)}} is not a tag") }
    return name
  }

  /// Whether nothing but blanks stands before the tag and behind it on its line.
  private func isAlone(from start: Int) -> Bool {
    func isBlank(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    let newline = UInt8(ascii: "\n")
    let before = bytes[..<start].reversed().prefix { $0 != newline }
    let after = bytes[position...].prefix { $0 != newline }
    return before.allSatisfy(isBlank) && after.allSatisfy(isBlank)
  }
}
