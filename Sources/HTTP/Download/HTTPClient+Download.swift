package import Diagnostics
import Foundation

extension HTTPClient {
  /// Downloads to a file that appears only when it is whole and, if `checksum` is given, right.
  ///
  /// Bytes go to `FILE.part`; what an earlier run left there is not fetched again. Broken connections, stalls and
  /// servers in trouble are tried again with growing pauses, for as long as something arrives.
  ///
  /// - Parameters:
  ///   - resume: false starts from nothing.
  ///   - mostBytes: a longer file is refused while it arrives, and leaves nothing on the disk.
  ///   - progress: called from the client's thread, at most ten times a second, and once at the end.
  /// - Throws: ``HearthError`` `download`, `checksum`, `local` (disk full, no permission) or `cancelled`.
  package func download(
    _ url: String, to file: String, checksum: Checksum? = nil, headers: [String: String] = [:], resume: Bool = true,
    mostBytes: Int = 16 << 30, progress: (@Sendable (HTTPProgress) -> Void)? = nil
  ) async throws(HearthError) {
    let part = PartFile(of: file)
    if !resume { part.discard() }
    var isPatchwork = try await complete(part, url, checksum, headers, mostBytes, progress)
    guard let checksum else { return try part.finish(as: file) }
    var found = try Checksum.of(file: part.path, checksum.algorithm)
    if found != checksum, isPatchwork {
      // Two versions of the file may have met in the part file: once more from the start.
      part.discard()
      isPatchwork = try await complete(part, url, checksum, headers, mostBytes, progress)
      found = try Checksum.of(file: part.path, checksum.algorithm)
    }
    guard found == checksum else {
      part.discard()
      throw HearthError.wrongBytes(url, wanted: checksum, found: found)
    }
    try part.finish(as: file)
  }

  /// Fills the part file.
  ///
  /// - Returns: whether the bytes came in more than one piece.
  private func complete(
    _ part: PartFile, _ url: String, _ checksum: Checksum?, _ headers: [String: String], _ mostBytes: Int,
    _ progress: (@Sendable (HTTPProgress) -> Void)?
  ) async throws(HearthError) -> Bool {
    var attempt = 0
    var best = part.bytes
    var isPatchwork = false
    while true {
      attempt += 1
      let (offset, range) = continuation(of: part, url, checksum)
      let request = TransferRequest(
        url: url, headers: headers.merging(range) { _, range in range }, options: options, timeout: nil,
        acceptsCompression: false)
      let sink = FileSink(part, url: url, offset: offset, mostBytes: mostBytes, progress: progress)
      let result = await perform(request, sink: sink)
      if let failure = sink.failure, failure.code == .local { throw failure }
      var retryAfter: String?
      var error = HearthError.transfer(url, result, options: options, resumes: true)
      var isTransient = result.isTransient
      switch result {
      case .answered(let head) where head.status == 200 || head.status == 206:
        sink.receiveNothing(head: head)
        try sink.finish()
        return isPatchwork || sink.isResumed
      case .answered(let head) where head.status == 416:
        // Nothing lies behind what we have: it is whole already, or not this file.
        if let checksum, try Checksum.of(file: part.path, checksum.algorithm) == checksum { return false }
        part.discard()
        isTransient = true
      case .answered(let head):
        isTransient = RetryPolicy.isTransient(status: head.status)
        retryAfter = head.headers["retry-after"]
      default:
        if let failure = sink.failure {
          error = failure
          part.discard()
          isTransient = !sink.isTooLong
        }
      }
      isPatchwork = isPatchwork || sink.isResumed
      if part.bytes > best + (1 << 18) {
        best = part.bytes
        attempt = 1
      }
      guard isTransient, attempt < options.retries.attempts else { throw error }
      try await pause(options.retries.pause(after: attempt, retryAfter: retryAfter), url)
    }
  }

  /// Where to go on, and the headers that ask for it. Bytes of unknown version are kept only if a checksum will tell.
  private func continuation(
    of part: PartFile, _ url: String, _ checksum: Checksum?
  ) -> (offset: Int, headers: [String: String]) {
    let bytes = part.bytes
    guard bytes > 0, part.comes(from: url) else { return (0, [:]) }
    if let validator = part.validator(for: url) {
      return (bytes, ["Range": "bytes=\(bytes)-", "If-Range": validator])
    }
    return checksum == nil ? (0, [:]) : (bytes, ["Range": "bytes=\(bytes)-"])
  }
}

extension HearthError {
  static func wrongBytes(_ url: String, wanted: Checksum, found: Checksum) -> HearthError {
    let shown = displayed(url)
    return HearthError(
      .checksum, "\(shown): the bytes are not those that are expected, and were thrown away",
      hint:
        "Try again later or from another network or mirror; a proxy may have answered in the server's place. Do not "
        + "change the checksum unless its source confirms the new one.",
      cause: "wanted \(wanted), found \(found)",
      command: "curl -fL \(shown.shellQuoted) | \(wanted.algorithm.rawValue)sum")
  }
}

extension HTTPClient {
  /// As ``get(_:headers:limits:)``, but the body of a successful answer goes to a file, whatever its length, and memory
  /// stays small. The file appears whole or not at all; other answers, such as 304, leave it as it is.
  ///
  /// - Returns: the answer with an empty body.
  /// - Throws: ``HearthError`` `download` when no whole answer came, `local` when the file cannot be written, `cancelled`.
  package func store(
    _ url: String, to file: String, headers: [String: String] = [:], limits: HTTPLimits = HTTPLimits()
  ) async throws(HearthError) -> HTTPResponse {
    let attempts = limits.attempts ?? options.retries.attempts
    let part = "\(file).\(UUID().uuidString).part"
    defer { unlink(part) }
    var attempt = 1
    while true {
      let sink = StoreSink(path: part, limit: limits.bytes)
      let request = TransferRequest(
        url: url, headers: headers, options: options, timeout: limits.timeout, acceptsCompression: true)
      let result = await perform(request, sink: sink)
      if let code = sink.failure { throw HearthError.writing(file, errno: code) }
      if sink.isOverLimit { throw HearthError.tooLong(url, limit: limits.bytes) }
      var retryAfter: String?
      if case .answered(let head) = result {
        if !RetryPolicy.isTransient(status: head.status) || attempt >= attempts {
          if (200..<300).contains(head.status) {
            sink.finish()
            if let code = sink.failure { throw HearthError.writing(file, errno: code) }
            guard rename(part, file) == 0 else { throw HearthError.writing(file, errno: errno) }
          }
          return HTTPResponse(status: head.status, headers: head.headers, body: [])
        }
        retryAfter = head.headers["retry-after"]
      } else if !result.isTransient || attempt >= attempts {
        throw HearthError.transfer(url, result, options: options)
      }
      try await pause(options.retries.pause(after: attempt, retryAfter: retryAfter), url)
      attempt += 1
    }
  }
}

/// How far a download is.
package struct HTTPProgress: Sendable, Equatable {
  /// On disk, what an earlier run brought included.
  package var doneBytes: Int
  /// nil while the server has not said.
  package var totalBytes: Int?

  package init(doneBytes: Int, totalBytes: Int?) {
    self.doneBytes = doneBytes
    self.totalBytes = totalBytes
  }
}
