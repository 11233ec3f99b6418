package import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files from outside: only regular ones are read, whole, and up to a size. A named pipe would be waited for for ever, a
/// device has no end.
package enum RegularFile {
  /// Text that a person writes: inventories, lock files, price lists, key files.
  package static let textBytes = 16 << 20

  /// - Parameters:
  ///   - limitBytes: more is refused.
  ///   - code: of the errors.
  /// - Throws: `code` for what is missing, is not a regular file, cannot be read or is larger.
  package static func read(
    _ path: String, limitBytes: Int = textBytes, code: HearthError.Code = .local
  ) throws(HearthError) -> [UInt8] {
    func failure(_ number: Int32) -> HearthError {
      HearthError(
        code, "the file cannot be read", subject: Subject(file: path), cause: String(cString: strerror(number)))
    }
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
    try check(status, path, code)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limitBytes, max(0, Int(status.st_size))) + 1)
    var buffer = [UInt8](repeating: 0, count: 128 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { Self.system(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw failure(errno)
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= limitBytes else {
        throw HearthError(
          code, "the file is larger than \(limitBytes) bytes", subject: Subject(file: path),
          hint: "name another file; hearth reads no larger ones of this kind")
      }
    }
  }

  /// Refuses what is not a regular file, without opening it.
  ///
  /// - Throws: `code` for what is missing or something else than a file; symbolic links are followed.
  package static func check(_ path: String, code: HearthError.Code = .local) throws(HearthError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw HearthError(
        code, "the file cannot be read", subject: Subject(file: path), cause: String(cString: strerror(errno)))
    }
    try check(status, path, code)
  }

  package static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func check(_ status: stat, _ path: String, _ code: HearthError.Code) throws(HearthError) {
    let kind: String
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: kind = "a folder"
    case S_IFIFO: kind = "a named pipe"
    case S_IFSOCK: kind = "a socket"
    default: kind = "a device"
    }
    throw HearthError(
      code, "this is \(kind), not a file", subject: Subject(file: path), hint: "name a file")
  }

  private static func system(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer, count)
    #else
      Darwin.read(descriptor, buffer, count)
    #endif
  }
}
