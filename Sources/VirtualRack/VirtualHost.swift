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
