/// Looks again and again, with a pause between two: the one way to wait for something that tells nobody when it is there.
///
/// ```swift
/// for await _ in clock.looks(every: .seconds(1), for: .seconds(60)) {
///   if try await isReady() { return }
/// }
/// if Task.isCancelled { throw HearthError(.cancelled, "stopped while waiting") }
/// throw HearthError(.timedOut, "not ready after 60 s")
/// ```
///
/// Elements count from 0. The first look is always taken, at once; none begins after the limit, or in a task that was
/// cancelled meanwhile. The clock is the caller's, so that tests wait for nothing.
package struct Looks: AsyncSequence, Sendable {
  fileprivate let isOver: @Sendable () -> Bool
  fileprivate let pause: @Sendable () async throws -> Void

  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let looks: Looks
    fileprivate var next = 0

    package mutating func next() async -> Int? {
      if next > 0 {
        guard !looks.isOver() else { return nil }
        do { try await looks.pause() } catch { return nil }
        guard !Task.isCancelled else { return nil }
      }
      defer { next += 1 }
      return next
    }
  }

  package func makeAsyncIterator() -> Iterator { Iterator(looks: self) }
}

extension Clock where Duration == Swift.Duration {
  /// - Parameter limit: from now; nil looks until the task is cancelled.
  package func looks(every pause: Duration, for limit: Duration? = nil) -> Looks {
    let end = limit.map { now.advanced(by: $0) }
    return Looks(isOver: { end.map { now >= $0 } ?? false }, pause: { try await sleep(for: pause) })
  }

  /// Looks a second apart until `look` was true so many times without a break.
  ///
  /// - Parameter looks: one look at a node may see what the API server remembers of the kubelet that was stopped.
  /// - Returns: false when `limit` is over.
  /// - Throws: `CancellationError` when somebody has asked for an end meanwhile.
  package func wait(_ limit: Duration, looks wanted: Int = 4, until look: () async -> Bool) async throws -> Bool {
    var seen = 0
    for await _ in self.looks(every: .seconds(1), for: limit) {
      seen = await look() ? seen + 1 : 0
      if seen == wanted { return true }
    }
    try Task.checkCancellation()
    return false
  }
}
