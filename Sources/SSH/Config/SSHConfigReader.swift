import Diagnostics
import Foundation
import Glibc
import Untrusted

/// Reads a configuration's lines, by bytes: words as OpenSSH's `argv_split` cuts them, what is included in its place.
struct SSHConfigReader {
  let file: String
  /// Its `Include`s begin at the user's folder, and `~` is allowed in them.
  let isUsers: Bool

  /// OpenSSH's own limit.
  private static let deepestInclude = 16

  func lines() throws(HearthError) -> [SSHConfig.Line] {
    try read(file, depth: 0)
  }

  private func read(_ path: String, depth: Int) throws(HearthError) -> [SSHConfig.Line] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    if isUsers { try checkOwner(path) }
    let bytes: [UInt8]
    do throws(HearthError) {
      bytes = try RegularFile.read(path)
    } catch {
      throw HearthError(
        .local, "cannot read \(path)", subject: Subject(file: path), hint: "Check its permissions",
        cause: error.cause ?? error.message, command: "ls -l \(path.shellQuoted)"
      )
    }
    var lines = Self.lines(of: bytes, name: path)
    for index in lines.indices where lines[index].keyword == "include" {
      guard depth < Self.deepestInclude else {
        throw HearthError(.local, "\(path) includes itself", subject: Subject(file: path), hint: "Remove the circle")
      }
      for pattern in lines[index].values {
        for found in files(matching: pattern) { lines[index].included.append(try read(found, depth: depth + 1)) }
      }
    }
    return lines
  }

  /// OpenSSH's rule: a file of the user's that others may write could send anybody anywhere.
  private func checkOwner(_ path: String) throws(HearthError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    guard (status.st_uid == getuid() || status.st_uid == 0) && status.st_mode & 0o022 == 0 else {
      throw HearthError(
        .local, "\(path) can be written by others, so it is not read", subject: Subject(file: path),
        hint: "chmod go-w \(path.shellQuoted), and look at its owner", command: "ls -l \(path.shellQuoted)")
    }
  }

  private func files(matching pattern: String) -> [String] {
    let folder = (file as NSString).deletingLastPathComponent
    var full = pattern
    if isUsers, pattern.hasPrefix("~/") {
      full = (folder as NSString).deletingLastPathComponent + pattern.dropFirst()
    } else if !pattern.hasPrefix("/") {
      full = folder + "/" + pattern
    }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(full, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  // MARK: Lines and words

  static func lines(of bytes: [UInt8], name: String) -> [SSHConfig.Line] {
    let home = NSHomeDirectory()
    let shown = name.hasPrefix(home + "/") ? "~" + name.dropFirst(home.count) : name
    return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap {
      index, raw in
      var line = raw.prefix { $0 != 0 }
      while let last = line.last, [0x20, 0x09, 0x0D, 0x0C].contains(last) { line.removeLast() }
      let rest = line.drop(while: isBlank)
      guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
      guard let (keyword, arguments) = keyword(of: rest) else { return nil }
      return SSHConfig.Line(keyword: keyword, values: words(of: arguments), place: "\(shown):\(index + 1)")
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// The keyword ends at a blank or the first `=`; quotes around it go.
  private static func keyword(of line: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
    var name: ArraySlice<UInt8>
    var rest: ArraySlice<UInt8>
    if line.first == UInt8(ascii: "\"") {
      name = line.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
      rest = line[name.endIndex...].dropFirst()
    } else {
      name = line.prefix { !isBlank($0) && $0 != UInt8(ascii: "=") }
      rest = line[name.endIndex...]
    }
    rest = rest.drop(while: isBlank)
    if rest.first == UInt8(ascii: "=") { rest = rest.dropFirst().drop(while: isBlank) }
    return name.isEmpty ? nil : (String(decoding: name, as: UTF8.self).lowercased(), rest)
  }

  /// Words between blanks. Quotes of both kinds hold words together, a backslash before a quote, a backslash or (outside
  /// of quotes) a blank takes its meaning away, `#` begins a comment where a word could begin.
  private static func words(of text: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var rest = text.drop(while: isBlank)
    while let first = rest.first, first != UInt8(ascii: "#") {
      var word: [UInt8] = []
      var quote: UInt8?
      while let byte = rest.first {
        rest.removeFirst()
        if byte == UInt8(ascii: "\\"), let next = rest.first,
          "'\"\\".utf8.contains(next) || (quote == nil && next == 0x20)
        {
          word.append(next)
          rest.removeFirst()
        } else if quote == nil, isBlank(byte) {
          break
        } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
          quote = byte
        } else if byte == quote {
          quote = nil
        } else {
          word.append(byte)
        }
      }
      words.append(String(decoding: word, as: UTF8.self))
      rest = rest.drop(while: isBlank)
    }
    return words
  }
}
