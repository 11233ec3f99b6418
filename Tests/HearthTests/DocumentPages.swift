import Foundation

/// The pages that people read: README, CHANGELOG, and all of docs/.
enum DocumentPages {
  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
    .standardizedFileURL

  /// Paths below the project's folder, sorted.
  static var all: [String] {
    files(below: "docs").filter { $0.hasSuffix(".md") } + ["CHANGELOG.md", "README.md"]
  }

  static func text(_ page: String) throws -> String {
    try String(contentsOf: project.appending(path: page), encoding: .utf8)
  }

  static func files(below folder: String) -> [String] {
    let root = project.appending(path: folder)
    let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return paths.map { "\(folder)/\($0)" }.sorted()
  }
}
