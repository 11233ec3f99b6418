import Diagnostics
import Foundation
import Glibc

extension KnownHosts {
  /// Adds a host's key at the end of a file that is made if it is missing, with one write, so that hosts accepted at
  /// the same time do not mix.
  static func append(_ key: HostKey, of target: SSHTarget, to file: String) throws(HearthError) {
    let folder = (file as NSString).deletingLastPathComponent
    if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let descriptor = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw HearthError(
        .local, "cannot write \(file): \(SystemCode(errno).text)", subject: Subject(host: target.name, file: file),
        hint: "Make it writable, or name another file in the inventory (ssh.knownHosts)"
      )
    }
    defer { close(descriptor) }
    var line = "\(name(of: target)) \(key.type) \(Data(key.blob).base64EncodedString())\n"
    if !endsWithNewline(descriptor) { line = "\n" + line }
    let bytes = Array(line.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw .system("cannot write \(file)").at(Subject(host: target.name, file: file))
    }
  }

  private static func endsWithNewline(_ descriptor: Int32) -> Bool {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size > 0 else { return true }
    var last: UInt8 = 0
    return pread(descriptor, &last, 1, size - 1) != 1 || last == UInt8(ascii: "\n")
  }
}
