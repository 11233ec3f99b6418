import Diagnostics
import Foundation

/// Text files that hearth writes for people, or that people hand to it.
enum TextFile {
  static func read(_ path: String) throws(HearthError) -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw HearthError(
        .usage, "the file cannot be read as text", subject: Subject(file: path), cause: error.localizedDescription,
        command: "ls -l \(path.shellQuoted)")
    }
  }

  static func write(_ text: String, to path: String) throws(HearthError) {
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw HearthError(
        .local, "the file cannot be written", subject: Subject(file: path),
        hint: "check who owns the folder, and free disk space with `df -h`", cause: error.localizedDescription)
    }
  }
}
