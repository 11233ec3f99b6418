import Cost
import Foundation
import Inventory
import Prices
import Testing
import Units

/// The names on the chart of the page: each stands at its own line, and no line, mast or other name lies across it.
struct ChartTests {
  private struct Box {
    var kind: String
    var left, right, top, bottom: Double

    func meets(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  private struct Segment {
    var kind: String
    var from, to: (x: Double, y: Double)

    /// Whether a part of it lies within the box, looked at point by point.
    func crosses(_ box: Box) -> Bool {
      (0...2000).contains { step in
        let t = Double(step) / 2000
        let (x, y) = (from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t)
        return (box.left...box.right).contains(x) && (box.top...box.bottom).contains(y)
      }
    }
  }

  private static func number(_ text: Substring) -> Double { Double(text) ?? .nan }

  /// One of the two drawings of a page.
  private static func drawing(_ page: String, _ shape: String) throws -> String {
    let start = try #require(page.firstRange(of: "<svg class=\"\(shape)\" viewBox"))
    let rest = page[start.lowerBound...]
    return String(rest[..<(try #require(rest.firstRange(of: "</svg>"))).lowerBound])
  }

  private static func report(_ prices: [String]) throws -> CostReport {
    try Fixtures.report(try HandCheckTests.rack()) { context in
      for (index, price) in prices.enumerated() {
        let own = """
          provider: {id: own\(index), name: "\(["Cheap", "Some Cloud Company", "Oracle Cloud Infrastructure"][index])"}
          defaults: {region: all, currency: EUR, tax: net, source: "https://own.example/", date: 2026-09-30}
          instances:
            - {name: m, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: \(price), per: month}
          """
        context.book = context.book.overlaid(with: try PriceFile.decode(own, file: "own.yaml"))
      }
    }
  }

  @Test(arguments: [
    [], ["9", "40", "60"], ["12", "55", "57"], ["8", "100", "200"], ["7", "8", "9"], ["20", "30", "240"],
    ["5", "6", "150"],
    ["11", "13.5", "14"],
  ]) func namesStandAtTheirOwnLines(_ prices: [String]) throws {
    let page = try ReportPage.render(try Self.report(prices))
    let drawing = try Self.drawing(page, "broad")
    let plot = try #require(
      drawing.firstMatch(of: /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/))
    let (top, bottom) = (Self.number(plot.2), Self.number(plot.2) + Self.number(plot.4))
    let canvas = try #require(drawing.firstMatch(of: /viewBox="0 0 ([\d.]+) ([\d.]+)"/))
    var names: [Box] = drawing.matches(of: /<text class="name (\w+)" x="([\d.]+)" y="([\d.]+)">([^<]*)</).map { match in
      let (x, y) = (Self.number(match.2), Self.number(match.3))
      // Bold letters of 13 px are 7.3 wide on average.
      return Box(kind: String(match.1), left: x, right: x + Double(match.4.count) * 7.3, top: y - 10, bottom: y + 3)
    }
    #expect(Set(names.map(\.kind)).count == drawing.matches(of: /class="line\s/).count)
    let lines = drawing.matches(of: /class="line (\w+)" d="M([\d.-]+) ([\d.-]+)L([\d.-]+) ([\d.-]+)"/).map { match in
      var end = (x: Self.number(match.4), y: Self.number(match.5))
      let from = (x: Self.number(match.2), y: Self.number(match.3))
      if end.y < top { end = (from.x + (end.x - from.x) * (from.y - top) / (from.y - end.y), top) }
      return Segment(kind: String(match.1), from: from, to: end)
    }
    let masts = drawing.matches(of: /class="mast (\w+)" d="M([\d.]+) ([\d.]+)V([\d.]+)"/).map { match in
      Segment(
        kind: String(match.1), from: (Self.number(match.2), Self.number(match.3)),
        to: (Self.number(match.2), Self.number(match.4)))
    }
    while let name = names.popLast() {
      #expect(name.right <= Self.number(canvas.1) + 4 && name.bottom <= Self.number(canvas.2), "\(name)")
      for segment in lines + masts { #expect(!segment.crosses(name), "\(segment) crosses \(name)") }
      for other in names { #expect(!name.meets(other), "\(name) and \(other)") }
    }
    // A mast stands where its line leaves the drawing; a name beside it is at the height of its line's end.
    for mast in masts {
      let own = try #require(lines.first { $0.kind == mast.kind })
      #expect(abs(own.to.x - mast.from.x) < 1 && own.to.y == top && mast.from.y == top)
    }
    #expect(bottom > top)
  }

  /// On a phone of 400 px the drawing is 350 px wide: one to one, so that its words are as large as they are written.
  @Test func phonesHaveDrawingsOfTheirOwn() throws {
    let page = try ReportPage.render(try Self.report([]))
    let drawing = try Self.drawing(page, "narrow")
    #expect(drawing.contains("viewBox=\"0 0 360.0 "))
    for name in ["Hetzner Cloud, EUR", "home, EUR", "Big Cloud, EUR"] { #expect(drawing.contains(name)) }
    let wide = page.matches(of: /<div class="broad">\s*<svg viewBox="0 0 720/).count
    #expect(wide == 3 && page.matches(of: /<div class="narrow">/).count == 3)
    // No id stands twice.
    let ids = page.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
  }
}
