import Foundation
import Untrusted

/// What `hearth bench runtime` measured on one node.
package struct RuntimeResults: Sendable, Equatable, Codable {
  package var node: String
  /// By metric, then by kind: `image`, `unpack`, `exit`, `byte`, `alone`, `spin`, `instance`, `request`, `rate`,
  /// `fresh`, `memory`, `whole`.
  package var metrics: [String: [String: Samples]]
  /// What could not be measured, and why.
  package var problems: [String]

  /// - Parameter output: lines of metric, kind and value, separated by tabs.
  package init(node: String, output: String) {
    self.node = node
    metrics = [:]
    problems = []
    for line in output.byteLines {
      let fields = line.split(separator: "\t", maxSplits: 2).map(String.init)
      guard fields.count == 3 else { continue }
      if fields[0] == "error" {
        problems.append("\(fields[1]): \(fields[2])".bounded(500))
      } else if let value = Double(checked: fields[2], in: -1e18...1e18) {
        metrics[fields[0], default: [:]][fields[1], default: Samples()].add(value)
      }
    }
    problems = Array(Set(problems)).sorted()
  }

  package func median(_ metric: String, _ kind: String) -> Double? { metrics[metric]?[kind]?.median }

  /// How many containers of a kind a GiB of memory holds, with the shims that look after them.
  package func perGiB(_ kind: String) -> Double? {
    median("whole", kind).flatMap { $0 > 0 ? 1_073_741_824 / $0 : nil }
  }
}
