import Diagnostics

extension Clock where Duration == Swift.Duration {
  /// Looks a second apart until `look` was true so many times without a break.
  ///
  /// - Parameter looks: one look at a node may see what the API server remembers of the kubelet that was stopped.
  /// - Returns: false when `limit` is over.
  /// - Throws: `CancellationError` when somebody has asked for an end meanwhile.
  package func wait(_ limit: Duration, looks wanted: Int = 4, until look: () async -> Bool) async throws -> Bool {
    let deadline = now.advanced(by: limit)
    var looks = 0
    while true {
      looks = await look() ? looks + 1 : 0
      if looks == wanted { return true }
      guard now < deadline else { return false }
      try await sleep(for: .seconds(1))
    }
  }
}
