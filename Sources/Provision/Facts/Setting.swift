/// A line of a host's file, for people to find again.
package struct Setting: Sendable, Equatable {
  package var path: String
  /// From 1.
  package var line: Int
  /// As it stands there, trimmed.
  package var text: String

  package init(path: String, line: Int, text: String) {
    self.path = path
    self.line = line
    self.text = text
  }

  /// `path:line:text`; no path that is asked for holds a colon.
  init?(_ report: some StringProtocol) {
    let parts = report.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let line = Int(parts[1]) else { return nil }
    self.init(path: String(parts[0]), line: line, text: String(parts[2]).trimmed)
  }

  /// `/etc/sysctl.d/zz.conf:3`.
  package var place: String { "\(path):\(line)" }
}

/// What the files of `sysctl.d` and ufw's own set at each boot, in the order in which they are read; the last one wins.
package struct SysctlFiles: Sendable, Equatable {
  package struct Assignment: Sendable, Equatable {
    /// With dots.
    package var key: String
    /// Blanks as one; nil for a line such as `-net.ipv4.conf.eth0.rp_filter` that only takes a key out of a pattern.
    package var value: String?
    package var setting: Setting
  }

  package private(set) var assignments: [Assignment] = []

  package init() {}

  /// - Parameters:
  ///   - lines: of all files, in any order of files.
  ///   - files: all files that exist, also those without such lines: one of the same name in a folder that goes first
  ///     takes the place of another.
  package init(lines: [Setting], files: [String]) {
    var winners: [String: String] = [:]
    for path in files {
      guard let (folder, name) = Self.parts(path), let rank = Self.folders.firstIndex(of: folder) else { continue }
      if let known = winners[name].flatMap(Self.parts), let other = Self.folders.firstIndex(of: known.folder),
        other <= rank
      {
        continue
      }
      winners[name] = path
    }
    let order = winners.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }.map(\.value)
    for path in order + [Self.ufw] {
      assignments += lines.filter { $0.path == path }.sorted { $0.line < $1.line }.compactMap(Self.assignment)
    }
  }

  /// systemd reads them in the order of their names, byte by byte, whatever their folder; the first folder wins.
  private static let folders = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"]
  /// ufw applies its own file when it starts, after all others.
  package static let ufw = "/etc/ufw/sysctl.conf"

  private static func parts(_ path: String) -> (folder: String, name: String)? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return (String(path[..<slash]), String(path[path.index(after: slash)...]))
  }

  private static func assignment(_ setting: Setting) -> Assignment? {
    let text = setting.text.drop { $0 == "-" || $0.isWhitespace }
    guard let equals = text.firstIndex(of: "=") else {
      return setting.text.hasPrefix("-") ? Assignment(key: dotted(String(text)), value: nil, setting: setting) : nil
    }
    let value = text[text.index(after: equals)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Assignment(key: dotted(String(text[..<equals])), value: value, setting: setting)
  }

  /// The first separator says whether dots or slashes separate.
  static func dotted(_ key: String) -> String {
    let key = key.trimmed
    guard let first = key.first(where: { $0 == "." || $0 == "/" }), first == "/" else { return key }
    return String(key.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
  }

  /// What a boot makes of a key: the last assignment by its name, or by a pattern that no line takes it out of.
  ///
  /// - Parameter ignoring: paths that do not count.
  package func last(_ key: String, ignoring: (String) -> Bool = { _ in false }) -> Assignment? {
    let key = Self.dotted(key)
    var found: Assignment?
    var byName = false
    for assignment in assignments where !ignoring(assignment.setting.path) {
      if assignment.key == key {
        (found, byName) = (assignment, true)
      } else if !byName, assignment.key.contains("*"), Self.matches(assignment.key, key) {
        found = assignment
      }
    }
    return found?.value == nil ? nil : found
  }

  /// `net.ipv4.conf.*.rp_filter`: a star stands for one part.
  private static func matches(_ pattern: String, _ key: String) -> Bool {
    let (pattern, key) = (pattern.split(separator: "."), key.split(separator: "."))
    return pattern.count == key.count && zip(pattern, key).allSatisfy { $0 == "*" || $0 == $1 }
  }
}

extension Facts {
  mutating func readSettings(ofBoot report: FactsReport) {
    let lines = (report.sections["settings"] ?? []).compactMap { Setting($0) }
    sysctlFiles = SysctlFiles(
      lines: lines.filter { $0.path.contains("/sysctl") && ($0.path != SysctlFiles.ufw || ufwIsOn(report)) },
      files: report.values["sysctl-file"] ?? [])
    cloudSettings = lines.filter {
      $0.path.hasPrefix("/etc/cloud/") || $0.path.hasPrefix("/var/lib/cloud/") || $0.path.hasSuffix("/user-data")
    }
    aptSettings = lines.filter { $0.path.hasPrefix("/etc/apt/") }
    configuredAddresses = Set((report.sections["configured-addresses"] ?? []).compactMap { Setting($0)?.text })
  }

  private func ufwIsOn(_ report: FactsReport) -> Bool {
    report.assignments("/etc/ufw/ufw.conf")["ENABLED"]?.lowercased() == "yes"
  }
}
