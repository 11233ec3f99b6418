package import Diagnostics
import Templates
import Units
import Yams

/// How the table looks as YAML.
extension ReleaseTable {
  private struct Document: Decodable {
    struct Choice: Decodable {
      var usual: String?
      var from: String
      var before: String
    }
    struct Release: Decodable {
      var minor: Int
      var source: Source
      var newest: String
      var ends: Day
      var newRacks: Bool?
      var parts: [String: Choice]?
    }
    struct Series: Decodable {
      var series: String
      var ends: Day?
      var glibc: String?
    }
    struct Debian: Decodable {
      var release: Int
      var name: String
      var ends: Day
      var glibc: String
    }
    var version: Int
    var current: String
    var parts: [String: Choice]
    var kubernetes: [Release]
    var containerd: [Series]
    var debian: [Debian]
  }

  /// The table that is part of hearth. A test reads it, so it can be read.
  package static let embedded: ReleaseTable = {
    let nothing = ReleaseTable(current: KubernetesVersion(0, 0, 0), releases: [], containerd: [], debian: [])
    return (try? ReleaseTable(yaml: Template.text(of: "releases.yaml"))) ?? nothing
  }()

  /// - Throws: ``HearthError`` `internalError` with what is wrong: the text is hearth's own.
  package init(yaml: String) throws(HearthError) {
    let document: Document
    do {
      document = try YAMLDecoder().decode(Document.self, from: yaml)
    } catch {
      throw Self.broken("\(error)")
    }
    guard document.version == 1 else { throw Self.broken("version \(document.version)") }
    let shared = try Self.choices(document.parts)
    var releases: [Release] = []
    for entry in document.kubernetes {
      let parts = try Self.choices(entry.parts ?? [:])
      releases.append(
        Release(
          minor: entry.minor, source: entry.source, newest: try Self.version(entry.newest), ends: entry.ends,
          takesNewRacks: entry.newRacks ?? true, parts: shared.merging(parts) { $1 }))
    }
    self.init(
      current: try Self.version(document.current), releases: releases.sorted { $0.minor < $1.minor },
      containerd: document.containerd.map { .init(series: $0.series, ends: $0.ends, glibc: $0.glibc) },
      debian: document.debian.map { .init(release: $0.release, name: $0.name, ends: $0.ends, glibc: $0.glibc) })
  }

  private static func choices(_ entries: [String: Document.Choice]) throws(HearthError) -> [Part: Choice] {
    var choices: [Part: Choice] = [:]
    for (name, entry) in entries {
      guard let part = Part(rawValue: name) else { throw broken("no part `\(name)`") }
      let range = entry.from..<entry.before
      guard entry.usual.map(range.contains) ?? true else {
        throw broken("\(name) \(entry.usual ?? "") not in \(range)")
      }
      choices[part] = Choice(usual: entry.usual, range: range)
    }
    return choices
  }

  private static func version(_ text: String) throws(HearthError) -> KubernetesVersion {
    guard let version = KubernetesVersion(text) else { throw broken("no version `\(text)`") }
    return version
  }

  private static func broken(_ cause: String) -> HearthError {
    HearthError(.internalError, "hearth's own table of releases cannot be read: \(cause)")
  }
}
