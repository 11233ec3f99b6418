import Foundation
import Testing

/// The words that `docs/background/style.md` lists as not used.
struct WordingTests {
  /// Words of a line that are not used.
  static func faults(in line: String) -> [String] {
    var found = line.matches(of: /\b([Aa]new|[Ss]hall|[Mm]end|[Mm]ends|[Mm]ended|nobody is there)\b/).map {
      String($0.output.0)
    }
    for match in line.matches(of: /\b(?:is|are|was|were) no ([A-Za-z]+)/) {
      let before = line[..<match.range.lowerBound].lowercased()
      if before.hasSuffix("there ") || ["longer", "more"].contains(match.output.1) { continue }
      found.append(String(match.output.0))
    }
    return found
  }

  @Test(arguments: [
    ("as it shall be", ["shall"]), ("made anew: x", ["anew"]), ("`x` is no number", ["is no number"]),
    ("there is no terminal", []), ("There are no pods", []), ("it is no longer there", []),
    ("shallow, renewed, amended", []), ("is not a number", []),
  ])
  func `The test sees what it should see`(_ line: String, _ faults: [String]) {
    #expect(Self.faults(in: line) == faults)
  }

  @Test func `No message, help, page or comment has them`() throws {
    let project = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardized
    // What C programs say is compared with hosts as they are; the style page names what it forbids, and so does this test.
    let others = ["Sources/wasm-", "docs/background/style.md", "Tests/TemplatesTests/WordingTests.swift"]
    var read = 0
    for folder in ["Sources", "Tests", "docs", "templates"] {
      let root = project.appending(path: folder)
      for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
        let name = "\(folder)/\(path)"
        let isCaptured = name.contains("/Fixtures/") || name.contains("/Captures/")
        guard !isCaptured, !others.contains(where: name.hasPrefix) else { continue }
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { continue }
        read += 1
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
          // The runtime wrapper's own words.
          if line.contains("WASMTIME_HTTP_PROXY_SOCKET_ADDR") { continue }
          let found = Self.faults(in: String(line))
          #expect(found.isEmpty, "\(name):\(index + 1): \(found.joined(separator: ", ")): see docs/background/style.md")
        }
      }
    }
    #expect(read > 500)
  }
}
