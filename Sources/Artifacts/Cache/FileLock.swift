import Diagnostics
import Foundation

/// Keeps other processes away from one entry of the cache; released when the last reference goes, also by a crash.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Waits until the lock is free, without blocking a thread. The lock's file stays.
  ///
  /// - Parameter waiting: called once when somebody else holds it.
  init(_ path: String, waiting: () -> Void) async throws(HearthError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw HearthError.file("cannot open", path, errno: errno) }
    self.descriptor = descriptor
    var told = false
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw HearthError.file("cannot lock", path, errno: errno) }
      if !told { waiting() }
      told = true
      do {
        try await Task.sleep(for: .milliseconds(100))
      } catch {
        throw HearthError(.cancelled, "stopped while another hearth held \(path)")
      }
    }
  }

  deinit { close(descriptor) }
}
