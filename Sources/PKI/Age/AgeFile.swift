import Crypto
package import Diagnostics
package import Foundation
import Untrusted

/// Files encrypted with a passphrase in the age format, which `age -d` opens without hearth.
package enum AgeFile {
  /// What ``encrypt`` takes: as much as age itself.
  package static let workFactor = AgeHeader.workFactor

  /// Of plain text; the last chunk may be shorter.
  private static let chunkBytes = 64 << 10
  private static let tagBytes = 16

  /// Writes `source`, encrypted, to `target`: to a temporary name beside it, flushed, then renamed; mode 0600.
  /// - Parameter workFactor: the logarithm of the rounds that each guess of the passphrase costs.
  package static func encrypt(
    _ source: String, to target: String, passphrase: Secret<String>, workFactor: Int = AgeFile.workFactor
  ) throws(HearthError) {
    let header = try AgeHeader(passphrase: passphrase, workFactor: workFactor)
    let nonce = AgeHeader.random(16)
    let key = header.payloadKey(nonce: nonce)
    try copy(source, target) { (input, output) throws in
      try output.write(contentsOf: Data(header.text.utf8) + Data(nonce))
      var chunk = try input.read(upToCount: chunkBytes) ?? Data()
      var index: UInt64 = 0
      while true {
        let next = chunk.count == chunkBytes ? try input.read(upToCount: chunkBytes) ?? Data() : Data()
        try output.write(contentsOf: try seal(chunk, key, index: index, last: next.isEmpty))
        if next.isEmpty { return }
        chunk = next
        index += 1
      }
    }
  }

  /// Writes what `source` holds to `target`, mode 0600; nothing is left at `target` unless all of it is genuine.
  package static func decrypt(_ source: String, to target: String, passphrase: Secret<String>) throws(HearthError) {
    try copy(source, target) { (input, output) throws in try decrypt(source, input, output, passphrase) }
  }

  /// Writes what `source` holds to a file that is open, such as one without a name. After an error the part that was
  /// written is worth nothing.
  package static func decrypt(
    _ source: String, into target: FileHandle, passphrase: Secret<String>
  ) throws(HearthError) {
    let input = try reading(source)
    defer { try? input.close() }
    do {
      try decrypt(source, input, target, passphrase)
    } catch {
      throw failure(error, source: source, target: "a temporary file")
    }
  }

  private static func decrypt(
    _ source: String, _ input: FileHandle, _ output: FileHandle, _ passphrase: Secret<String>
  ) throws {
    let header = try AgeHeader(lines: try firstLines(input), passphrase: passphrase)
    guard let nonce = try input.read(upToCount: 16), nonce.count == 16 else { throw cutShort(source) }
    let key = header.payloadKey(nonce: Array(nonce))
    let sealedBytes = chunkBytes + tagBytes
    var chunk = try input.read(upToCount: sealedBytes) ?? Data()
    var index: UInt64 = 0
    while true {
      let next = chunk.count == sealedBytes ? try input.read(upToCount: sealedBytes) ?? Data() : Data()
      guard chunk.count >= tagBytes,
        let box = try? ChaChaPoly.SealedBox(
          nonce: Self.nonce(index, last: next.isEmpty), ciphertext: chunk.dropLast(tagBytes),
          tag: chunk.suffix(tagBytes)),
        let plain = try? ChaChaPoly.open(box, using: key)
      else { throw cutShort(source) }
      // Only an empty file has an empty chunk; any other is one chunk more than was written.
      guard !plain.isEmpty || index == 0 else { throw cutShort(source) }
      try output.write(contentsOf: plain)
      if next.isEmpty { return }
      chunk = next
      index += 1
    }
  }

  /// Whether the file begins as such files do.
  package static func isEncrypted(_ path: String) -> Bool {
    guard let handle = try? reading(path) else { return false }
    defer { try? handle.close() }
    return (try? handle.read(upToCount: AgeHeader.version.utf8.count)) == Data(AgeHeader.version.utf8)
  }

  /// One chunk as the file holds it.
  static func seal(_ chunk: some DataProtocol, _ key: SymmetricKey, index: UInt64, last: Bool) throws -> Data {
    let box = try ChaChaPoly.seal(chunk, using: key, nonce: nonce(index, last: last))
    return box.ciphertext + box.tag
  }

  /// Eleven bytes that count, and one that marks the last chunk.
  private static func nonce(_ index: UInt64, last: Bool) throws -> ChaChaPoly.Nonce {
    let counter = (0..<8).map { UInt8(truncatingIfNeeded: index >> (56 - 8 * UInt64($0))) }
    return try ChaChaPoly.Nonce(data: [0, 0, 0] + counter + [last ? 1 : 0])
  }

  private static func firstLines(_ input: FileHandle) throws -> [String] {
    var lines: [String] = []
    var line: [UInt8] = []
    while lines.count < 4, line.count < 512, let byte = try input.read(upToCount: 1)?.first {
      if byte == UInt8(ascii: "\n") {
        lines.append(String(decoding: line, as: UTF8.self))
        line = []
      } else {
        line.append(byte)
      }
    }
    return lines
  }

  private static func cutShort(_ file: String) -> HearthError {
    HearthError(
      .checksum, "the file is cut short or was changed since it was written", subject: Subject(file: file),
      hint: "take another backup")
  }

  private static func copy(
    _ source: String, _ target: String, _ work: (FileHandle, FileHandle) throws -> Void
  ) throws(HearthError) {
    let temporary = "\(target).hearth-\(ProcessInfo.processInfo.processIdentifier)"
    let input = try reading(source)
    defer { try? input.close() }
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw HearthError(
        .local, "the file cannot be written: \(String(cString: strerror(errno)))", subject: Subject(file: target),
        hint: "look at the folder's owner, and free disk space with `df -h`")
    }
    let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try work(input, output)
      try output.synchronize()
      try output.close()
      guard rename(temporary, target) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      unlink(temporary)
      throw failure(error, source: source, target: target)
    }
  }

  private static func reading(_ source: String) throws(HearthError) -> FileHandle {
    // A named pipe would be waited for.
    try RegularFile.check(source)
    if let input = FileHandle(forReadingAtPath: source) { return input }
    throw HearthError(
      .local, "the file cannot be read", subject: Subject(file: source), hint: "look at its owner and its mode",
      command: "ls -l \(source.shellQuoted)")
  }

  private static func failure(_ error: any Error, source: String, target: String) -> HearthError {
    if let error = error as? HearthError { return error.at(Subject(file: source)) }
    return HearthError(
      .local, "the file cannot be written", subject: Subject(file: target),
      hint: "look at the folder's owner, and free disk space with `df -h`", cause: "\(error)")
  }
}
