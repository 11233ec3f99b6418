import Foundation
import Testing

@testable import Smoke

struct ReferenceTests {
  /// The part of `docs/reference/smoke.md` behind this line is printed from the conditions.
  private static let marker = "<!-- Printed from the conditions: HEARTH_REWRITE=1 swift test --filter SmokeTests -->\n"

  private static var table: String {
    let rows = HealthCondition.all.map { condition in
      let scope =
        switch condition.scope {
        case .cluster: "once"
        case .eachControlPlane: "each control-plane node"
        case .eachNode: "each node"
        }
      let place = condition.source == .trials ? "smoke" : "status, smoke"
      return "| `\(condition.name)` | \(condition.title) | \(scope) | \(place) |"
    }
    return (["", "| condition | what holds | for | shown by |", "|---|---|---|---|"] + rows).joined(separator: "\n")
      + "\n"
  }

  @Test("the page names every condition")
  func pageIsUpToDate() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/reference/smoke.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let range = try #require(text.range(of: Self.marker), "docs/reference/smoke.md lacks its marker")
    let wanted = String(text[..<range.upperBound]) + Self.table
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try wanted.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == wanted)
  }
}
