import Cost
import Diagnostics
import Foundation
import Inventory
import Prices
import Testing
import Units

/// Racks, prices and golden files of this test target.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
  static let project = folder.deletingLastPathComponent().deletingLastPathComponent()

  /// `HEARTH_REWRITE=1 swift test --filter CostTests` writes what is into the files that say what is wanted; the
  /// difference is then reviewed.
  static let rewrites = ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1"

  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  static func rack(_ text: String, file: String = "hearth.yaml") throws -> Rack {
    try InventoryFile.decode(text: text, file: file, environment: ["HOME": "/home/me"])
  }

  /// An example of `inventory/`, by the name that a user at the project's root would give it.
  static func example(_ name: String) throws -> Rack {
    let text = try String(contentsOf: project.appending(path: "inventory/\(name)"), encoding: .utf8)
    return try rack(text, file: "inventory/\(name)")
  }

  /// Prices made for tests: never change, unlike the snapshot.
  static func book() throws -> PriceBook {
    var book = PriceBook()
    for part in try text("Cases/prices.yaml").components(separatedBy: "\n---\n") {
      book = book.overlaid(with: try PriceFile.decode(part, file: "prices.yaml"))
    }
    return book
  }

  static func day(_ text: String) throws -> Day { try #require(Day(text)) }
  static func decimal(_ text: String) throws -> Decimal { try #require(Decimal(exact: text)) }

  static func context(_ rack: Rack, on day: String = "2026-10-15") throws -> CostContext {
    CostContext(
      rack: rack, catalogue: try HardwareCatalogue.embedded(), book: try book(), today: try Fixtures.day(day))
  }

  static func report(
    _ rack: Rack, on day: String = "2026-10-15", _ change: (inout CostContext) throws -> Void = { _ in }
  )
    throws -> CostReport
  {
    var context = try context(rack, on: day)
    try change(&context)
    return try ReportBuilder.build(context)
  }

  /// Compares with a golden file, or writes it.
  static func expectGolden(_ found: String, _ name: String) throws {
    let file = folder.appending(path: "Golden/\(name)")
    if rewrites { try found.write(to: file, atomically: true, encoding: .utf8) }
    let wanted = try String(contentsOf: file, encoding: .utf8)
    #expect(found == wanted, "\(name) differs; HEARTH_REWRITE=1 rewrites it")
  }

  /// Errors as a person reads them.
  static func print(_ errors: HearthErrors) -> String {
    errors.errors.map { error in
      "\(error)\n" + (error.hint.map { "  hint: \($0)\n" } ?? "")
    }.joined()
  }
}
