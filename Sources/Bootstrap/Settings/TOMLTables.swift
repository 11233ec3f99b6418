import Templates

/// A TOML file of tables with one `key = value` on a line, as hearth writes it, with people's own keys laid over it.
struct TOMLTables {
  private var lines: [String]

  init(_ text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

  var text: String { lines.joined(separator: "\n") }

  /// What stands at a path; nil where nothing does.
  func value(_ path: [String]) -> String? {
    guard let key = path.last, let line = line(of: key, in: range(of: Array(path.dropLast())) ?? 0..<0) else {
      return nil
    }
    return String(lines[line].drop { $0 != "=" }.dropFirst(2))
  }

  mutating func set(_ path: [String], _ value: JSONValue) {
    guard let key = path.last else { return }
    let table = Array(path.dropLast())
    let entry = "\(Self.name(key)) = \(value.line)"
    guard let range = range(of: table) else {
      while lines.last == "" { lines.removeLast() }
      lines += ["", "[\(table.map(Self.name).joined(separator: "."))]", "  \(entry)", ""]
      return
    }
    let indent = table.isEmpty ? "" : "  "
    if let line = line(of: key, in: range) {
      lines[line] = indent + entry
    } else {
      // Behind the last key of the table.
      let last = range.last { lines[$0].contains(" = ") } ?? range.lowerBound - 1
      lines.insert(indent + entry, at: last + 1)
    }
  }

  /// Lines of a table, without its head; the root table begins the file.
  private func range(of table: [String]) -> Range<Int>? {
    var begin = 0
    if !table.isEmpty {
      guard let head = lines.firstIndex(of: "[\(table.map(Self.name).joined(separator: "."))]") else { return nil }
      begin = head + 1
    }
    return begin..<(lines[begin...].firstIndex { $0.hasPrefix("[") } ?? lines.endIndex)
  }

  private func line(of key: String, in range: Range<Int>) -> Int? {
    range.first { lines[$0].drop { $0 == " " }.hasPrefix("\(Self.name(key)) = ") }
  }

  /// A bare key where TOML allows it.
  private static func name(_ key: String) -> String {
    let isBare =
      !key.isEmpty
      && key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
    return isBare ? key : JSONValue.quoted(key)
  }
}
