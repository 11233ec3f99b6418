import Foundation
import Untrusted

/// The NetworkPolicies of a cluster whose pod network enforces none of them: who wrote them believes that they hold.
package struct UnenforcedPolicies: Sendable, Equatable, Codable {
  /// Namespace to how many it has; namespaces without one are missing.
  package var counts: [String: Int]

  package init(counts: [String: Int] = [:]) { self.counts = counts }

  private struct Answer: Decodable {
    struct Item: Decodable {
      struct Metadata: Decodable { var namespace: String? }
      var metadata: Metadata
    }
    var items: [Item]
  }

  /// Reads a list of NetworkPolicies as the API server answers with it; nil where it is something else. What is in a
  /// namespace whose name is none counts without it.
  package init?(json: [UInt8]) {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(json)) else { return nil }
    var counts: [String: Int] = [:]
    for item in answer.items {
      counts[item.metadata.namespace.flatMap { NamePattern.dnsLabel.optional($0) } ?? "?", default: 0] += 1
    }
    self.counts = counts
  }

  package var total: Int { counts.values.reduce(0, +) }

  /// `3 NetworkPolicies exist (default 2, web 1) and nothing enforces them: every pod reaches every pod`; nil without any.
  package var sentence: String? {
    guard total > 0 else { return nil }
    let most = 5
    let names = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let rest = names.count > most ? ", and \(names.count - most) more namespaces" : ""
    let list = names.prefix(most).map { "\($0.key) \($0.value)" }.joined(separator: ", ") + rest
    return total == 1
      ? "1 NetworkPolicy exists (\(list)) and nothing enforces it: every pod reaches every pod"
      : "\(total) NetworkPolicies exist (\(list)) and nothing enforces them: every pod reaches every pod"
  }
}
