package import Diagnostics
import Foundation
import Inventory
import Untrusted

/// Reads price files: YAML goes in, a ``PriceBook`` or every mistake at once comes out.
package enum PriceFile {
  /// - Parameter path: As the user named it; messages begin with it.
  /// - Throws: Every mistake, in the order of the file, each with line and column and code `inventory`.
  package static func load(path: String) throws(HearthErrors) -> PriceBook {
    let text: String
    do {
      text = try PlainText.read(path, code: .inventory).text
    } catch {
      let isMissing = !FileManager.default.fileExists(atPath: path)
      throw HearthErrors([
        HearthError(
          .inventory, isMissing ? "there is no such price file" : "the price file cannot be read: \(error.message)",
          subject: error.subject, cause: isMissing ? nil : error.cause, command: "ls -l \(path.shellQuoted)")
      ])
    }
    return try decode(text, file: path)
  }

  package static func decode(
    _ text: String, file: String, environment: [String: String] = [:]
  ) throws(HearthErrors) -> PriceBook {
    var decoding = Decoding(file: file, folder: "", home: "")
    decoding.key = "prices"
    guard let tree = try YAMLTree.parse(text, file: file) else {
      throw HearthErrors([
        HearthError(
          .inventory, "the price file is empty", subject: Subject(file: file), hint: "docs/prices.md has an example")
      ])
    }
    let values = Substitution(environment: environment).apply(to: tree, &decoding)
    let document = FileKeys.kind.decode(values, &decoding)
    var book = PriceBook()
    if let document { book = document.book(&decoding) }
    guard decoding.mistakes.isEmpty else { throw HearthErrors(decoding.sortedMistakes) }
    return book
  }
}
