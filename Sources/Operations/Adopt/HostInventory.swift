package import Diagnostics
package import SSH

/// The inventory that a control-plane host keeps. It says where logins, downloads and meters lead: nobody takes a host's
/// word for that unseen.
package struct HostInventory: Sendable, Equatable {
  package var host: String
  /// As the host sent it.
  package var text: String

  static let path = "/etc/hearth/inventory.yaml"
  /// No inventory that a person has written is near it.
  static let largestBytes = 1 << 20

  /// - Throws: ``HearthError`` with code `refused` where there is none, or one that nobody could read.
  package static func read(from shell: any RootShell) async throws(HearthError) -> HostInventory {
    let result = try await shell.run("cat \(path.shellQuoted)")
    let subject = Subject(host: shell.host)
    guard result.status == 0, !result.outputText.isEmpty else {
      throw HearthError(
        .refused, "this host keeps no inventory: it is not a control-plane host, or `hearth up` never ended on it",
        subject: subject, hint: "bring the inventory here yourself, then `hearth adopt --inventory FILE`",
        command: "sudo ls -l /etc/hearth")
    }
    guard result.outputText.utf8.count <= largestBytes else {
      throw HearthError(.refused, "the inventory on this host is too large", subject: subject)
    }
    return HostInventory(host: shell.host, text: result.outputText)
  }

  /// For a person's eyes: what would steer a terminal is replaced.
  package var shownLines: [String] {
    let shown = text.unicodeScalars.map {
      $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x7F ? "\u{FFFD}" : $0
    }
    return String(String.UnicodeScalarView(shown)).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }
}
