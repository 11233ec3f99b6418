package import Diagnostics
import Foundation

/// The common keywords of OpenSSH's client configuration.
///
/// ```swift
/// let settings = try SSHConfig.load("\(home)/.ssh/config").settings(for: "pi1", home: home)
/// ```
///
/// Understood are `Host` (with wildcards and negation), `Match all`, `Match host`, `Include`, and the keywords of
/// ``Settings``. Everything else is passed over; a `Match` with other conditions never applies.
package struct SSHConfig: Sendable, Equatable {
  /// What applies to one host; nil and empty where the file says nothing.
  package struct Settings: Sendable, Equatable {
    package var hostName: String?
    package var user: String?
    package var port: UInt16?
    /// In the file's order.
    package var identityFiles: [String] = []
    /// A socket, or `none` for no agent.
    package var identityAgent: String?
    package var userKnownHostsFiles: [String] = []
    /// As written: `user@host:port,…`; nil also for `none`.
    package var proxyJump: String?

    package init() {}
  }

  struct Line: Sendable, Equatable {
    var keyword: String
    var values: [String]
  }

  /// Includes are in place.
  private(set) var lines: [Line]

  /// - Parameter text: a configuration without `Include`, which needs a folder; see ``load(_:)``.
  package init(_ text: String) { lines = Self.parse(text) }

  /// Reads a file and what it includes. A file that does not exist says nothing.
  package static func load(_ path: String) throws(HearthError) -> SSHConfig {
    var config = SSHConfig("")
    config.lines = try read(path, folder: (path as NSString).deletingLastPathComponent, depth: 0)
    return config
  }

  /// - Parameters:
  ///   - host: as a person would type it.
  ///   - home: replaces `~` and `%d`.
  package func settings(for host: String, home: String) -> Settings {
    var found = Settings()
    var applies = true
    for line in lines {
      guard let value = line.values.first else { continue }
      switch line.keyword {
      case "host": applies = Self.match(line.values, host)
      case "match": applies = Self.matches(line.values, host)
      case _ where !applies: continue
      // For each keyword the first value counts, as in OpenSSH.
      case "hostname": found.hostName = found.hostName ?? value.replacing("%h", with: host)
      case "user": found.user = found.user ?? value
      case "port": found.port = found.port ?? UInt16(value)
      case "identityfile": found.identityFiles.append(value)
      case "identityagent": found.identityAgent = found.identityAgent ?? value
      case "userknownhostsfile": if found.userKnownHostsFiles.isEmpty { found.userKnownHostsFiles = line.values }
      case "proxyjump": found.proxyJump = found.proxyJump ?? value
      default: continue
      }
    }
    return Self.expanded(found, host: host, home: home)
  }

  // MARK: Reading

  static func parse(_ text: String) -> [Line] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      var words = words(of: line)
      guard let first = words.first, !first.isEmpty else { return nil }
      words.removeFirst()
      return Line(keyword: first.lowercased(), values: words)
    }
  }

  /// Words between blanks; the first `=` counts as a blank, quotes hold words together, `#` begins a comment.
  private static func words(of line: Substring) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false, isOpen = false, mayEqual = true
    func isBlank(_ character: Character) -> Bool {
      character == " " || character == "\t" || (character == "=" && mayEqual)
    }
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
        isOpen = true
      } else if !isQuoted, character == "#", !isOpen {
        break
      } else if !isQuoted, isBlank(character) {
        if isOpen { words.append(word) }
        if character == "=" || words.count > 1 { mayEqual = false }
        (word, isOpen) = ("", false)
      } else {
        word.append(character)
        isOpen = true
        if !words.isEmpty { mayEqual = false }
      }
    }
    if isOpen { words.append(word) }
    return words
  }

  /// OpenSSH's own limit.
  private static let deepestInclude = 16

  private static func read(_ path: String, folder: String, depth: Int) throws(HearthError) -> [Line] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw HearthError(
        .local, "cannot read \(path)", subject: Subject(file: path), hint: "Check its permissions",
        command: "ls -l \(path)"
      )
    }
    var lines: [Line] = []
    for line in parse(String(decoding: data, as: UTF8.self)) {
      guard line.keyword == "include" else {
        lines.append(line)
        continue
      }
      guard depth < deepestInclude else {
        throw HearthError(.local, "\(path) includes itself", subject: Subject(file: path), hint: "Remove the circle")
      }
      for pattern in line.values {
        for file in files(matching: pattern, folder: folder) {
          lines += try read(file, folder: folder, depth: depth + 1)
        }
      }
    }
    return lines
  }

  /// Wildcards are understood in the last part of a path.
  private static func files(matching pattern: String, folder: String) -> [String] {
    let home = (folder as NSString).deletingLastPathComponent
    let full =
      pattern.hasPrefix("/")
      ? pattern
      : pattern.hasPrefix("~/") ? home + pattern.dropFirst() : folder + "/" + pattern
    let parent = (full as NSString).deletingLastPathComponent, name = (full as NSString).lastPathComponent
    guard name.contains(where: { $0 == "*" || $0 == "?" }) else { return [full] }
    let all = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return all.filter { Wildcard.match(name, $0) && !$0.hasPrefix(".") }.sorted().map { "\(parent)/\($0)" }
  }

  // MARK: Matching

  private static func match(_ patterns: [String], _ host: String) -> Bool {
    let (unwanted, wanted) = (patterns.filter { $0.hasPrefix("!") }, patterns.filter { !$0.hasPrefix("!") })
    return wanted.contains { Wildcard.match($0, host) }
      && !unwanted.contains { Wildcard.match(String($0.dropFirst()), host) }
  }

  private static func matches(_ conditions: [String], _ host: String) -> Bool {
    if conditions.map({ $0.lowercased() }) == ["all"] { return true }
    guard conditions.count == 2, conditions[0].lowercased() == "host" else { return false }
    return match(conditions[1].split(separator: ",").map(String.init), host)
  }

  private static func expanded(_ settings: Settings, host: String, home: String) -> Settings {
    func path(_ text: String) -> String {
      let text = text == "~" || text.hasPrefix("~/") ? home + text.dropFirst() : text
      let tokens = [("%d", home), ("%h", settings.hostName ?? host), ("%n", host), ("%r", settings.user ?? "")]
      return tokens.reduce(text) { $0.replacing($1.0, with: $1.1) }.replacing("%%", with: "%")
    }
    var settings = settings
    settings.identityFiles = settings.identityFiles.map(path)
    settings.identityAgent = settings.identityAgent.map(path)
    settings.userKnownHostsFiles = settings.userKnownHostsFiles.map(path).filter { $0.lowercased() != "none" }
    if settings.proxyJump?.lowercased() == "none" { settings.proxyJump = nil }
    return settings
  }
}
