package import Diagnostics
import Foundation
import Templates

/// A node's measurements in words, as a table and as a page.
package struct RuntimeReport: Sendable {
  package let results: RuntimeResults

  package init(_ results: RuntimeResults) { self.results = results }

  private struct Metric {
    var name: String
    var title: String
    var unit: Unit
  }

  private enum Unit {
    /// Samples in microseconds.
    case time
    /// Samples in microseconds for a thousand.
    case perRequest
    case nanoseconds
    case size
    /// Requests a second, where more is better.
    case rate
  }

  private static let metrics = [
    Metric(name: "image", title: "image, as it travels", unit: .size),
    Metric(name: "unpack", title: "import and unpack", unit: .time),
    Metric(name: "byte", title: "container, start to first byte", unit: .time),
    Metric(name: "exit", title: "container, start to exit", unit: .time),
    Metric(name: "alone", title: "program alone, start to exit", unit: .time),
    Metric(name: "spin", title: "a loop on one core", unit: .time),
    Metric(name: "instance", title: "one more instance inside a running engine", unit: .nanoseconds),
    Metric(name: "request", title: "HTTP, one request after the other", unit: .perRequest),
    Metric(name: "rate", title: "HTTP, requests over 8 connections; more is better", unit: .rate),
    Metric(name: "fresh", title: "what a new instance adds to a request", unit: .nanoseconds),
    Metric(name: "memory", title: "memory of one that runs, its own share", unit: .size),
    Metric(name: "whole", title: "the same with its shim, which every pod has", unit: .size),
  ]

  private var rows: [(metric: Metric, kind: String, samples: Samples)] {
    Self.metrics.flatMap { metric in
      (results.metrics[metric.name] ?? [:]).sorted { $0.value.median < $1.value.median }.map {
        (metric, $0.key, $0.value)
      }
    }
  }

  /// A table for a terminal.
  package var lines: [String] {
    var lines = ["\(results.node)  (median, the middle half, least, n)"]
    var last = ""
    for (metric, kind, samples) in rows {
      if metric.title != last { lines.append("\(metric.title):") }
      last = metric.title
      let half = samples.middleHalf
      let spread =
        samples.count > 1
        ? "\(Self.text(half.0, metric.unit)) to \(Self.text(half.1, metric.unit)), \(Self.text(samples.least, metric.unit)), \(samples.count)"
        : ""
      lines.append(
        "  \(kind.padding(toLength: 32, withPad: " ", startingAt: 0))  "
          + "\(Self.text(samples.median, metric.unit).padding(toLength: 12, withPad: " ", startingAt: 0))  \(spread)")
    }
    return lines + results.problems.map { "! \($0)" } + ["", words]
  }

  /// One paragraph, drawn from the numbers alone.
  package var words: String {
    var sentences: [String] = []
    func compare(_ metric: String, _ unit: Unit, _ what: String, _ a: String, _ b: String) {
      guard let left = results.median(metric, a), let right = results.median(metric, b), left > 0, right > 0 else {
        return
      }
      let factor = max(left, right) / min(left, right)
      let verdict =
        overlap(metric, a, b)
        ? "no difference beyond the spread"
        : "\((left < right) == (unit != .rate) ? a : b) wins by a factor of \(String(format: factor < 10 ? "%.1f" : "%.0f", factor))"
      sentences.append("\(what): \(Self.text(left, unit)) for \(a), \(Self.text(right, unit)) for \(b); \(verdict).")
    }
    compare("image", .size, "What travels to a node", "module", "static")
    compare("image", .size, "Against a whole base system", "module", "debian")
    compare("unpack", .time, "Import and unpack", "module", "debian")
    compare("exit", .time, "From start to exit of a whole container", "module", "static")
    compare("alone", .time, "The program alone", "module, compiled ahead", "static")
    compare("spin", .time, "A loop on one core", "module, compiled ahead", "static")
    compare("memory", .size, "Memory of one that runs", "module", "static")
    if let module = results.perGiB("module"), let native = results.perGiB("static") {
      sentences.append(
        "A GiB holds \(String(format: "%.0f", module)) of module and \(String(format: "%.0f", native)) of static, their shims included."
      )
    }
    if let bare = results.median("instance", "without memory"),
      let whole = results.median("instance", "with memory of its own")
    {
      sentences.append(
        "Inside an engine that runs, one more instance costs \(Self.text(bare, .nanoseconds)) without memory and "
          + "\(Self.text(whole, .nanoseconds)) with memory of its own; that is not the start of a container, and must not be "
          + "compared with one.")
    }
    compare("request", .perRequest, "An HTTP request", "component container", "static container")
    compare(
      "request", .perRequest, "An HTTP request where the instance stays", "component, one instance for all",
      "static container")
    compare("rate", .rate, "HTTP over 8 connections", "component container", "static container")
    compare(
      "rate", .rate, "HTTP over 8 connections where the instance stays", "component, one instance for all",
      "static container")
    if let fresh = results.metrics["fresh"]?["HTTP component"] {
      sentences.append(
        fresh.middleHalf.0 > 0
          ? "A request to a new instance each takes \(Self.text(fresh.median, .nanoseconds)) longer than one to an instance that stays."
          : "What a new instance adds to an HTTP request is lost in its spread here.")
    }
    return sentences.joined(separator: " ")
  }

  /// Whether the middle halves of two measurements share anything.
  private func overlap(_ metric: String, _ a: String, _ b: String) -> Bool {
    guard let left = results.metrics[metric]?[a]?.middleHalf, let right = results.metrics[metric]?[b]?.middleHalf else {
      return false
    }
    return left.0 <= right.1 && right.0 <= left.1
  }

  /// A page of its own.
  package func html() throws(HearthError) -> String {
    let charts = Self.metrics.map { metric in
      chart(
        metric.title,
        rows.filter { $0.metric.name == metric.name }.map { row in
          let half = row.samples.middleHalf
          return Bar(
            kind: row.kind, amount: row.samples.median, value: Self.text(row.samples.median, metric.unit),
            note: "\(Self.text(half.0, metric.unit)) to \(Self.text(half.1, metric.unit)), n = \(row.samples.count)")
        })
    }
    let density = (results.metrics["whole"] ?? [:]).keys.compactMap { kind in
      results.perGiB(kind).map { Bar(kind: kind, amount: $0, value: String(format: "%.0f", $0), note: "") }
    }
    let all = charts + [chart("containers in a GiB of memory, with their shims; longer is better", density)]
    return try Template("bench/runtime.html").render([
      "node": results.node, "words": words, "charts": all.compactMap { $0 },
    ])
  }

  private struct Bar {
    var kind: String
    var amount: Double
    var value: String
    var note: String
  }

  /// nil without bars.
  private func chart(_ title: String, _ bars: [Bar]) -> [String: Any]? {
    guard let most = bars.map({ abs($0.amount) }).max(), most > 0 else { return nil }
    let rows = bars.sorted { $0.amount < $1.amount }.map { bar in
      [
        "kind": bar.kind, "value": bar.value, "note": bar.note,
        "width": String(format: "%.1f", max(0.4, 100 * abs(bar.amount) / most)),
      ]
    }
    return ["title": title, "bars": rows]
  }

  private static func text(_ value: Double, _ unit: Unit) -> String {
    switch unit {
    case .size:
      value >= 1_048_576 ? String(format: "%.1f MiB", value / 1_048_576) : String(format: "%.1f KiB", value / 1024)
    case .perRequest: String(format: "%.0f µs", value / 1000)
    case .nanoseconds: abs(value) >= 10_000 ? String(format: "%.1f µs", value / 1000) : String(format: "%.0f ns", value)
    case .rate: String(format: "%.0f/s", value)
    case .time:
      value >= 1_000_000 ? String(format: "%.2f s", value / 1_000_000) : String(format: "%.1f ms", value / 1000)
    }
  }
}
