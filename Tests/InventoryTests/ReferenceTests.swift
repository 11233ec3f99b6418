import Foundation
import Inventory
import Testing

struct ReferenceTests {
  /// The part of `docs/reference/inventory.md` behind this line is printed from the keys.
  private static let marker = "<!-- Printed from the keys: HEARTH_REWRITE=1 swift test --filter InventoryTests -->\n"

  @Test func theReferenceIsUpToDate() throws {
    let file = Fixtures.project.appending(path: "docs/reference/inventory.md")
    let text = try Fixtures.text(file)
    let range = try #require(text.range(of: Self.marker), "docs/reference/inventory.md lacks its marker")
    let wanted = text[..<range.upperBound] + "\n" + InventoryReference.markdown()
    if Fixtures.rewrites { try String(wanted).write(to: file, atomically: true, encoding: .utf8) }
    #expect(try Fixtures.text(file) == String(wanted))
  }
}
