import Bootstrap
import Diagnostics
import Foundation
import PKI

extension RackRun {
  private var passphraseFile: String { Passphrase.file(in: stateFolder) }

  /// The rack's passphrase: from a file, the environment, or the copy beside the rack's keys.
  ///
  /// - Parameters:
  ///   - create: makes one where there is none yet.
  ///   - isPrinted: the card follows, and need not be asked for.
  func passphrase(file: String?, create: Bool, isPrinted: Bool = false) throws(HearthError) -> Secret<String> {
    if let known = try Passphrase.known(file: file, in: stateFolder) { return known }
    if create {
      let new = RecoveryCard.newPassphrase()
      try Folders.create(stateFolder)
      try PrivateFile.write(Array((new.reveal() + "\n").utf8), to: passphraseFile)
      if isPrinted { return new }
      events.emit(
        .note(
          level: .warning, host: nil,
          text:
            "a passphrase for backups was made: print the recovery card with `hearth recovery-card`, once, and put it away"
        ))
      return new
    }
    return try Passphrase.asked()
  }
}

/// Where passphrases come from.
enum Passphrase {
  /// The rack's own, beside its keys.
  static func file(in stateFolder: String) -> String { "\(stateFolder)/backup-passphrase" }

  /// The one that is given, otherwise the rack's own; nil where there is neither.
  static func known(file: String?, in stateFolder: String) throws(HearthError) -> Secret<String>? {
    if let given = try given(file: file) { return given }
    return try read(self.file(in: stateFolder))
  }

  static func asked() throws(HearthError) -> Secret<String> {
    try Question.secret("Passphrase of the backup (on the recovery card)")
  }

  static func given(file: String?) throws(HearthError) -> Secret<String>? {
    if let file {
      guard let secret = try read(file) else {
        throw HearthError(.usage, "there is no such file, or it is empty", subject: Subject(file: file))
      }
      return secret
    }
    let value = ProcessInfo.processInfo.environment["HEARTH_PASSPHRASE"] ?? ""
    return value.isEmpty ? nil : Secret(value)
  }

  /// The first line of a file; nil when there is none.
  static func read(_ file: String) throws(HearthError) -> Secret<String>? {
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw HearthError(
        .local, "the file cannot be read", subject: Subject(file: file), command: "ls -l \(file.shellQuoted)")
    }
    let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
    return line.map { Secret(String($0)) }
  }
}
