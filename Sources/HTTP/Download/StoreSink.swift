import Foundation
import Synchronization

/// Writes the body of a successful answer to a new file, and that of any other nowhere.
final class StoreSink: BodySink {
  private let path: String
  private let limit: Int
  private let state = Mutex(State())

  private struct State {
    var descriptor: Int32 = -1
    var count = 0
    var isOverLimit = false
    var failure: Int32?
  }

  init(path: String, limit: Int) {
    self.path = path
    self.limit = limit
  }

  deinit {
    let descriptor = state.withLock(\.descriptor)
    if descriptor >= 0 { close(descriptor) }
  }

  var isOverLimit: Bool { state.withLock(\.isOverLimit) }
  /// `errno` of what could not be written.
  var failure: Int32? { state.withLock(\.failure) }

  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    guard (200..<300).contains(head.status) else { return true }
    return state.withLock { state in
      state.count += bytes.count
      state.isOverLimit = state.count > limit
      return !state.isOverLimit && begin(&state) && append(bytes, state.descriptor, &state)
    }
  }

  /// Brings the file to the disk; makes an empty one when there was no body.
  func finish() {
    state.withLock { state in
      guard begin(&state) else { return }
      if fsync(state.descriptor) != 0 { state.failure = errno }
      close(state.descriptor)
      state.descriptor = -1
    }
  }

  private func begin(_ state: inout State) -> Bool {
    if state.descriptor >= 0 { return true }
    state.descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    if state.descriptor < 0 { state.failure = errno }
    return state.descriptor >= 0
  }

  private func append(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32, _ state: inout State) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        state.failure = errno
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
