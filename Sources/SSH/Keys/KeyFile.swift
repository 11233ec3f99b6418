package import Diagnostics
import Foundation
import Glibc
import Untrusted

/// A private key on disk. However many hosts use it, it is read, its passphrase asked for, and decrypted once; and the
/// passphrase is asked for only when a host has said that it would accept the key.
package actor KeyFile {
  /// Asks for the passphrase of the key file at `path`; nil gives the key up. `attempt` counts from 1.
  package typealias PassphraseProvider = @Sendable (_ path: String, _ attempt: Int) async -> Secret<String>?

  /// Wrong passphrases before the key is given up.
  private static let attempts = 3

  private static let largest = 1 << 20
  private static let missing = "does not exist"
  private static let unreadable = "cannot be read"
  /// Why a file gave no key at all.
  static let objections = [
    missing, unreadable, "is not a private key", "is a public key, not a private one", "is a folder", "is empty",
  ]

  package nonisolated let path: String
  private let passphrase: PassphraseProvider?
  private var loaded: Result<PrivateKeyFile, HearthError>?
  private var unlocking: Task<Result<PrivateKey, HearthError>, Never>?

  package init(_ path: String, passphrase: PassphraseProvider? = nil) {
    self.path = path
    self.passphrase = passphrase
  }

  /// What signs with this key. Reads the file, asks for nothing.
  func signer() throws(HearthError) -> any Signer {
    KeyFileSigner(file: self, publicKey: try load().publicKey, label: "key \(path)")
  }

  fileprivate func unlocked() async throws(HearthError) -> PrivateKey {
    if let unlocking { return try await unlocking.value.get() }
    let task = Task { await self.unlock() }
    unlocking = task
    return try await task.value.get()
  }

  private func load() throws(HearthError) -> PrivateKeyFile {
    if let loaded { return try loaded.get() }
    let result = Result { () throws(HearthError) -> PrivateKeyFile in
      try Self.checkAccess(path)
      let bytes: [UInt8]
      do throws(HearthError) {
        bytes = try RegularFile.read(path, limitBytes: Self.largest)
      } catch {
        let isThere = FileManager.default.fileExists(atPath: path)
        throw HearthError(
          .local, isThere ? Self.unreadable : Self.missing, subject: Subject(file: path),
          hint: "Check that it exists and is yours", cause: error.cause ?? error.message)
      }
      return try PrivateKeyFile(String(decoding: bytes, as: UTF8.self), path: path)
    }
    loaded = result
    return try result.get()
  }

  /// OpenSSH's rule (`sshkey_perm_ok`): a key of one's own that others may read or write is not used.
  private static func checkAccess(_ path: String) throws(HearthError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw HearthError(.local, "is a folder", subject: Subject(file: path), hint: "Name a private key file in it")
    }
    guard status.st_uid == getuid(), status.st_mode & 0o077 != 0 else { return }
    let mode = String(status.st_mode & 0o777, radix: 8)
    throw HearthError(
      .local, "can be read by others (mode 0\(mode)), so it is not used", subject: Subject(file: path),
      hint: "If it is yours alone: chmod 600 \(path.shellQuoted). If others may have read it, make a new key",
      command: "ls -l \(path.shellQuoted)")
  }

  private func unlock() async -> Result<PrivateKey, HearthError> {
    do throws(HearthError) {
      let file = try load()
      if !file.isEncrypted { return .success(try file.decrypt(nil)) }
      guard let passphrase else { throw locked("is encrypted, and there is no terminal to ask for its passphrase") }
      for attempt in 1...Self.attempts {
        guard let secret = await passphrase(path, attempt) else { throw locked("needs a passphrase") }
        do throws(HearthError) {
          return .success(try file.decrypt(secret))
        } catch {
          guard error.code == .authentication else { throw error }
        }
      }
      throw locked("was given a wrong passphrase \(Self.attempts) times")
    } catch {
      return .failure(error)
    }
  }

  private func locked(_ why: String) -> HearthError {
    HearthError(
      .authentication, "the key \(path) \(why)", subject: Subject(file: path),
      hint: "Put the key into an agent: ssh-add \(path.shellQuoted)", command: "ssh-add \(path.shellQuoted)"
    )
  }
}

private struct KeyFileSigner: Signer {
  let file: KeyFile
  let publicKey: [UInt8]
  let label: String

  func sign(_ data: [UInt8]) async throws(HearthError) -> [UInt8] {
    try await file.unlocked().sign(data)
  }
}
