package import Diagnostics
import Foundation

/// Reads inventories: YAML goes in, a validated ``Rack`` or every mistake at once comes out.
package enum InventoryFile {
  /// Reads and validates a file.
  /// - Parameters:
  ///   - path: As the user named it; messages begin with it.
  ///   - environment: Values for `${NAME}`, and `HOME` for `~`.
  /// - Throws: Every mistake, in the order of the file, each with its line and column and code `inventory`.
  package static func load(
    path: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HearthErrors) -> Rack {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw HearthErrors([unreadable(path, error)])
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw HearthErrors([
        HearthError(
          .inventory, "the file is not UTF-8 text", subject: Subject(file: path),
          hint: "name the right file with --inventory, or save it as UTF-8", command: "file \(path)")
      ])
    }
    return try decode(text: text, file: path, environment: environment)
  }

  /// Validates an inventory that is in memory.
  /// - Parameter file: Its path; relative paths in it begin at this file's folder. It need not exist.
  /// - Throws: As ``load(path:environment:)``.
  package static func decode(
    text: String, file: String, environment: [String: String]
  ) throws(HearthErrors) -> Rack {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.path
    var decoding = Decoding(
      file: file, folder: folder == "/" ? "" : folder, home: environment["HOME"] ?? NSHomeDirectory())
    guard let tree = try YAMLTree.parse(text, file: file) else {
      throw HearthErrors([
        HearthError(
          .inventory, "the inventory is empty", subject: Subject(file: file),
          hint: "write one: hearth init; or begin with an example from inventory/")
      ])
    }
    let values = Substitution(environment: environment).apply(to: tree, &decoding)
    let document = InventoryKeys.kind.decode(values, &decoding)
    if let document {
      for rule in InventoryRule.all { rule.check(document, &decoding) }
    }
    guard decoding.mistakes.isEmpty, let rack = document.flatMap({ Rack($0, decoding) }) else {
      throw HearthErrors(decoding.sortedMistakes)
    }
    return rack
  }

  private static func unreadable(_ path: String, _ error: any Error) -> HearthError {
    let subject = Subject(file: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return HearthError(
        .inventory, "there is no such inventory", subject: subject,
        hint: "write one: hearth init; or name another: --inventory FILE")
    }
    if isFolder.boolValue {
      return HearthError(.inventory, "this is a folder", subject: subject, hint: "name a file in it: --inventory FILE")
    }
    return HearthError(
      .inventory, "the inventory cannot be read", subject: subject, cause: error.localizedDescription,
      command: "ls -l \(path)")
  }
}
