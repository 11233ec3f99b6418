import Cost
import Foundation
import Inventory
import Prices
import Testing
import Units

/// Lists with many machines of equal shape: only the cheapest of them are billed, and the answer is the same.
struct LongListTests {
  /// Machines that differ in shape, terms, tax, age and price, some of them impossible.
  private static func entries(_ count: Int, seed: UInt64) -> [String] {
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    return (0..<count).map { index in
      let vcpus = 1 << next(4)
      let price = next(25) == 0 ? "0.02" : "\(1 + next(60)).\(10 + next(90))"
      let family = next(3) == 0 ? "" : " family: altra,"
      let burstable = next(4) == 0 ? " burstable: yes," : ""
      let availability = next(6) == 0 ? " availability: not-orderable," : ""
      let date = next(5) == 0 ? "2024-01-01" : "2026-09-\(10 + next(20))"
      return
        "{name: m\(index), region: r\(next(2)), architecture: arm64, vcpus: \(vcpus), memory: \(vcpus * (1 + next(2))),"
        + "\(family)\(burstable)\(availability) ipv4: \(next(2) == 0 ? "yes" : "no"), disk: \(next(2) * 100), traffic: 1000, "
        + "tax: \(["net", "gross", "unknown"][next(3)]), date: \(date), price: \(price), per: month}"
    }
  }

  private static func market(_ entries: [String], perNode: Bool) throws -> Market.Answer? {
    let text = """
      provider: {id: many, name: Many Cloud}
      defaults: {currency: EUR, source: "https://many.example/"}
      instances:
      \(entries.map { "  - " + $0 }.joined(separator: "\n"))
      services:
        - {kind: block-storage, name: disk, region: all, currency: EUR, tax: net, price: 0.05, per: gigabyte-month, date: 2026-09-30}
      """
    let book = try Fixtures.book().overlaid(with: try PriceFile.decode(text, file: "many.yaml"))
    let report = try Fixtures.report(try HandCheckTests.rack()) { context in
      context.book = book
      context.rack.cost.tax.treatment = .gross
    }
    return (perNode ? report.market : report.pooled).answers.first { $0.provider.id == "many" }
  }

  @Test(arguments: [1, 2, 3] as [UInt64], [true, false])
  func theCheapestOfManyIsTheCheapestOfEach(seed: UInt64, perNode: Bool) throws {
    let entries = Self.entries(60, seed: seed)
    let all = try #require(try Self.market(entries, perNode: perNode))
    let each = try entries.compactMap { try Self.market([$0], perNode: perNode) }
    func least(_ bill: (Market.Answer) -> CloudBill?) -> Money? { each.compactMap(bill).map(\.total).min() }
    let steady = each.compactMap(\.best).filter { !$0.match.isBurstable }
    #expect(all.best?.total == (steady.isEmpty ? least(\.best) : steady.map(\.total).min()))
    #expect(all.unmeasured?.total == least(\.unmeasured))
    #expect((all.implausible != nil) == each.contains { $0.implausible != nil })
    #expect(all.best != nil && all.marked != nil)
  }
}
