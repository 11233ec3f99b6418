import Synchronization

/// How many connections are open.
final class ConnectionCount: Sendable {
  private let most: Int
  private let open = Mutex(0)

  init(most: Int) { self.most = most }

  /// - Returns: false when there are too many.
  func enter() -> Bool {
    open.withLock { open in
      guard open < most else { return false }
      open += 1
      return true
    }
  }

  func leave() { open.withLock { $0 -= 1 } }
}
