import Diagnostics
import Synchronization

/// One request, as the curl thread carries it out.
struct TransferRequest: Sendable {
  var method: HTTPMethod = .get
  var url: String
  var headers: [String: String]
  var options: HTTPOptions
  /// nil: no limit but the stall's.
  var timeout: Duration?
  /// Lets the server compress; off where bytes are counted or hashed.
  var acceptsCompression: Bool
  /// What is sent; only with `PUT`.
  var source: FileSource?
  /// What is sent; only with `POST`.
  var form: Secret<String>?
  /// `user:password`, for basic or digest login as the server asks.
  var login: Secret<String>?

  /// The name of a header that would end early and begin another, as a token from a server could make it.
  var brokenHeader: String? {
    headers.first { ($0.key + $0.value).utf8.contains { $0 < 0x20 || $0 == 0x7F } }?.key
  }
}

/// Status line and headers, before the body.
struct ResponseHead: Sendable {
  var status: Int
  var headers: HTTPHeaders
}

/// Takes a body piece by piece, on the curl thread.
protocol BodySink: Sendable {
  /// - Returns: false to end the transfer; the sink knows why.
  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool
}

/// How a transfer ended.
enum TransferResult: Sendable {
  case answered(ResponseHead)
  /// libcurl's code and words.
  case failed(code: Int, detail: String)
  case cancelled
  /// The curl thread could not enter the network namespace.
  case noNamespace(String, errno: Int32)
}

/// Joins a transfer and its cancellation, whichever comes first.
final class TransferSlot: Sendable {
  private let state = Mutex<(transfer: Transfer?, isCancelled: Bool)>((nil, false))

  func fill(_ transfer: Transfer) {
    let isCancelled = state.withLock { state in
      state.transfer = transfer
      return state.isCancelled
    }
    if isCancelled { transfer.cancel() }
  }

  func cancel() {
    let transfer = state.withLock { state in
      state.isCancelled = true
      return state.transfer
    }
    transfer?.cancel()
  }
}

/// Keeps a body in memory, up to a limit.
final class MemorySink: BodySink {
  private let limit: Int
  private let state = Mutex<(bytes: [UInt8], isOverLimit: Bool)>(([], false))

  init(limit: Int) { self.limit = limit }

  var body: [UInt8] { state.withLock(\.bytes) }
  var isOverLimit: Bool { state.withLock(\.isOverLimit) }

  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    state.withLock { state in
      guard state.bytes.count + bytes.count <= limit else {
        state.isOverLimit = true
        return false
      }
      state.bytes.append(contentsOf: bytes)
      return true
    }
  }
}
