import Diagnostics
import Untrusted

/// The frames of the facts program's output, before anything is understood.
struct FactsReport {
  /// Path to the file's lines, NUL bytes and line ends removed.
  private(set) var files: [String: [String]] = [:]
  /// Key to values, in the order in which they came.
  private(set) var values: [String: [String]] = [:]
  /// Lines of the other sections.
  private(set) var sections: [String: [String]] = [:]

  /// Large hosts take 100 kB; what a companion prints behind the facts comes with them.
  private static let mostBytes = 32 << 20
  /// Hosts have a few thousand lines to say; what looks things up in them takes time with the square of their number.
  private static let mostLines = 30_000
  private static let begin = "@hearth-facts 1"
  static let end = "@hearth-facts end"
  private static let header = "@section "

  /// Ignores what stands before the first frame: login shells are chatty.
  init(_ output: [UInt8]) throws(HearthError) {
    guard output.count <= Self.mostBytes else {
      throw HearthError(
        .remoteCommand, "the host's facts are longer than \(Self.mostBytes) bytes",
        hint: "no host has so much to say: look at who answers there")
    }
    let lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0.filter { $0 != 0 && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }
    guard let first = lines.firstIndex(of: Self.begin) else {
      throw Self.broken("the host's answer holds no facts", lines)
    }
    guard let last = lines[first...].firstIndex(of: Self.end) else {
      throw Self.broken("the host's answer ends in the middle", lines)
    }
    guard last - first <= Self.mostLines else {
      throw HearthError(
        .remoteCommand, "the host's facts are more than \(Self.mostLines) lines",
        hint: "no host has so much to say: look at who answers there")
    }
    var section = ""
    for line in lines[(first + 1)..<last] {
      if line.hasPrefix(Self.header) {
        section = String(line.dropFirst(Self.header.count))
      } else {
        add(line, to: section)
      }
    }
  }

  private mutating func add(_ line: String, to section: String) {
    switch section {
    case "files":
      guard let (path, text) = line.cut(":") else { return }
      files[path, default: []].append(text)
    case "values":
      guard let (key, value) = line.cut("=") else { return }
      values[key, default: []].append(value)
    default:
      sections[section, default: []].append(line)
    }
  }

  /// The first line of a file, trimmed; empty when there is none.
  func line(_ path: String) -> String { files[path]?.first?.trimmed ?? "" }

  func value(_ key: String) -> String? { values[key]?.first }

  /// Values of a file of `KEY=value` lines as shells read them, without quotes.
  func assignments(_ path: String) -> [String: String] {
    var result: [String: String] = [:]
    for line in files[path] ?? [] {
      guard let (key, value) = line.trimmed.cut("="), !key.hasPrefix("#") else { continue }
      result[key] = value.unquoted
    }
    return result
  }

  private static func broken(_ message: String, _ lines: [String]) -> HearthError {
    HearthError(
      .remoteCommand, message,
      hint: "log in and see what the login shell prints or why it ends; its start files must not exit or exec",
      output: lines.suffix(5).map { $0.bounded(200) })
  }
}

extension String {
  /// The parts before and after the first separator.
  package func cut(_ separator: Character) -> (String, String)? {
    guard let index = firstIndex(of: separator) else { return nil }
    return (String(self[..<index]), String(self[self.index(after: index)...]))
  }

  package var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }

  /// Without one pair of quotes around it.
  fileprivate var unquoted: String {
    guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return self }
    return String(dropFirst().dropLast())
  }

  /// Split at runs of blanks.
  package var words: [String] { split(whereSeparator: \.isWhitespace).map(String.init) }
}
