import Foundation
import Untrusted

/// One line of what the cluster says about its nodes: name, readiness and since when.
struct NodeState: Equatable {
  var name: String
  var isReady: Bool
  var since: Date?

  /// Lines `NAME True 2026-11-23T10:00:00Z`; a node that never reported has only its name.
  static func all(in output: [UInt8]) -> [NodeState] {
    String(decoding: output, as: UTF8.self).byteLines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let name = words.first else { return nil }
      return NodeState(
        name: name, isReady: words.count > 1 && words[1] == "True",
        since: words.count > 2 ? try? Date(words[2], strategy: .iso8601) : nil)
    }
  }
}
