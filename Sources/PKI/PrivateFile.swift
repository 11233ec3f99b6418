package import Diagnostics
import Foundation

/// Writes files that nobody else may read, whole or not at all.
package enum PrivateFile {
  /// Replaces `path` by `bytes`, mode 0600 from the first byte on: temporary file beside it, fsync, rename.
  package static func write(_ bytes: [UInt8], to path: String) throws(HearthError) {
    let temporary = "\(path).hearth-\(ProcessInfo.processInfo.processIdentifier)"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("created", temporary) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        let error = failure("written", temporary)
        close(descriptor)
        unlink(temporary)
        throw error
      }
      written += count
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, path) == 0 else {
      let error = failure("replaced", path)
      unlink(temporary)
      throw error
    }
  }

  private static func failure(_ verb: String, _ path: String) -> HearthError {
    HearthError(
      .local, "the file cannot be \(verb): \(String(cString: strerror(errno)))", subject: Subject(file: path))
  }
}
