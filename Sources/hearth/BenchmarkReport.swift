import Bootstrap
import Diagnostics

/// A benchmark's results as a table for people: sections in order, each item with its verdict and the reason.
struct BenchmarkReport {
  var results: [BenchmarkResult]

  func text() -> String {
    let mark = ["passed": "✓", "failed": "✗", "not applicable": "–"]
    let width = results.map(\.id.count).max() ?? 0
    var section = ""
    var lines: [String] = []
    for result in results {
      let own = String(result.id.prefix { $0 != "." })
      if own != section, !section.isEmpty { lines.append("") }
      section = own
      lines.append("\(mark[result.verdict] ?? " ") \(result.id.padding(width))  \(result.title): \(result.reason)")
    }
    return (lines + ["", "CIS Kubernetes Benchmark 1.12, " + CISBenchmark.summary(results)]).joined(separator: "\n")
      + "\n"
  }
}

/// The same for programs; what does not apply was skipped.
struct BenchmarkDocument: Encodable {
  struct Item: Encodable {
    var id, title, state, reason: String
  }

  var benchmark = "CIS Kubernetes Benchmark 1.12"
  var items: [Item]

  init(_ results: [BenchmarkResult]) {
    items = results.map {
      let isKnown = ["passed", "failed"].contains($0.verdict)
      return Item(id: $0.id, title: $0.title, state: isKnown ? $0.verdict : "skipped", reason: $0.reason)
    }
  }
}
