import CCurl
import Foundation
import Synchronization
import Untrusted

/// One request in flight: made by the caller, driven by the curl thread, ended once.
final class Transfer: Sendable {
  let request: TransferRequest
  private let sink: any BodySink
  private let state = Mutex(State())

  private static let mostHeadBytes = 1 << 20

  private struct State {
    var head = ResponseHead(status: 0, headers: HTTPHeaders())
    var isCancelled = false
    /// Of all heads together; a server that sends more is not listened to.
    var headBytes = 0
    var continuation: CheckedContinuation<TransferResult, Never>?
  }

  init(_ request: TransferRequest, sink: any BodySink, continuation: CheckedContinuation<TransferResult, Never>) {
    self.request = request
    self.sink = sink
    state.withLock { $0.continuation = continuation }
  }

  var head: ResponseHead { state.withLock(\.head) }
  var isCancelled: Bool { state.withLock(\.isCancelled) }

  func cancel() { state.withLock { $0.isCancelled = true } }

  func end(_ result: TransferResult) {
    let continuation = state.withLock { state in
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(returning: result)
  }

  /// A header line; a status line begins a new head, so that those of redirects do not stay.
  func receiveHeader(_ line: String) {
    state.withLock { state in
      state.headBytes = state.headBytes.saturatingPlus(line.utf8.count)
      guard state.headBytes <= Self.mostHeadBytes else { return }
      if line.hasPrefix("HTTP/") {
        let words = line.split(separator: " ")
        state.head = ResponseHead(
          status: words.count > 1 ? Int(checked: words[1], in: 100...999) ?? 0 : 0, headers: HTTPHeaders())
      } else if let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
        state.head.headers[String(line[..<colon])] = value
      }
    }
  }

  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool { sink.receive(bytes, head: head) }
}

/// libcurl's callbacks; `context` is the transfer, which the curl thread keeps alive while its handle exists.
let receiveBody: hearth_curl_receiver = { bytes, size, count, context in
  guard let bytes, let context else { return 0 }
  let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

let receiveHeader: hearth_curl_receiver = { bytes, size, count, context in
  guard let bytes, let context else { return 0 }
  let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  transfer.receiveHeader(String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self))
  return size * count
}

let sendBody: hearth_curl_receiver = { bytes, size, count, context in
  guard let bytes, let context,
    let source = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().request.source
  else { return Int(CURL_READFUNC_ABORT) }
  return source.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? Int(CURL_READFUNC_ABORT)
}

let seekBody: hearth_curl_seeker = { context, offset, origin in
  guard let context, origin == SEEK_SET,
    let source = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().request.source
  else { return CURL_SEEKFUNC_CANTSEEK }
  return source.seek(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}
