package import Diagnostics
import Foundation
import Schema
import Untrusted

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
    let bytes: [UInt8]
    do {
      bytes = try RegularFile.read(path, code: .inventory)
    } catch {
      throw HearthErrors([unreadable(path, error)])
    }
    let text: String
    do {
      text = try PlainText(bytes, file: path, code: .inventory).text
    } catch {
      throw HearthErrors([error])
    }
    return try decode(text: text, file: path, environment: environment)
  }

  /// What to know about a file that is fine otherwise: a byte order mark, spaces that only look like spaces.
  package static func remarks(path: String) -> [String] {
    guard let bytes = try? RegularFile.read(path, code: .inventory),
      let plain = try? PlainText(bytes, file: path, code: .inventory)
    else { return [] }
    return plain.remarks
      + PlainText.oddSpaces(in: plain.text).map { "line \($0.line), column \($0.column): \($0.name)" }
  }

  /// Mistakes in lines with spaces that only look like spaces say so: nobody sees those.
  private static func explained(_ errors: HearthErrors, _ text: String) -> HearthErrors {
    let spaces = Dictionary(grouping: PlainText.oddSpaces(in: text)) { $0.line }
    guard !spaces.isEmpty else { return errors }
    return HearthErrors(
      errors.errors.map { error in
        guard error.cause == nil, let line = error.subject.line, let space = spaces[line]?.first else { return error }
        var error = error
        error.cause = "\(space.name) in column \(space.column) of this line: type a plain space in its place"
        return error
      })
  }

  /// Validates an inventory that is in memory.
  /// - Parameter file: Its path; relative paths in it begin at this file's folder. It need not exist.
  /// - Throws: As ``load(path:environment:)``.
  package static func decode(
    text: String, file: String, environment: [String: String]
  ) throws(HearthErrors) -> Rack {
    do throws(HearthErrors) {
      return try understand(text, file, environment)
    } catch {
      throw explained(error, text)
    }
  }

  private static func understand(
    _ text: String, _ file: String, _ environment: [String: String]
  ) throws(HearthErrors) -> Rack {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.path
    var decoding = Decoding(
      file: file, folder: folder == "/" ? "" : folder, home: environment["HOME"] ?? NSHomeDirectory(),
      synonyms: InventoryKeys.synonyms)
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

  private static func unreadable(_ path: String, _ error: HearthError) -> HearthError {
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
      .inventory, "the inventory cannot be read: \(error.message)", subject: subject, hint: error.hint,
      cause: error.cause, command: "ls -l \(path.shellQuoted)")
  }
}

/// A place in an inventory.
typealias Place = YAMLTree.Place
