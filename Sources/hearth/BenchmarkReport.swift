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
