import Foundation
import TestSupport
import Testing

/// Pages hold together: every link leads somewhere, every page is on the map, and the list of commands is the parser's.
struct DocumentTests {
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

  private static func links(_ page: String) throws -> [(file: URL, anchor: String?, text: String)] {
    let here = DocumentPages.project.appending(path: page)
    return try DocumentPages.text(page).matches(of: /\]\(([^)\s]+)\)/).filter { !$0.1.contains("://") }.map { match in
      let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let file =
        parts[0].isEmpty ? here : here.deletingLastPathComponent().appending(path: parts[0]).standardizedFileURL
      return (file, parts.count == 2 ? parts[1] : nil, "\(page): \(match.1)")
    }
  }

  @Test("every link between pages leads to a file and a heading that are there", arguments: DocumentPages.all)
  func links(page: String) throws {
    for link in try Self.links(page) {
      guard FileManager.default.fileExists(atPath: link.file.path) else {
        Issue.record("\(link.text) leads nowhere")
        continue
      }
      if let anchor = link.anchor, link.file.pathExtension == "md" {
        #expect(try Self.anchors(link.file).contains(anchor), "\(link.text): there is no such heading")
      }
    }
  }

  @Test("docs/README.md leads to every page, and each lies on one of the four shelves")
  func map() throws {
    let linked = Set(try Self.links("docs/README.md").map(\.file.path))
    let pages = DocumentPages.all.filter { $0.hasPrefix("docs/") && $0 != "docs/README.md" }
    #expect(pages.count > 25)
    for page in pages {
      #expect(linked.contains(DocumentPages.project.appending(path: page).path), "docs/README.md does not name \(page)")
      let shelf = page.split(separator: "/").dropFirst().first.map(String.init)
      #expect(["start", "guides", "reference", "background", "SECURITY.md"].contains(shelf), "\(page)")
    }
  }

  /// What the program, its comments, tests, scripts and templates say about pages.
  @Test(
    "every page that is named anywhere is there",
    arguments: ["Sources", "Tests", "docs", "inventory", "scripts", "templates", ".ci"])
  func mentions(folder: String) throws {
    for file in DocumentPages.files(below: folder) + (folder == "docs" ? ["README.md", "CHANGELOG.md"] : []) {
      // What is a folder or no text cannot be read.
      guard let text = try? DocumentPages.text(file), text.contains("docs/") else { continue }
      for match in text.matches(of: /(?:^|[^\w\/.-])(?:\.\.\/)*(docs\/[\w\/-]+\.(?:md|yaml))/) {
        let place = DocumentPages.project.appending(path: String(match.1)).path
        #expect(FileManager.default.fileExists(atPath: place), "\(file) names \(match.1)")
      }
    }
  }

  @Test("the list of commands is what the parser says", .enabled(if: Program.missing == nil, "needs the built program"))
  func commands() throws {
    let page = DocumentPages.project.appending(path: "docs/reference/commands.md")
    let script = DocumentPages.project.appending(path: "scripts/make-commands").path
    let text = try Program().run("--experimental-dump-help", shell: " | python3 \(script)").text
    let wanted = text + (text.hasSuffix("\n") ? "" : "\n")
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try wanted.write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: page, encoding: .utf8) == wanted)
  }
}
