package import Diagnostics
import Untrusted

/// What archives from elsewhere may unpack to, one or several in a row. An archive's own list of contents is read first, and
/// no further than the limit.
package struct TarLimits: Sendable {
  package var bytes: Int
  package var entries: Int
  /// Of one path, in bytes as `tar` prints it.
  package var pathBytes: Int
  /// By the archives that were counted so far.
  private var usedBytes = 0
  private var usedEntries = 0

  package init(bytes: Int, entries: Int, pathBytes: Int = 4096) {
    self.bytes = bytes
    self.entries = entries
    self.pathBytes = pathBytes
  }

  /// Images and downloads: the largest known ones have some 100,000 files and some GB.
  package static let image = TarLimits(bytes: 32 << 30, entries: 1_000_000)
  /// A backup holds etcd's snapshot, which etcd itself keeps below 8 GiB, and some small files.
  package static let backup = TarLimits(bytes: 16 << 30, entries: 10_000)

  /// One archive by itself.
  ///
  /// - Throws: `refused` when the archive holds more; `local` when `tar` cannot read it.
  package func check(_ file: String) async throws(HearthError) {
    var copy = self
    try await copy.count(file)
  }

  /// One archive of several that are unpacked side by side, such as an image's layers: together they keep the limits.
  ///
  /// - Throws: as ``check(_:)``.
  package mutating func count(_ file: String) async throws(HearthError) {
    let answer = try await LocalProgram.run(
      "sh",
      [
        "-c", Self.program, "sh", file, String(bytes - usedBytes), String(entries - usedEntries), String(pathBytes),
      ])
    let words = (answer.lastLines(1).first ?? "").split(separator: " ")
    switch words.first {
    case "fine":
      guard words.count == 3, let bytes = Int(checked: words[1], in: 0...bytes),
        let entries = Int(checked: words[2], in: 0...entries)
      else { throw unreadable(file) }
      usedBytes += bytes
      usedEntries += entries
    case "bytes": throw refusal("more than \(bytes) bytes", file)
    case "entries": throw refusal("more than \(entries) files", file)
    case "path": throw refusal("a path of more than \(pathBytes) bytes", file)
    default: throw unreadable(file)
    }
  }

  private func unreadable(_ file: String) -> HearthError {
    HearthError(.local, "the archive cannot be read", subject: Subject(file: file), hint: "save it again")
  }

  private func refusal(_ what: String, _ file: String) -> HearthError {
    HearthError(
      .refused, "this archive would unpack to \(what)", subject: Subject(file: file),
      hint: "look at what it holds before you trust it; nothing of it was unpacked")
  }

  /// Prints one word. `tar` writes each line at once, and ends when nobody reads on. Devices have no size.
  private static let program = #"""
    { LC_ALL=C tar --list --verbose --numeric-owner --quoting-style=escape --force-local --file "$1" ||
      echo unreadable; } | LC_ALL=C awk -v bytes="$2" -v entries="$3" -v path="$4" '
        $0 == "unreadable" { verdict = "unreadable"; exit }
        { count++; if ($3 ~ /^[0-9]+$/) sum += $3 }
        sum > bytes { verdict = "bytes"; exit }
        count > entries { verdict = "entries"; exit }
        length($0) > path + 80 { verdict = "path"; exit }
        END { if (verdict == "") printf "fine %.0f %d\n", sum, count; else print verdict }'
    """#
}
