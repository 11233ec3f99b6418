package import Diagnostics
import Foundation

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
