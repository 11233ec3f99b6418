import Foundation

/// `/etc/hearth/node.json`: what must outlive every run and every laptop. Each host remembers the pod ranges of all
/// nodes, so that one living host is enough to know them.
package struct NodeRecord: Sendable, Equatable, Codable {
  package static let path = "/etc/hearth/node.json"

  package var name: String
  /// Identifies the cluster: the SHA-256 of its authority's certificate.
  package var cluster: String
  /// Node name to pod range in CIDR notation.
  package var podRanges: [String: String]

  package init(name: String, cluster: String, podRanges: [String: String]) {
    self.name = name
    self.cluster = cluster
    self.podRanges = podRanges
  }

  /// Nil when the text is not such a record.
  package init?(_ text: String?) {
    guard let text, let record = try? JSONDecoder().decode(NodeRecord.self, from: Data(text.utf8)) else { return nil }
    self = record
  }

  /// The same text for the same record, always.
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(self)) ?? Data()
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
