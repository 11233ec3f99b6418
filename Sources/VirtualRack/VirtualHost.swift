package import Diagnostics
import Foundation
package import Inventory

/// One host of a virtual rack, as it stands.
package struct VirtualHost: Sendable, Equatable {
  package enum Power: String, Sendable { case on, off }
  package enum Cable: String, Sendable { case plugged = "in", cut }

  /// `pi1`, `pi2`, …; also the host name.
  package var name: String
  package var address: IPv4Address
  package var power: Power
  package var cable: Cable
  /// The public host key as `known_hosts` holds it: type, space, base64.
  package var hostKey: String
  /// Of the host key, as OpenSSH prints it: `SHA256:…`.
  package var fingerprint: String
  /// 16 hexadecimal digits; survives a wipe, as a board survives a new card.
  package var serial: String

  /// A line of the launcher's `status`, its fields divided by tabs; nil when it is not such a line.
  init?(statusLine: Substring) {
    let fields = statusLine.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 7, let address = IPv4Address(fields[1]), let power = Power(rawValue: fields[2]),
      let cable = Cable(rawValue: fields[3])
    else { return nil }
    name = fields[0]
    self.address = address
    self.power = power
    self.cable = cable
    hostKey = fields[4]
    fingerprint = fields[5]
    serial = fields[6]
  }
}

/// How a virtual host is made. What a host was made with stays until the lab is taken down.
package struct VirtualHostOptions: Sendable {
  /// The model that a Raspberry Pi 4 names in its device tree.
  package static let pi4Model = "Raspberry Pi 4 Model B Rev 1.4"

  /// Limit for everything in the host together; nil for none. The host still sees the machine's whole memory.
  package var memoryBytes: Int?
  /// Size of a disk of its own, which can then be filled; nil for a share of the machine's.
  package var diskBytes: Int?
  /// Gives the host a Pi's files, under this model's name: device tree, `/boot/firmware`, `vcgencmd`, and a memory
  /// controller only when `cmdline.txt` asks for it.
  package var piModel: String?
  /// What sudo asks user `pi` for; nil for sudo without a password.
  package var sudoPassword: Secret<String>?

  package init(
    memoryBytes: Int? = nil, diskBytes: Int? = nil, piModel: String? = nil, sudoPassword: Secret<String>? = nil
  ) {
    self.memoryBytes = memoryBytes
    self.diskBytes = diskBytes
    self.piModel = piModel
    self.sudoPassword = sudoPassword
  }
}

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
