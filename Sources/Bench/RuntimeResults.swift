import Foundation

/// What `hearth bench runtime` measured on one node.
package struct RuntimeResults: Sendable, Equatable, Codable {
  package var node: String
  /// By metric, then by kind: `image`, `unpack`, `exit`, `byte`, `alone`, `spin`, `request`, `memory`.
  package var metrics: [String: [String: Samples]]
  /// What could not be measured, and why.
  package var problems: [String]

  /// - Parameter output: lines of metric, kind and value, separated by tabs.
  package init(node: String, output: String) {
    self.node = node
    metrics = [:]
    problems = []
    for line in output.split(separator: "\n") {
      let fields = line.split(separator: "\t", maxSplits: 2).map(String.init)
      guard fields.count == 3 else { continue }
      if fields[0] == "error" {
        problems.append("\(fields[1]): \(fields[2])")
      } else if let value = Double(fields[2]) {
        metrics[fields[0], default: [:]][fields[1], default: Samples()].add(value)
      }
    }
    problems = Array(Set(problems)).sorted()
  }

  package func median(_ metric: String, _ kind: String) -> Double? { metrics[metric]?[kind]?.median }

  /// What an instantiation inside a running engine costs, in microseconds: a request to a new instance against a request to
  /// one that stays.
  package var instantiation: Double? {
    guard let fresh = median("request", "a new instance each"), let kept = median("request", "one instance for all")
    else { return nil }
    // Times are of a thousand requests in microseconds.
    return (fresh - kept) / 1000
  }
}
