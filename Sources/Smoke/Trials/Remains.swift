import Foundation

/// A namespace that an earlier smoke test left behind, or that another one uses right now.
struct Remains: Sendable, Equatable {
  var namespace: String
  /// `HOST:PROCESS` of who made it.
  var owner: String?
  var ageSeconds: Int?

  /// - Parameter now: seconds since 1970 by the cluster's clock.
  static func parse(_ json: String, now: Int) throws -> [Remains] {
    try JSONDecoder().decode(API.List<API.Namespace>.self, from: Data(json.utf8)).items
      .filter { $0.status?.phase != "Terminating" }
      .map { namespace in
        Remains(
          namespace: namespace.metadata.name,
          owner: namespace.metadata.annotations?[TestPlan.ownerAnnotation],
          ageSeconds: namespace.metadata.creationTimestamp
            .flatMap { try? Date($0, strategy: .iso8601) }
            .map { now - Int($0.timeIntervalSince1970) })
      }
  }

  /// Longer than any smoke test takes.
  static let longestRunSeconds = 600

  /// Whether it may be removed: its process has ended, or it is older than any run.
  ///
  /// - Parameter isAlive: whether a process of this machine still runs.
  func isStale(host: String, isAlive: (Int32) -> Bool) -> Bool {
    if let ageSeconds, ageSeconds > Self.longestRunSeconds { return true }
    guard let owner, let colon = owner.lastIndex(of: ":"), let process = Int32(owner[owner.index(after: colon)...])
    else { return true }
    // Whether a process of another machine still runs cannot be known.
    return owner[..<colon] == host && !isAlive(process)
  }

  static var ownHost: String { ProcessInfo.processInfo.hostName }
  static var owner: String { "\(ownHost):\(ProcessInfo.processInfo.processIdentifier)" }

  static func isAlive(_ process: Int32) -> Bool {
    process == ProcessInfo.processInfo.processIdentifier || kill(process, 0) == 0 || errno == EPERM
  }

  static func program(access: ClusterAccess) -> String {
    access.shellFunction + """
      echo "=== clock"
      date +%s
      echo "=== namespaces"
      kube get --raw '/api/v1/namespaces?labelSelector=\(TestPlan.label)'

      """
  }
}
