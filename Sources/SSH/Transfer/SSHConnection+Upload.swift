package import Diagnostics
import Crypto
import Foundation
import Untrusted

extension SSHConnection {
  /// Writes a file on the host: to a temporary name beside `path`, checked there by SHA-256, mode and owner set, put on
  /// disk, then renamed over `path`. Whoever reads `path` sees the old file or the new one, whole.
  ///
  /// The folder must exist. A file on this machine is sent in chunks and never is in memory as a whole.
  ///
  /// - Parameters:
  ///   - owner: as `chown` takes it, such as `root:root`.
  ///   - progress: bytes read so far of what is sent, and of how many; the compressed ones if those are sent.
  package func upload(
    _ source: UploadSource, to path: String, mode: UInt16, owner: String, as privilege: Privilege,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)? = nil
  ) async throws(HearthError) {
    var program = UploadProgram(path: path, mode: mode, owner: owner)
    var head: [UInt8] = []
    var chunks: FileChunks?
    switch source {
    case .bytes(let bytes):
      head = bytes
      program.sha256 = SHA256.hash(data: bytes).hexadecimal
    case .file(let file, let sha256, let gzipped):
      program.sha256 = sha256
      program.isGzipped = gzipped != nil
      let total = FileChunks.size(of: gzipped ?? file)
      chunks = try FileChunks(gzipped ?? file) { done in progress?(done, max(done, total)) }
    }
    let result = try await run(
      program.text, as: privilege, input: head, then: chunks, output: CommandOutput(limitBytes: 1 << 20),
      limit: .stall(.seconds(300))
    )
    if result.status != 0 { throw program.failure(result, target) }
    if chunks == nil { progress?(head.count, head.count) }
  }
}
