package import Diagnostics
package import SSH
import Untrusted

/// What hearth made on a host, as the host itself remembers it: `/var/lib/hearth/manifest`, one line per change, the last
/// line about a name counts. Removal goes by it, so that it is exact.
package struct Manifest: Sendable, Equatable {
  package static let path = "/var/lib/hearth/manifest"

  package struct Entry: Sendable, Equatable {
    package enum Kind: String, Sendable { case file, directory, absent, package, unit, masked, user, swap }
    package var kind: Kind
    /// A path, or the name of a package, unit or user.
    package var name: String
    /// Of the file's content when it was written; nil for other kinds.
    package var sha256: String?
    /// Seconds since 1970, by the host's clock.
    package var time: Int
    package var run: String
  }

  /// In the order in which things were made first.
  package var entries: [Entry]

  /// - Parameter text: lines of five words separated by tabs; what does not look so is skipped.
  package init(_ text: String) {
    var order: [String] = []
    var latest: [String: Entry] = [:]
    for line in text.byteLines {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let kind = Entry.Kind(rawValue: fields[0]),
        let time = Int(checked: fields[3], in: 0...253_402_300_799)
      else { continue }
      let entry = Entry(
        kind: kind, name: fields[1], sha256: fields[2] == "-" ? nil : fields[2], time: time, run: fields[4])
      // What was made and later removed shares its path, whatever its kind.
      let key = [.file, .directory, .absent].contains(kind) ? fields[1] : "\(kind) \(fields[1])"
      if latest.updateValue(entry, forKey: key) == nil { order.append(key) }
    }
    entries = order.compactMap { latest[$0] }.filter { $0.kind != .absent }
  }

  /// Reads a host's manifest; empty where hearth never was.
  package static func read(from shell: any RootShell) async throws(HearthError) -> Manifest {
    let result = try await shell.run("[ ! -r \(path.shellQuoted) ] || cat \(path.shellQuoted)", timeout: .seconds(30))
    return Manifest(result.outputText)
  }
}
