import CCurl
package import Diagnostics
import Foundation

/// HTTP and HTTPS with libcurl: certificates verified, proxies honoured, failures that pass tried again.
///
/// ```swift
/// let http = HTTPClient()
/// let release = try await http.get("https://dl.k8s.io/release/stable.txt").text
/// try await http.download(url, to: file, checksum: Checksum(.sha256, hex: hash))
/// ```
/// All transfers of a client run on one thread of its own, which ends with the client.
package final class HTTPClient: Sendable {
  package let options: HTTPOptions
  private let thread: CurlThread

  /// - Parameter networkNamespace: a name below `/run/netns` or a path, such as that of a virtual rack; all requests
  ///   are made from inside it. Needs root.
  package init(networkNamespace: String? = nil, options: HTTPOptions = HTTPOptions()) {
    self.options = options
    thread = CurlThread()
    thread.start(networkNamespace: networkNamespace)
  }

  deinit { thread.stop() }

  /// Asks for a URL and returns the answer, whatever its status; transient statuses and broken connections are tried
  /// again first.
  ///
  /// - Parameter peer: decides what the next step after a failure is.
  /// - Throws: ``HearthError`` `download` when no whole answer came, `cancelled`.
  package func get(
    _ url: String, headers: [String: String] = [:], login: Secret<String>? = nil, limits: HTTPLimits = HTTPLimits(),
    of peer: HTTPPeer = .server
  ) async throws(HearthError) -> HTTPResponse {
    try await send(.get, url, headers: headers, login: login, limits: limits, to: peer)
  }

  /// As ``get(_:headers:limits:)``, with any method.
  ///
  /// - Parameters:
  ///   - file: what `PUT` sends; its length is that of the file when this is called.
  ///   - form: the fields that `POST` sends, which may hold secrets.
  ///   - text: what `POST` sends in place of a form, such as JSON; `Content-Type` is among the headers then.
  ///   - login: `user:password` for a server that asks for basic or digest login.
  ///   - isRepeatable: the same may be asked twice without harm; nil means all but `POST`. What is not repeatable is sent
  ///     again only where the server cannot have acted on it.
  /// - Throws: ``HearthError`` `local` when the file cannot be read, else as a GET does.
  package func send(
    _ method: HTTPMethod, _ url: String, headers: [String: String] = [:], file: String? = nil,
    form: Secret<[String: String]>? = nil, text: Secret<String>? = nil, login: Secret<String>? = nil,
    isRepeatable: Bool? = nil, limits: HTTPLimits = HTTPLimits(), to peer: HTTPPeer = .server
  ) async throws(HearthError) -> HTTPResponse {
    let attempts = limits.attempts ?? options.retries.attempts
    let isRepeatable = isRepeatable ?? (method != .post)
    var attempt = 1
    while true {
      let sink = MemorySink(limit: limits.bytes)
      let source = try file.map { path throws(HearthError) in try FileSource(path: path) }
      let request = TransferRequest(
        method: method, url: url, headers: headers, options: options, timeout: limits.timeout, acceptsCompression: true,
        source: source, form: text ?? form.map(Self.encoded), login: login)
      let result = await perform(request, sink: sink)
      var retryAfter: String?
      switch result {
      case .answered(let head):
        guard RetryPolicy.isTransient(status: head.status, isRepeatable: isRepeatable), attempt < attempts else {
          return HTTPResponse(status: head.status, headers: head.headers, body: sink.body)
        }
        retryAfter = head.headers["retry-after"]
      case .failed, .cancelled, .noNamespace:
        if let file, let code = source?.failure { throw HearthError.reading(file, errno: code) }
        if sink.isOverLimit { throw HearthError.tooLong(url, limit: limits.bytes, peer: peer) }
        guard isRepeatable ? result.isTransient : result.isUnsent, attempt < attempts else {
          throw HearthError.transfer(url, result, options: options, method: method, peer: peer)
        }
      }
      try await pause(options.retries.pause(after: attempt, retryAfter: retryAfter), url)
      attempt += 1
    }
  }

  /// `application/x-www-form-urlencoded`, which is what libcurl says that a form is.
  private static func encoded(_ form: Secret<[String: String]>) -> Secret<String> {
    let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    let fields = form.reveal().sorted { $0.key < $1.key }.map { field in
      [field.key, field.value].map { $0.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }.joined(
        separator: "=")
    }
    return Secret(fields.joined(separator: "&"))
  }

  /// Runs one transfer to its end; a cancelled task ends it early.
  func perform(_ request: TransferRequest, sink: any BodySink) async -> TransferResult {
    if let name = request.brokenHeader {
      return .failed(
        code: Int(CURLE_BAD_FUNCTION_ARGUMENT.rawValue), detail: "the header \(name) would hold a control character")
    }
    let slot = TransferSlot()
    let thread = thread
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let transfer = Transfer(request, sink: sink, continuation: continuation)
        slot.fill(transfer)
        thread.submit(transfer)
      }
    } onCancel: {
      slot.cancel()
      thread.wake()
    }
  }

  package func pause(_ duration: Duration, _ url: String) async throws(HearthError) {
    do {
      try await Task.sleep(for: duration)
    } catch {
      throw HearthError.transfer(url, .cancelled, options: options)
    }
  }
}

/// What is asked of a server.
package enum HTTPMethod: Sendable {
  case get
  case head
  /// With a form as its body, or nothing.
  case post
  /// With a file as its body.
  case put

  /// Follows redirects; what changes something on a server does not.
  var isReading: Bool { self == .get || self == .head }
}

/// A server's answer, whatever its status.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package var isSuccess: Bool { (200..<300).contains(status) }
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// What to tell people when this answer to `url` is not the wanted one.
  package func failure(of url: String, peer: HTTPPeer = .server) -> HearthError {
    HearthError.status(url, ResponseHead(status: status, headers: headers), peer: peer)
  }
}

/// Header fields; names in any case.
package struct HTTPHeaders: Sendable, Equatable {
  private var fields: [String: String] = [:]

  package init() {}

  package subscript(name: String) -> String? {
    get { fields[name.lowercased()] }
    set { fields[name.lowercased()] = newValue }
  }
}
