import Foundation
import TestSupport
import Testing

/// Pages hold together: every link leads somewhere, and the list of commands is the parser's.
struct DocumentTests {
  private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
    .standardizedFileURL

  private static var pages: [URL] {
    let files = FileManager.default.enumerator(at: project.appending(path: "docs"), includingPropertiesForKeys: nil)
    let found = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "md" }
    return found + ["README.md", "CHANGELOG.md"].map { project.appending(path: $0) }
  }

  /// As GitHub makes them of headings.
  private static func anchors(_ page: URL) throws -> Set<String> {
    var seen: [String: Int] = [:]
    var anchors: Set<String> = []
    for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") {
      guard let match = line.firstMatch(of: /^#{1,6} +(.*)$/) else { continue }
      let words = match.1.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
        .replacing(" ", with: "-")
      let count = seen[words, default: 0]
      seen[words] = count + 1
      anchors.insert(count == 0 ? words : "\(words)-\(count)")
    }
    return anchors
  }

  @Test("every link between pages leads to a file and a heading that are there")
  func links() throws {
    var count = 0
    for page in Self.pages {
      let text = try String(contentsOf: page, encoding: .utf8)
      for match in text.matches(of: /\]\(([^)\s]+)\)/) where !match.1.contains("://") {
        count += 1
        let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let target =
          parts[0].isEmpty
          ? page : page.deletingLastPathComponent().appending(path: parts[0]).standardizedFileURL
        let place = "\(page.lastPathComponent): \(match.1)"
        guard FileManager.default.fileExists(atPath: target.path) else {
          Issue.record("\(place) leads nowhere")
          continue
        }
        if parts.count == 2, target.pathExtension == "md" {
          #expect(try Self.anchors(target).contains(parts[1]), "\(place): there is no such heading")
        }
      }
    }
    #expect(count > 50)
  }

  @Test("the list of commands is what the parser says", .enabled(if: Program.missing == nil, "needs the built program"))
  func commands() throws {
    let page = Self.project.appending(path: "docs/commands.md")
    let script = Self.project.appending(path: "scripts/make-commands").path
    let text = try Program().run("--experimental-dump-help", shell: " | python3 \(script)").text
    let wanted = text + (text.hasSuffix("\n") ? "" : "\n")
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try wanted.write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: page, encoding: .utf8) == wanted)
  }
}
