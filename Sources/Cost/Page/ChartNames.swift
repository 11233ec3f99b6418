import Foundation

/// Where the names of a chart's lines stand, so that none lies across another line.
///
/// A line that leaves the drawing at its top has its name above it, on a mast at the place where it leaves: masts further
/// to the left are higher, so that no name meets another's mast. A line that ends at the right edge has its name beside
/// its end. On narrow layouts all names stand below the drawing, each with a piece of its line.
struct ChartNames {
  private struct Name {
    var kind: String
    var name: String
    var money: String
    /// Where the line leaves through the top.
    var mast: Double?
    /// Of the line's end, as a share of the drawing's height.
    var height: Double
  }

  private let layout: CumulativeChart.Layout
  private var names: [Name] = []

  /// From one line of text to the next.
  private static let row = 16.0
  /// How wide a bold letter is at most, about.
  private static let letter = 7.5

  init(layout: CumulativeChart.Layout) { self.layout = layout }

  /// - Parameters:
  ///   - leaving: Where the line goes through the top; nil for one that ends at the right edge.
  ///   - height: Where it ends, 0 at the bottom and 1 at the top.
  mutating func add(_ kind: String, _ name: String, _ money: String, leaving: Double?, height: Double) {
    // Close to the right edge there is room beside the drawing, and none for a name above it.
    let mast = layout.isNarrow ? nil : leaving.flatMap { $0 < layout.right - 60 ? $0 : nil }
    names.append(Name(kind: kind, name: name, money: money, mast: mast, height: height))
  }

  /// Those above the drawing from left to right, with their lines of text.
  private var above: [(name: Name, x: Double, lines: [String])] {
    names.compactMap { name in name.mast.map { (name, $0) } }.sorted { $0.1 < $1.1 }.map { name, x in
      let whole = "\(name.name), \(name.money)"
      let isFitting = x + 5 + Double(whole.count) * Self.letter < layout.canvas
      return (name, x, isFitting ? [whole] : Self.lines(name, room: layout.canvas - x - 5))
    }
  }

  private static func lines(_ name: Name, room: Double) -> [String] {
    wrapped(name.name, width: Int(room / letter)) + [name.money]
  }

  /// Where the drawing begins.
  var top: Double { 16 + Double(above.map(\.lines.count).reduce(0, +)) * Self.row }

  /// How high the canvas is.
  func bottom(below bottom: Double) -> Double {
    bottom + 40 + (layout.isNarrow ? Double(names.count) * Self.row + 12 : 0)
  }

  func values(bottom: Double) -> [[String: Any]] {
    layout.isNarrow ? below(bottom) : masts() + beside(bottom)
  }

  private func below(_ bottom: Double) -> [[String: Any]] {
    names.enumerated().map { index, name in
      let y = bottom + 58 + Double(index) * (Self.row + 2)
      return value(
        name, x: 60, y: y, lines: ["\(name.name), \(name.money)"], mast: "M16 \(Axis.text(y - 4))H52")
    }
  }

  private func masts() -> [[String: Any]] {
    var y = 12.0
    return above.map { name, x, lines in
      defer { y += Double(lines.count) * Self.row }
      return value(
        name, x: x + 5, y: y, lines: lines, mast: "M\(Axis.text(x)) \(Axis.text(top))V\(Axis.text(y - 8))")
    }
  }

  /// From the top down, each at its line's end or just below the one before.
  private func beside(_ bottom: Double) -> [[String: Any]] {
    let x = layout.right + 8
    let ends = names.filter { $0.mast == nil }.sorted { $0.height > $1.height }.map {
      (name: $0, lines: Self.lines($0, room: layout.canvas - x))
    }
    func height(_ lines: [String]) -> Double { Double(lines.count) * Self.row + 4 }
    var room = ends.map { height($0.lines) }.reduce(0, +)
    var next = top
    return ends.map { name, lines in
      let wish = bottom - name.height * layout.height
      // So low that all that follow have room as well.
      let y = max(next, min(wish, bottom + 30 - room))
      next = y + height(lines)
      room -= height(lines)
      return value(name, x: x, y: y + 4, lines: lines, mast: nil)
    }
  }

  private func value(_ name: Name, x: Double, y: Double, lines: [String], mast: String?) -> [String: Any] {
    [
      "kind": name.kind, "mast": mast ?? "", "hasMast": mast != nil,
      "texts": lines.enumerated().map { index, text in
        ["kind": name.kind, "x": Axis.text(x), "y": Axis.text(y + Double(index) * Self.row), "text": text]
      },
    ]
  }
}
