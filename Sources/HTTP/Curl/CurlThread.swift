import CCurl
import Foundation
import Synchronization

/// libcurl's multi interface on one thread of its own. Requests come in through an inbox; `curl_multi_wakeup` rings.
final class CurlThread: Sendable {
  /// The only pointer that two threads know. It is sound to share because other threads do nothing with it but
  /// `curl_multi_wakeup`, which libcurl documents as safe from any thread, and it is freed only when neither the
  /// client nor the loop holds the `CurlThread` any more.
  private struct Multi: @unchecked Sendable { let handle: UnsafeMutableRawPointer }

  private struct Inbox {
    var new: [Transfer] = []
    var stop = false
  }

  /// nil where libcurl could not start: memory is short.
  private let multi: Multi?
  private let inbox = Mutex(Inbox())
  private static let initialised: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init() {
    guard CurlThread.initialised, let handle = curl_multi_init() else {
      multi = nil
      return
    }
    multi = Multi(handle: handle)
    _ = hearth_curl_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, 6)
  }

  deinit { if let multi { curl_multi_cleanup(multi.handle) } }

  func start(networkNamespace: String?) {
    guard let multi else { return }
    let thread = Thread { self.loop(on: multi.handle, networkNamespace) }
    thread.name = "hearth-http"
    thread.start()
  }

  func stop() {
    inbox.withLock { $0.stop = true }
    wake()
  }

  func submit(_ transfer: Transfer) {
    guard multi != nil else {
      return transfer.end(.failed(code: Int(CURLE_FAILED_INIT.rawValue), detail: "libcurl could not start"))
    }
    inbox.withLock { $0.new.append(transfer) }
    wake()
  }

  /// After ``submit(_:)`` and after ``Transfer/cancel()``.
  func wake() { if let multi { _ = curl_multi_wakeup(multi.handle) } }

  private func loop(on multi: UnsafeMutableRawPointer, _ networkNamespace: String?) {
    let refusal = networkNamespace.flatMap(enter)
    // Boxed: a handle's deinit frees what libcurl still uses unless it was removed from the multi handle first.
    var live: [UnsafeMutableRawPointer: Box] = [:]
    while true {
      let (new, stop) = inbox.withLock { inbox in
        defer { inbox.new = [] }
        return (inbox.new, inbox.stop)
      }
      for transfer in new {
        if let refusal {
          transfer.end(refusal)
        } else if let box = Box(transfer) {
          live[box.easy.handle] = box
          curl_multi_add_handle(multi, box.easy.handle)
        } else {
          transfer.end(.failed(code: Int(CURLE_OUT_OF_MEMORY.rawValue), detail: "out of memory"))
        }
      }
      for (handle, box) in live where stop || box.easy.transfer.isCancelled {
        curl_multi_remove_handle(multi, handle)
        live[handle] = nil
        box.easy.transfer.end(.cancelled)
      }
      if stop { return }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      finish(&live, on: multi)
      curl_multi_poll(multi, nil, 0, 60_000, nil)
    }
  }

  private func finish(_ live: inout [UnsafeMutableRawPointer: Box], on multi: UnsafeMutableRawPointer) {
    var queued: Int32 = 0
    while let message = curl_multi_info_read(multi, &queued) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      curl_multi_remove_handle(multi, handle)
      guard let box = live.removeValue(forKey: handle) else { continue }
      let transfer = box.easy.transfer
      if code == CURLE_OK {
        transfer.end(.answered(transfer.head))
      } else {
        transfer.end(.failed(code: Int(code.rawValue), detail: box.easy.words(for: code)))
      }
    }
  }

  /// Moves this thread, and with it every socket and name look-up of libcurl, into the namespace.
  private func enter(_ namespace: String) -> TransferResult? {
    let path = namespace.hasPrefix("/") ? namespace : "/run/netns/\(namespace)"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .noNamespace(path, errno: errno) }
    defer { close(descriptor) }
    return hearth_curl_enter_network_namespace(descriptor) == 0 ? nil : .noNamespace(path, errno: errno)
  }
}

/// A place on the heap for a handle, so that a dictionary can hold it.
private final class Box {
  let easy: EasyHandle
  init?(_ transfer: Transfer) {
    guard let easy = EasyHandle(transfer) else { return nil }
    self.easy = easy
  }
}
