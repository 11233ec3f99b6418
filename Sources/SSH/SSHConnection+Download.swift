package import Diagnostics
import Crypto
import Foundation
import Glibc

extension SSHConnection {
  /// Copies a file of the host to `file` on this machine: to a temporary name beside it, checked by SHA-256, then
  /// renamed.
  ///
  /// - Parameter progress: bytes received so far and of how many.
  package func download(
    _ path: String, to file: String, as privilege: Privilege,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)? = nil
  ) async throws(HearthError) {
    let sink = try DownloadSink(file)
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
        hint: "See what the host says below", output: result.errorText.split(separator: "\n").map(String.init),
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
  private let descriptor: Int32
  private var header: [UInt8]? = []
  private var hash = SHA256()
  private var expected = ""
  private var isDone = false
  private(set) var doneBytes = 0
  private(set) var totalBytes = 0

  init(_ file: String) throws(HearthError) {
    self.file = file
    temporary = file + ".hearth-" + String(UInt32.random(in: .min ... .max), radix: 16)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("cannot write \(temporary)") }
  }

  deinit {
    close(descriptor)
    if !isDone { unlink(temporary) }
  }

  func take(_ bytes: [UInt8]) throws(HearthError) {
    guard var lines = header else { return try write(bytes) }
    lines += bytes
    header = lines
    let parts = lines.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return }
    totalBytes = Int(String(decoding: parts[0], as: UTF8.self)) ?? 0
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
  }

  func finish(_ path: String, on target: SSHTarget) throws(HearthError) {
    guard hash.finalize().hexadecimal == expected else {
      throw HearthError(
        .checksum, "\(path) of \(target.address) arrived with the wrong checksum",
        subject: Subject(host: target.name, file: path),
        hint: "The file may be changing on the host: run the same command again"
      )
    }
    guard fsync(descriptor) == 0, rename(temporary, file) == 0 else { throw .system("cannot write \(file)") }
    isDone = true
  }
}
