package import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file without a name, for plain text that must not outlive the process: the system frees it when the last descriptor
/// is closed, however the process ends.
package final class UnnamedFile: Sendable {
  package let descriptor: Int32

  /// - Parameter folder: on whose disk it lies; made, for its owner alone, where it is missing.
  package init(in folder: String) throws(HearthError) {
    try Folders.create(folder)
    let name = "\(folder)/.unnamed-\(UInt64.random(in: .min ... .max))"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw HearthError(
        .local, "a temporary file cannot be made: \(String(cString: strerror(errno)))", subject: Subject(file: folder),
        hint: "look at the folder's owner, and free disk space with `df -h`")
    }
    unlink(name)
  }

  deinit { close(descriptor) }

  /// A path that this process and the programs that it starts can open while the file is there.
  package var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

  /// Writes at the file's own position. Does not close the file.
  package var handle: FileHandle { FileHandle(fileDescriptor: descriptor, closeOnDealloc: false) }
}
