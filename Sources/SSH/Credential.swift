package import Diagnostics

/// A way to prove who the user is. Several are tried in the order given.
package enum Credential: Sendable {
  /// A private key file. Make one ``KeyFile`` per file and share it between hosts: it is read, and its passphrase
  /// asked for, once.
  case key(KeyFile)
  /// Every key of the ssh-agent that listens on this socket, or those that the files hold the public half of.
  case agent(socket: String, only: [KeyFile]? = nil)
  case password(Secret<String>)

  /// Nothing that another host could use again.
  var isPassword: Bool { if case .password = self { true } else { false } }

  /// A key file of its own; see ``KeyFile``.
  package static func keyFile(_ path: String, passphrase: KeyFile.PassphraseProvider? = nil) -> Credential {
    .key(KeyFile(path, passphrase: passphrase))
  }
}
