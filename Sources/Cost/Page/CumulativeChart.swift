import Foundation
import Prices
import Units
import Untrusted

/// What has been paid after so many months, at home and in up to three clouds: once for screens and paper, once for
/// phones, where the names stand below the drawing.
struct CumulativeChart {
  /// Where the drawing lies on its canvas.
  struct Layout {
    var canvas: Double
    var left: Double
    var right: Double
    /// Of the drawing alone; names may stand above it.
    var height: Double
    var rows: Int
    var isNarrow = false

    static let wide = Layout(canvas: 720, left: 80, right: 560, height: 284, rows: 5)
    static let narrow = Layout(canvas: 360, left: 78, right: 350, height: 240, rows: 4, isNarrow: true)
  }

  let report: CostReport
  let headline: Headline
  var layout = Layout.wide

  /// To the end of the longest life, in whole years.
  private var months: Int {
    let life = report.model.items.map(\.life.value.value).max() ?? 48
    return Int(checked: ((life / 12).roundedUp() * 12).approximate, in: 12...2400) ?? 48
  }

  /// A cloud or home, in numbers for drawing.
  private struct Course {
    var kind: String
    var name: String
    var money: Money
    var start: Double
    var slope: Double
  }

  private var courses: [Course] {
    let home = report.home
    return [
      Course(
        kind: "home", name: "home", money: home.running, start: home.capex.amount.approximate,
        slope: home.running.amount.approximate)
    ]
      + headline.rows.map { name, contender in
        Course(
          kind: name, name: contender.bill.provider.name, money: contender.bill.total, start: 0,
          slope: contender.bill.total.amount.approximate)
      }
  }

  func values() -> [String: Any] {
    let courses = courses
    let end = Double(months)
    let home = courses[0]
    // The dearest may leave the picture: otherwise nothing else could be told apart.
    let cheapest = courses.count > 1 ? courses[1].slope * end : 0
    let most = max(max(home.start + home.slope * end, cheapest, home.start) * 1.25, 1)
    let x = Axis(low: 0, high: end, start: layout.left, end: layout.right)
    var names = ChartNames(layout: layout)
    for course in courses {
      let last = course.start + course.slope * end
      let leaves = last > most && course.slope > 0 ? (most - course.start) / course.slope : nil
      names.add(
        course.kind, course.name, "\(course.money)/month", leaving: leaves.map { x.place($0) },
        height: min(1, last / most))
    }
    let top = names.top
    let bottom = top + layout.height
    let y = Axis(low: 0, high: most, start: bottom, end: top)
    return [
      "left": Axis.text(layout.left), "right": Axis.text(layout.right), "top": Axis.text(top),
      "bottom": Axis.text(bottom), "width": Axis.text(layout.right - layout.left),
      "height": Axis.text(layout.height), "canvas": Axis.text(layout.canvas), "id": layout.isNarrow ? "narrow" : "wide",
      "shape": layout.isNarrow ? "narrow" : "broad",
      "canvasHeight": Axis.text(names.bottom(below: bottom)), "monthsY": Axis.text(bottom + 36),
      "rows": y.ticks(layout.rows).map { value -> [String: Any] in
        [
          "y": Axis.text(y.place(value)), "textY": Axis.text(y.place(value) + 4), "labelX": Axis.text(layout.left - 8),
          "label": "\(report.currency.code) \(Int(nearest: value))",
        ]
      },
      "columns": stride(from: 0, through: months, by: months > 96 ? 24 : 12).map { month -> [String: Any] in
        ["x": Axis.text(x.place(Double(month))), "labelY": Axis.text(bottom + 18), "label": "\(month)"]
      },
      "lines": courses.map { course -> [String: Any] in
        [
          "kind": course.kind,
          "path": "M\(Axis.text(x.place(0))) \(Axis.text(y.place(course.start)))"
            + "L\(Axis.text(x.place(end))) \(Axis.text(y.place(course.start + course.slope * end)))",
        ]
      },
      "dots": dots(x, y), "names": names.values(bottom: bottom),
      "description": "Home begins with \(report.home.capex) and grows by \(report.home.running) a month; "
        + headline.rows.map { "\($0.contender.bill.provider.name) grows by \($0.contender.bill.total)" }
        .joined(separator: ", ") + ".",
      "note":
        "Rings mark where the rack has paid for itself. Home begins with the price of the hardware and grows by what "
        + "is paid month by month.",
    ]
  }

  /// Rings, where the rack has paid for itself within the picture.
  private func dots(_ x: Axis, _ y: Axis) -> [[String: Any]] {
    headline.rows.enumerated().compactMap { index, row -> [String: Any]? in
      let (contender, slope) = (row.contender, row.contender.bill.total.amount.approximate)
      guard let months = contender.breakEven.months, months.value.approximate <= x.high else { return nil }
      let when = months.value.approximate
      guard slope * when <= y.high else { return nil }
      let place = (x.place(when), y.place(slope * when))
      let isFar = place.0 > layout.right - 70
      return [
        "x": Axis.text(place.0), "y": Axis.text(place.1),
        "label": "\(contender.bill.provider.name): \(contender.breakEven)", "months": "\(months.value.fixed(1)) mo",
        "anchor": isFar ? "end" : "start", "textX": Axis.text(place.0 + (isFar ? -9 : 9)),
        "textY": Axis.text(place.1 + (index % 2 == 0 ? 15 : -8)),
      ]
    }
  }
}
