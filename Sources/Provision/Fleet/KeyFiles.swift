package import SSH
import Synchronization

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
