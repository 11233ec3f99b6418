import Synchronization

/// Keeps a body in memory, up to a limit.
final class MemorySink: BodySink {
  private let limit: Int
  private let state = Mutex<(bytes: [UInt8], isOverLimit: Bool)>(([], false))

  init(limit: Int) { self.limit = limit }

  var body: [UInt8] { state.withLock(\.bytes) }
  var isOverLimit: Bool { state.withLock(\.isOverLimit) }

  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    state.withLock { state in
      guard state.bytes.count + bytes.count <= limit else {
        state.isOverLimit = true
        return false
      }
      state.bytes.append(contentsOf: bytes)
      return true
    }
  }
}
