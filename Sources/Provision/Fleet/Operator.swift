package import Diagnostics
package import SSH
import Synchronization

/// The person at the keyboard, as far as logging in needs one. Every answer may be nil: there is no terminal.
package struct Operator: Sendable {
  /// Whether to trust a host key that was never seen; nil refuses.
  package var trustHostKey: (@Sendable (HostKeyQuestion) async -> Bool)?
  /// The passphrase of a key file; `attempt` counts from 1. Nil gives the key up.
  package var keyPassphrase: KeyFile.PassphraseProvider?
  /// The sudo password of a user, asked once and used for all hosts that need one.
  package var sudoPassword: (@Sendable (_ user: String) async throws(HearthError) -> Secret<String>)?
  /// Told of what is worth knowing about a login and stops nothing. May be told the same several times.
  package var note: (@Sendable (String) -> Void)?

  package init(
    trustHostKey: (@Sendable (HostKeyQuestion) async -> Bool)? = nil,
    keyPassphrase: KeyFile.PassphraseProvider? = nil,
    sudoPassword: (@Sendable (_ user: String) async throws(HearthError) -> Secret<String>)? = nil,
    note: (@Sendable (String) -> Void)? = nil
  ) {
    self.note = note
    self.trustHostKey = trustHostKey
    self.keyPassphrase = keyPassphrase
    self.sudoPassword = sudoPassword
  }
}

/// One ``KeyFile`` per path, however many hosts use it.
final class KeyFiles: Sendable {
  private let passphrase: KeyFile.PassphraseProvider?
  private let files = Mutex<[String: KeyFile]>([:])

  init(passphrase: KeyFile.PassphraseProvider?) { self.passphrase = passphrase }

  func files(_ paths: [String]) -> [KeyFile] {
    files.withLock { files in
      paths.map { path in
        let file = files[path] ?? KeyFile(path, passphrase: passphrase)
        files[path] = file
        return file
      }
    }
  }
}
