package import Diagnostics
import Foundation
package import Inventory
import Untrusted

/// A namespace that an earlier smoke test left behind, or that another one uses right now.
struct LeftoverNamespace: Sendable, Equatable {
  var namespace: String
  /// ``owner`` of the process that made it.
  var owner: String?
  var ageSeconds: Int?

  /// - Parameter now: seconds since 1970 by the cluster's clock.
  static func parse(_ json: String, now: Int) throws -> [LeftoverNamespace] {
    try JSONDecoder().decode(API.List<API.Namespace>.self, from: Data(json.utf8)).items
      .filter { $0.status?.phase != "Terminating" }
      .map { namespace in
        LeftoverNamespace(
          namespace: namespace.metadata.name,
          owner: namespace.metadata.annotations?[TestPlan.ownerAnnotation],
          ageSeconds: namespace.metadata.creationTimestamp
            .flatMap { try? Date($0, strategy: .iso8601) }
            .flatMap { Int(checked: $0.timeIntervalSince1970) }.map { now.saturatingMinus($0) })
      }
  }

  /// Longer than any smoke test takes.
  static let longestRunSeconds = 600

  /// Whether it may be removed: its process has ended, or it is older than any run.
  ///
  /// - Parameter here: a process of the machine that asks. Whether one of another machine still runs cannot be known: what
  ///   it made stays until it is old.
  func isStale(seenFrom here: ProcessIdentity = .current) -> Bool {
    if let ageSeconds, ageSeconds > Self.longestRunSeconds { return true }
    guard let owner else { return true }
    let words = owner.split(separator: ":").map(String.init)
    guard words.count == 3, let pid = Int32(checked: words[1], in: 1...Int32.max) else { return false }
    return ProcessIdentity(system: words[0], pid: pid, start: words[2]).isGone(seenFrom: here)
  }

  /// `SYSTEM:PROCESS:START` of this process; a hyphen for a system that cannot be told.
  static var owner: String {
    let process = ProcessIdentity.current
    return "\(process.system ?? "-"):\(process.pid):\(process.start)"
  }

  static func program(access: ClusterAccess) -> String {
    access.shellFunction + """
      echo "=== \(Sections.mark) clock"
      date +%s
      echo "=== \(Sections.mark) namespaces"
      kube get --raw '/api/v1/namespaces?labelSelector=\(TestPlan.label)'

      """
  }
}

/// Reaches the rack from where people sit: the operator's machine, or the virtual rack's own network.
package protocol OutsideProbe: Sendable {
  /// Gets `http://address:port/path` and returns the body.
  ///
  /// - Throws: ``HearthError`` when there is no answer within `timeout` or its status is not 200.
  func get(
    _ address: IPv4Address, port: Int, path: String, timeout: Duration
  ) async throws(HearthError) -> String
}
