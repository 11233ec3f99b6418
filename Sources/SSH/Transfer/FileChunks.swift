import Diagnostics
import Foundation
import Glibc

/// Reads a file in chunks, one ahead of whoever takes them, so that disk and network work at the same time and a large
/// file never is in memory.
actor FileChunks {
  private static let chunkBytes = 512 * 1024

  nonisolated let path: String
  private nonisolated let descriptor: Int32
  private var ahead: Task<Result<[UInt8], HearthError>, Never>?
  private var offset = 0
  private let progress: (@Sendable (_ doneBytes: Int) -> Void)?

  /// - Parameter progress: called with the bytes taken so far, whenever a chunk is taken.
  init(_ path: String, progress: (@Sendable (_ doneBytes: Int) -> Void)? = nil) throws(HearthError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw HearthError(.local, "cannot read \(path): \(SystemCode(errno).text)", subject: Subject(file: path))
    }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw HearthError(.local, "\(path) is not a file", subject: Subject(file: path))
    }
    (self.path, self.descriptor, self.progress) = (path, descriptor, progress)
  }

  deinit { close(descriptor) }

  /// In bytes; 0 for a file that is not there.
  static func size(of path: String) -> Int {
    var info = stat()
    return stat(path, &info) == 0 ? Int(info.st_size) : 0
  }

  /// - Returns: the next chunk, or nil at the end.
  func next() async throws(HearthError) -> [UInt8]? {
    let current = ahead ?? read(at: 0)
    let bytes = try await current.value.get()
    progress?(offset)
    guard !bytes.isEmpty else { return nil }
    offset += bytes.count
    ahead = read(at: offset)
    return bytes
  }

  private func read(at offset: Int) -> Task<Result<[UInt8], HearthError>, Never> {
    let (descriptor, path) = (self.descriptor, self.path)
    // Holds `self`, so that the descriptor stays open.
    return Task.detached { [self] in
      defer { withExtendedLifetime(self) {} }
      var code: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { buffer, count in
        let got = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        if got < 0 { code = errno }
        count = max(0, got)
      }
      guard code == 0 else {
        return .failure(
          HearthError(
            .local, "cannot read \(path): \(SystemCode(code).text)", subject: Subject(file: path)))
      }
      return .success(bytes)
    }
  }
}
