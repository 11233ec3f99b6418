package import Diagnostics
import Foundation
import Untrusted

/// Pods of one node that are alike.
package struct PodCount: Sendable, Equatable, Codable {
  /// Nil for pods that no node has taken.
  package var node: String?
  /// `Running`, `Pending`, `Succeeded`, `Failed` or `Unknown`.
  package var phase: String
  /// Such as `wasmtime`; nil for ordinary containers.
  package var runtimeClass: String?
  /// All of its containers are.
  package var isReady: Bool
  package var count: Int

  package init(node: String?, phase: String, runtimeClass: String? = nil, isReady: Bool, count: Int) {
    self.node = node
    self.phase = phase
    self.runtimeClass = runtimeClass
    self.isReady = isReady
    self.count = count
  }

  /// Wanted and not there: neither ready nor done.
  package var isMissing: Bool { phase != "Succeeded" && !(phase == "Running" && isReady) }

  static let phases: Set = ["Running", "Pending", "Succeeded", "Failed", "Unknown"]

  /// - Parameter text: lines `COUNT NODE PHASE CLASS READY,READY,`.
  static func all(_ text: String) -> [PodCount] {
    text.byteLines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 4, let count = Int(checked: words[0], in: 1...1_000_000), phases.contains(words[2]) else {
        return nil
      }
      let ready = words.count > 4 ? words[4].split(separator: ",") : []
      return PodCount(
        node: NamePattern.dnsSubdomain.optional(words[1]), phase: words[2],
        runtimeClass: NamePattern.dnsSubdomain.optional(words[3]),
        isReady: !ready.isEmpty && ready.allSatisfy { $0 == "true" }, count: count)
    }
  }
}

/// Something that Kubernetes found worth telling.
package struct ClusterEvent: Sendable, Equatable, Codable {
  /// The last time, in seconds since 1970.
  @Timestamp package var time: Int
  package var isWarning: Bool
  /// One word, such as `BackOff`.
  package var reason: String
  /// Such as `Pod default/web-5d4`.
  package var object: String
  /// One line.
  package var message: String
  /// How often.
  package var count: Int

  package init(time: Int, isWarning: Bool, reason: String, object: String, message: String, count: Int = 1) {
    self.time = time
    self.isWarning = isWarning
    self.reason = reason
    self.object = object
    self.message = message
    self.count = count
  }

  /// - Parameter text: lines of `templates/smoke/events.gotemplate`; reason and message are encoded as in URLs.
  /// - Returns: the newest first.
  static func all(_ text: String) -> [ClusterEvent] {
    text.byteLines.compactMap(ClusterEvent.init(line:)).reversed()
  }

  init?(line: Substring) {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 8,
      let date = (try? Date(words[0], strategy: .iso8601))
        ?? (try? Date(words[0], strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
      let time = Int(checked: date.timeIntervalSince1970, in: 0...Sections.lastSecond),
      let kind = NamePattern.hostName.optional(words[3]), let name = NamePattern.hostName.optional(words[5])
    else { return nil }
    let place = NamePattern.dnsLabel.optional(words[4]).map { $0 == "default" && kind == "Node" ? "" : "\($0)/" } ?? ""
    self.init(
      time: time, isWarning: words[1] == "Warning", reason: Self.decoded(words[6], 60),
      object: "\(kind) \(place)\(name)", message: Self.decoded(words[7], 300),
      count: Int(checked: words[2], in: 1...1_000_000_000) ?? 1)
  }

  private static func decoded(_ text: String, _ length: Int) -> String {
    guard text != "-", let plain = text.replacing("+", with: " ").removingPercentEncoding else { return "" }
    return plain.bounded(length).visibleLine
  }
}
