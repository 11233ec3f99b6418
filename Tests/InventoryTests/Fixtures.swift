import Diagnostics
import Foundation
import Inventory

/// Files of this test target and of the project, found from this file's own place.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
  static let project = folder.deletingLastPathComponent().deletingLastPathComponent()
  static let cases = folder.appending(path: "Cases")
  static let examples = project.appending(path: "inventory")

  /// `HEARTH_REWRITE=1 swift test --filter InventoryTests` writes what is into the files that say what is wanted; the
  /// difference is then reviewed.
  static let rewrites = ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1"

  static func names(in folder: URL, ending: String) -> [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return found.filter { $0.hasSuffix(ending) }.sorted()
  }

  static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

  /// Errors as a person reads them.
  static func print(_ errors: HearthErrors) -> String {
    errors.errors.map { error in
      var lines = ["\(error)"]
      lines += error.output.map { "  | \($0)" }
      if let hint = error.hint { lines.append("  hint: \(hint)") }
      if let command = error.command { lines.append("  try: \(command)") }
      return lines.joined(separator: "\n") + "\n"
    }.joined()
  }
}
