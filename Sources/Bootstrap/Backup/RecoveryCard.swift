package import Diagnostics
import Foundation
package import Inventory
package import PKI

/// What to keep on paper: with it, and one living control-plane host or one backup, any machine can take the rack over.
package struct RecoveryCard: Sendable {
  package var rack: Rack
  package var authority: Authority
  package var passphrase: Secret<String>

  package init(rack: Rack, authority: Authority, passphrase: Secret<String>) {
    self.rack = rack
    self.authority = authority
    self.passphrase = passphrase
  }

  /// - Throws: ``HearthError`` where the authority's certificate is none.
  package func text() throws(HearthError) -> String {
    let planes = rack.controlPlane.map { "  \($0.name)  \($0.ssh.user)@\($0.address)" }
    let fingerprint = try authority.cluster.shownFingerprint
    return """
      hearth recovery card: rack \(rack.cluster.name)

      control plane
      \(planes.joined(separator: "\n"))
      authority     \(fingerprint.prefix(47))
                    \(fingerprint.dropFirst(48))
      passphrase    \(passphrase.reveal())

      From another machine, while the rack lives:
        hearth adopt \(rack.controlPlane.first.map { "\($0.ssh.user)@\($0.address)" } ?? "USER@HOST")
      From a backup, on the same hosts or new ones:
        hearth restore FILE      (asks for the passphrase; `age -d FILE | tar -x` opens it without hearth)
      The authority is that of /etc/kubernetes/pki/ca.crt on these hosts: compare it with what
      `openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt` prints there.
      Backups of the last nights: /var/lib/hearth/backups on each control-plane host (root only, not encrypted).

      Whoever holds this card and a backup holds the cluster. Print it, put it away, delete the file.

      """
  }

  /// Five groups of five letters and digits, none of which can be taken for another: 120 bits.
  package static func newPassphrase() -> Secret<String> {
    let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
    var generator = SystemRandomNumberGenerator()
    let groups = (0..<5).map { _ in
      String((0..<5).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
    return Secret(groups.joined(separator: "-"))
  }
}
