import Diagnostics
import Foundation
import Untrusted

/// An unfinished download: `FILE.part`, and in `FILE.part.from` the URL it came from and the version of its bytes.
struct PartFile: Sendable {
  let path: String
  private var note: String { path + ".from" }

  init(of file: String) { path = file + ".part" }

  var bytes: Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// What `If-Range` may be asked with: a strong entity tag or a date. nil when the bytes came from another URL or the
  /// server named no version.
  func validator(for url: String) -> String? {
    guard let text = try? String(contentsOf: URL(fileURLWithPath: note), encoding: .utf8) else { return nil }
    let lines = text.byteLines
    guard lines.count >= 2, lines[0] == url, !lines[1].isEmpty else { return nil }
    return String(lines[1])
  }

  func comes(from url: String) -> Bool {
    (try? String(contentsOf: URL(fileURLWithPath: note), encoding: .utf8))?.hasPrefix(url + "\n") == true
  }

  func noteOrigin(_ url: String, headers: HTTPHeaders) {
    let tag = headers["etag"].flatMap { $0.hasPrefix("W/") ? nil : $0 }
    let text = "\(url)\n\(tag ?? headers["last-modified"] ?? "")\n"
    // Without the note the next run starts over; no reason to stop this one.
    try? Data(text.utf8).write(to: URL(fileURLWithPath: note), options: .atomic)
  }

  func discard() {
    unlink(path)
    unlink(note)
  }

  /// Gives the whole file its name.
  func finish(as file: String) throws(HearthError) {
    guard rename(path, file) == 0 else { throw HearthError.writing(file, errno: errno) }
    unlink(note)
  }
}

extension HearthError {
  static func reading(_ path: String, errno code: Int32) -> HearthError {
    HearthError(
      .local, "cannot read \(path)", hint: "Look at the file's owner and mode.", cause: String(cString: strerror(code)),
      command: "ls -l \(path.shellQuoted)")
  }

  static func writing(_ path: String, errno code: Int32) -> HearthError {
    let folder = (path as NSString).deletingLastPathComponent
    if code == ENOSPC || code == EDQUOT {
      return HearthError(
        .local, "cannot write \(path): the disk is full",
        hint: "Free space there and run the command again: the download goes on where it stopped.",
        command: "df -h \(folder.shellQuoted)")
    }
    return HearthError(
      .local, "cannot write \(path)", hint: "Look at the folder's owner and mode.",
      cause: String(cString: strerror(code)),
      command: "ls -ld \(folder.shellQuoted)")
  }
}
