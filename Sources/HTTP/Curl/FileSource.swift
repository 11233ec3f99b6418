import Diagnostics
import Foundation
import Synchronization

/// Gives a file piece by piece, on the curl thread.
final class FileSource: Sendable {
  /// As long as the file was when it was opened.
  let bytes: Int
  private let descriptor: Int32
  private let state = Mutex<(offset: Int, failure: Int32?)>((0, nil))

  /// - Throws: ``HearthError`` `local` when this is not a file that can be read.
  init(path: String) throws(HearthError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      throw HearthError.reading(path, errno: code)
    }
    bytes = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// `errno` of what could not be read.
  var failure: Int32? { state.withLock(\.failure) }

  /// - Returns: how many bytes there were, 0 at the end, nil when they cannot be read.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    state.withLock { state in
      while true {
        let count = pread(descriptor, buffer.baseAddress, min(buffer.count, bytes - state.offset), state.offset)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else {
          state.failure = errno
          return nil
        }
        state.offset += count
        return count
      }
    }
  }

  func seek(to offset: Int) -> Bool {
    guard (0...bytes).contains(offset) else { return false }
    state.withLock { $0.offset = offset }
    return true
  }
}
