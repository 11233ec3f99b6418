import Diagnostics
import Foundation

extension VirtualHostOptions {
  /// Arguments of the launcher's `up`.
  /// - Parameters:
  ///   - host: The one host that is meant; nil for all.
  ///   - folder: Where a password may be left in a file, because arguments are seen by everybody on the machine.
  func arguments(for host: String? = nil, secretsIn folder: String) throws(HearthError) -> [String] {
    var arguments: [String] = []
    if let memoryBytes { arguments.append("memory=\(memoryBytes)") }
    if let diskBytes { arguments.append("disk=\(diskBytes)") }
    if let piModel { arguments.append("pi=\(piModel)") }
    if let sudoPassword {
      let file = "\(folder)/sudo-password-\(host ?? "all")"
      let bytes = Data((sudoPassword.reveal() + "\n").utf8)
      guard FileManager.default.createFile(atPath: file, contents: bytes, attributes: [.posixPermissions: 0o600]) else {
        throw HearthError(.local, "a file cannot be written", subject: Subject(file: file))
      }
      arguments.append("sudo-password-file=\(file)")
    }
    return arguments.map { argument in host.map { "\($0):\(argument)" } ?? argument }
  }
}
