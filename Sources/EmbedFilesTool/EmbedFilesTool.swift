import Foundation

/// `embed-files FOLDER OUTPUT`: writes a Swift dictionary from path below FOLDER to the file's text, and one of the files
/// that are not text, in base64.
@main
struct EmbedFilesTool {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      FileHandle.standardError.write(Data("usage: embed-files FOLDER OUTPUT\n".utf8))
      exit(2)
    }
    let folder = URL(fileURLWithPath: arguments[1], isDirectory: true)
    var texts: [String] = []
    var binaries: [String] = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() {
      let file = folder.appending(path: path)
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
      if file.pathExtension == "wasm" {
        binaries.append("  \(literal(path)): \(literal(try Data(contentsOf: file).base64EncodedString())),")
      } else {
        texts.append("  \(literal(path)): \(literal(try String(contentsOf: file, encoding: .utf8))),")
      }
    }
    let source = """
      /// Path below the folder to text.
      let embeddedFiles: [String: String] = \(dictionary(texts))
      /// Path below the folder to content in base64.
      let embeddedBinaries: [String: String] = \(dictionary(binaries))

      """
    try source.write(to: URL(fileURLWithPath: arguments[2]), atomically: true, encoding: .utf8)
  }

  private static func dictionary(_ entries: [String]) -> String {
    entries.isEmpty ? "[:]" : "[\n\(entries.joined(separator: "\n"))\n]"
  }

  /// A one-line Swift string literal. `debugDescription` escapes quotes, backslashes and control characters.
  private static func literal(_ text: String) -> String { text.debugDescription }
}
