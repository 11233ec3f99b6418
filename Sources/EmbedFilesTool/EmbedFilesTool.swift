import Foundation

/// `embed-files FOLDER OUTPUT`: writes one Swift dictionary from path below FOLDER to the file's text.
@main
struct EmbedFilesTool {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      FileHandle.standardError.write(Data("usage: embed-files FOLDER OUTPUT\n".utf8))
      exit(2)
    }
    let folder = URL(fileURLWithPath: arguments[1], isDirectory: true)
    var entries: [String] = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() {
      let file = folder.appending(path: path)
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
      entries.append("  \(literal(path)): \(literal(try String(contentsOf: file, encoding: .utf8))),")
    }
    let body = entries.isEmpty ? "[:]" : "[\n\(entries.joined(separator: "\n"))\n]"
    let source = "/// Path below the folder to text.\nlet embeddedFiles: [String: String] = \(body)\n"
    try source.write(to: URL(fileURLWithPath: arguments[2]), atomically: true, encoding: .utf8)
  }

  /// A one-line Swift string literal. `debugDescription` escapes quotes, backslashes and control characters.
  private static func literal(_ text: String) -> String { text.debugDescription }
}
