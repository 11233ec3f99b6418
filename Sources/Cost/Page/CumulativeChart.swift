import Foundation
import Prices
import Units

/// What has been paid after so many months, at home and in up to three clouds.
struct CumulativeChart {
  private static let frame = (left: 70.0, right: 700.0, top: 16.0, bottom: 300.0)
  let report: CostReport
  let headline: Headline

  /// To the end of the longest life, in whole years.
  private var months: Int {
    let life = report.model.items.map(\.life.value.value).max() ?? 48
    return Int(((life / 12).roundedUp() * 12).approximate)
  }

  func values() -> [String: Any] {
    let frame = Self.frame
    let home = report.home
    let end = Double(months)
    let capex = home.capex.amount.approximate
    let running = home.running.amount.approximate
    let homeEnd = capex + running * end
    let bills = headline.rows.map { ($0.name, $0.contender, $0.contender.bill.total.amount.approximate) }
    // The dearest may leave the picture: otherwise nothing else could be told apart.
    let cheapest = bills.first.map { $0.2 * end } ?? 0
    let top = max(homeEnd, cheapest, capex) * 1.25
    let x = Axis(low: 0, high: end, start: frame.left, end: frame.right)
    let y = Axis(low: 0, high: max(top, 1), start: frame.bottom, end: frame.top)
    var lines = [
      line("home", "home", at: (0, capex), slope: running, end: end, x: x, y: y)
    ]
    for (name, contender, slope) in bills {
      lines.append(line(name, contender.bill.provider.name, at: (0, 0), slope: slope, end: end, x: x, y: y))
    }
    spread(&lines)
    let dots = bills.compactMap { name, contender, slope -> [String: Any]? in
      guard let when = contender.breakEven.months?.value.approximate, when <= end, slope * when <= y.high else {
        return nil
      }
      return [
        "x": Axis.text(x.place(when)), "y": Axis.text(y.place(slope * when)),
        "label": "\(contender.bill.provider.name): \(contender.breakEven)",
      ]
    }
    return [
      "left": Axis.text(frame.left), "right": Axis.text(frame.right), "top": Axis.text(frame.top),
      "bottom": Axis.text(frame.bottom), "width": Axis.text(frame.right - frame.left),
      "height": Axis.text(frame.bottom - frame.top),
      "rows": y.ticks(5).map { value -> [String: Any] in
        [
          "y": Axis.text(y.place(value)), "textY": Axis.text(y.place(value) + 4), "labelX": Axis.text(frame.left - 8),
          "label": "\(report.currency.code) \(Int(value))",
        ]
      },
      "columns": stride(from: 0, through: months, by: months > 96 ? 24 : 12).map { month -> [String: Any] in
        ["x": Axis.text(x.place(Double(month))), "labelY": Axis.text(frame.bottom + 18), "label": "\(month)"]
      },
      "lines": lines, "dots": dots,
      "description": "Home begins with \(home.capex) and grows by \(home.running) a month; "
        + headline.rows.map { "\($0.contender.bill.provider.name) grows by \($0.contender.bill.total)" }
        .joined(separator: ", ") + ".",
      "note":
        "Rings mark where the rack has paid for itself. Home begins with the price of the hardware and grows by what "
        + "is paid month by month.",
    ]
  }

  private func line(
    _ kind: String, _ name: String, at start: (Double, Double), slope: Double, end: Double, x: Axis, y: Axis
  ) -> [String: Any] {
    let last = start.1 + slope * end
    // Where the line leaves the picture, its name stands there.
    let leaves = last > y.high ? (y.high - start.1) / slope : end
    let place = (x.place(leaves), y.place(min(last, y.high)))
    return [
      "kind": kind, "name": name,
      "path": "M\(Axis.text(x.place(start.0))) \(Axis.text(y.place(start.1)))"
        + "L\(Axis.text(x.place(end))) \(Axis.text(y.place(last)))",
      "nameX": Axis.text(last > y.high ? place.0 + 8 : place.0 - 4), "anchor": last > y.high ? "start" : "end",
      "y": last > y.high ? place.1 + 14 : place.1 - 8,
    ]
  }

  /// Names that would lie on each other move apart.
  private func spread(_ lines: inout [[String: Any]]) {
    var taken: [(anchor: String, x: Double, y: Double)] = []
    for index in lines.indices.sorted(by: { ($0 == 0 ? 1 : 0) < ($1 == 0 ? 1 : 0) }) {
      var y = lines[index]["y"] as? Double ?? 0
      let x = Double(lines[index]["nameX"] as? String ?? "") ?? 0
      let anchor = lines[index]["anchor"] as? String ?? ""
      while taken.contains(where: { $0.anchor == anchor && abs($0.y - y) < 16 && abs($0.x - x) < 130 }) { y += 16 }
      taken.append((anchor, x, y))
      lines[index]["nameY"] = Axis.text(y)
    }
  }
}
