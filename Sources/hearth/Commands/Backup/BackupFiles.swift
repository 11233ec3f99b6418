import Diagnostics
import Foundation

/// The backups of one rack in a folder of this machine, by the names that `hearth backup` gives them.
struct BackupFiles {
  struct Entry: Encodable, Equatable {
    var file: String
    var bytes: Int
    /// ISO 8601, by the file's name.
    var created: String
    var encrypted: Bool
  }

  /// Newest first.
  let entries: [Entry]

  /// - Throws: `local` when the folder cannot be read; one that is not there holds nothing.
  init(of cluster: String, in folder: String) throws(HearthError) {
    guard FileManager.default.fileExists(atPath: folder) else {
      entries = []
      return
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw HearthError(
        .local, "the folder cannot be read", subject: Subject(file: folder), command: "ls -ld \(folder.shellQuoted)")
    }
    entries = names.compactMap { name -> Entry? in
      guard let created = Self.created(name, cluster) else { return nil }
      let file = "\(folder)/\(name)"
      var status = stat()
      guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      return Entry(file: file, bytes: Int(status.st_size), created: created, encrypted: name.hasSuffix(".age"))
    }.sorted { ($0.created, $0.file) > ($1.created, $1.file) }
  }

  /// `home-20261124T023012Z.tar.age` → `2026-11-24T02:30:12Z`; nil for any other file.
  static func created(_ name: String, _ cluster: String) -> String? {
    let pattern = /(?<cluster>[a-z0-9][-a-z0-9]*)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar(\.age)?/
    guard let match = name.wholeMatch(of: pattern), match.output.cluster == cluster else { return nil }
    let part = match.output
    return "\(part.2)-\(part.3)-\(part.4)T\(part.5):\(part.6):\(part.7)Z"
  }

  /// What stands behind the newest `keep`.
  func beyond(_ keep: Int) -> ArraySlice<Entry> { entries.dropFirst(keep) }
}
