import Diagnostics
import Foundation

/// Text files that hearth writes for people.
enum TextFile {
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
