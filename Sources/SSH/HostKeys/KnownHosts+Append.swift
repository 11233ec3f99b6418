import Diagnostics
import Foundation
import Glibc
import Untrusted

extension KnownHosts {
  /// Adds a host's key at the end of a file that is made if it is missing, with one write, so that hosts accepted at
  /// the same time do not mix.
  static func append(_ key: HostKey, of target: SSHTarget, to file: String) throws(HearthError) {
    guard file != nowhere else { return }
    try checkPurpose(of: file, target)
    let folder = (file as NSString).deletingLastPathComponent
    if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let descriptor = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
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

  /// Nothing is added to a file that is there for something else: an inventory from elsewhere may name any, and in
  /// `authorized_keys` a host's key would open this machine.
  private static func checkPurpose(of file: String, _ target: SSHTarget) throws(HearthError) {
    func refusal(_ reason: String) -> HearthError {
      HearthError(
        .local, "no host key is added to \(file): \(reason)", subject: Subject(host: target.name, file: file),
        hint: "Name a file for host keys in the inventory (ssh.knownHosts), such as ./known_hosts")
    }
    let exists = FileManager.default.fileExists(atPath: file)
    guard !exists || RegularFile.isRegular(file) else { throw refusal("it is not a regular file") }
    let name = ((file as NSString).resolvingSymlinksInPath as NSString).lastPathComponent.lowercased()
    if name.contains("known") { return }
    let known = exists ? parse(try RegularFile.read(file), file: file) : KnownHosts()
    guard known.skipped.isEmpty else { throw refusal("line \(known.skipped[0].line) of it is none of known_hosts") }
    guard !known.entries.isEmpty || name.contains("hosts") else {
      throw refusal("nothing says that it is there for them")
    }
  }

  private static func endsWithNewline(_ descriptor: Int32) -> Bool {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size > 0 else { return true }
    var last: UInt8 = 0
    return pread(descriptor, &last, 1, size - 1) != 1 || last == UInt8(ascii: "\n")
  }
}
