package import Diagnostics
import Crypto
import Foundation
import Glibc
import Untrusted

extension SSHConnection {
  /// Copies a file of the host to `file` on this machine: to a temporary name beside it, checked by SHA-256, then
  /// renamed.
  ///
  /// - Parameter progress: bytes received so far and of how many.
  package func download(
    _ path: String, to file: String, as privilege: Privilege,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)? = nil
  ) async throws(HearthError) {
    try await download(path, DownloadSink(file), as: privilege, progress)
  }

  /// Copies a file of the host into an open one, such as one without a name. After an error what was written is worth
  /// nothing.
  package func download(
    _ path: String, into file: UnnamedFile, as privilege: Privilege,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)? = nil
  ) async throws(HearthError) {
    try await download(path, DownloadSink(file), as: privilege, progress)
  }

  private func download(
    _ path: String, _ sink: DownloadSink, as privilege: Privilege,
    _ progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)?
  ) async throws(HearthError) {
    let program = """
      path=\(path.shellQuoted)
      stat -L -c %s -- "$path" && sha256sum <"$path" && exec cat -- "$path"
      """
    let output = CommandOutput(
      limitBytes: 1 << 20,
      divert: { bytes async throws(HearthError) in
        try await sink.take(bytes)
        let (done, total) = await (sink.doneBytes, sink.totalBytes)
        progress?(done, total)
      })
    let result = try await run(program, as: privilege, output: output, limit: .stall(.seconds(300)))
    guard result.status == 0 else {
      throw HearthError(
        .remoteCommand, "cannot read \(path) on \(target.address)", subject: Subject(host: target.name, file: path),
        hint: "See what the host says below", output: result.errorText.filledLines,
        command: target.command
      )
    }
    try await sink.finish(path, on: target)
  }
}

/// Writes a download: two lines with size and checksum, then the file.
private actor DownloadSink {
  private let file: String
  private let temporary: String
  /// The file has no name, and somebody else closes it.
  private let unnamed: UnnamedFile?
  private let descriptor: Int32
  private var header: [UInt8]? = []
  private var hash = SHA256()
  private var expected = ""
  private var isDone = false
  private(set) var doneBytes = 0
  private(set) var totalBytes = 0

  init(_ file: String) throws(HearthError) {
    self.file = file
    unnamed = nil
    temporary = file + ".hearth-" + String(UInt32.random(in: .min ... .max), radix: 16)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("cannot write \(temporary)") }
  }

  init(_ file: UnnamedFile) {
    unnamed = file
    (self.file, temporary, descriptor) = (file.path, file.path, file.descriptor)
  }

  deinit {
    guard unnamed == nil else { return }
    close(descriptor)
    if !isDone { unlink(temporary) }
  }

  func take(_ bytes: [UInt8]) throws(HearthError) {
    guard var lines = header else { return try write(bytes) }
    lines += bytes
    header = lines
    let parts = lines.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      // A size and a checksum, and no more.
      guard lines.count <= 256 else {
        throw HearthError(
          .remoteCommand, "the host says something else than the file's size and checksum",
          hint: "run the command again; if it stays, look at the host's stat and sha256sum",
          output: String(decoding: lines.prefix(200), as: UTF8.self).lastLines(3))
      }
      return
    }
    totalBytes = try Int(
      checked: String(decoding: parts[0], as: UTF8.self), in: 0...1 << 50, unit: "bytes", of: "the size of the file")
    expected = String(decoding: parts[1].prefix(64), as: UTF8.self)
    header = nil
    try write(Array(parts[2]))
  }

  private func write(_ bytes: [UInt8]) throws(HearthError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw .system("cannot write \(temporary)") }
      rest = rest.dropFirst(count)
    }
    hash.update(data: bytes)
    doneBytes += bytes.count
    guard doneBytes <= totalBytes else {
      throw HearthError(
        .remoteCommand, "the host sends more than the \(totalBytes) bytes that it announced",
        hint: "the file may be growing on the host: run the same command again")
    }
  }

  func finish(_ path: String, on target: SSHTarget) throws(HearthError) {
    guard hash.finalize().hexadecimal == expected else {
      throw HearthError(
        .checksum, "\(path) of \(target.address) arrived with the wrong checksum",
        subject: Subject(host: target.name, file: path),
        hint: "The file may be changing on the host: run the same command again"
      )
    }
    guard unnamed == nil else { return }
    guard fsync(descriptor) == 0, rename(temporary, file) == 0 else { throw .system("cannot write \(file)") }
    isDone = true
  }
}
