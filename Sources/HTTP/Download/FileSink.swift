import Diagnostics
import Foundation
import Synchronization
import Untrusted

/// Writes a body to a part file: behind what is there if the server sends the rest, from the start if it sends all.
final class FileSink: BodySink {
  private let part: PartFile
  private let url: String
  /// Where the request asked the server to begin.
  private let offset: Int
  /// A longer file ends the transfer.
  private let mostBytes: Int
  private let progress: (@Sendable (HTTPProgress) -> Void)?
  private let state = Mutex(State())

  private struct State {
    var descriptor: Int32 = -1
    var failure: HearthError?
    var done = 0
    var total: Int?
    var lastReport: ContinuousClock.Instant?
    var isWholeFromStart = false
    var isTooLong = false
  }

  init(
    _ part: PartFile, url: String, offset: Int, mostBytes: Int, progress: (@Sendable (HTTPProgress) -> Void)?
  ) {
    self.part = part
    self.url = url
    self.offset = offset
    self.mostBytes = mostBytes
    self.progress = progress
  }

  deinit {
    let descriptor = state.withLock(\.descriptor)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Why the sink ended the transfer, if it did.
  var failure: HearthError? { state.withLock(\.failure) }

  /// The server sent, or announced, more than is wanted: asking once more brings the same.
  var isTooLong: Bool { state.withLock(\.isTooLong) }

  /// The bytes before `offset` were kept.
  var isResumed: Bool { state.withLock { !$0.isWholeFromStart } && offset > 0 }

  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    // The body of an error page is not the file.
    guard head.status == 200 || head.status == 206 else { return true }
    let (isAccepted, report) = state.withLock { state -> (Bool, HTTPProgress?) in
      guard state.descriptor >= 0 || begin(head, &state), append(bytes, &state) else { return (false, nil) }
      return (true, due(&state))
    }
    if let report { progress?(report) }
    return isAccepted
  }

  /// An empty file has no body, yet it is a file.
  func receiveNothing(head: ResponseHead) {
    state.withLock { state in if state.descriptor < 0 { _ = begin(head, &state) } }
  }

  /// Brings the bytes to the disk, so that a power cut does not leave a file with holes under its final name.
  func finish() throws(HearthError) {
    let (code, failure, last) = state.withLock { state -> (Int32, HearthError?, HTTPProgress) in
      let code = state.descriptor >= 0 && fsync(state.descriptor) != 0 ? errno : 0
      if state.descriptor >= 0 { close(state.descriptor) }
      state.descriptor = -1
      return (code, state.failure, HTTPProgress(doneBytes: state.done, totalBytes: state.total))
    }
    if let failure { throw failure }
    if code != 0 { throw HearthError.writing(part.path, errno: code) }
    progress?(last)
  }

  private func begin(_ head: ResponseHead, _ state: inout State) -> Bool {
    let length = head.headers["content-length"].flatMap { Int(checked: $0, in: 0...Int.max) }
    var start = 0
    if head.status == 206 {
      guard let range = ContentRange(head.headers["content-range"]), range.first == offset else {
        state.failure = HearthError(
          .download, "\(HearthError.displayed(url)): the server sent another part than was asked for",
          hint: "Run the command again; if it stays, use a mirror.",
          cause: "asked from byte \(offset), got \(head.headers["content-range"] ?? "no Content-Range")")
        return false
      }
      start = offset
      state.total = range.total
    } else {
      state.total = length
      state.isWholeFromStart = true
    }
    guard isShortEnough(state.total ?? start, &state) else { return false }
    let descriptor = open(part.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(start)) == 0, lseek(descriptor, 0, SEEK_END) == off_t(start)
    else {
      state.failure = HearthError.writing(part.path, errno: errno)
      return false
    }
    state.descriptor = descriptor
    state.done = start
    if start == 0 { part.noteOrigin(url, headers: head.headers) }
    return true
  }

  private func append(_ bytes: UnsafeRawBufferPointer, _ state: inout State) -> Bool {
    guard isShortEnough(state.done.saturatingPlus(bytes.count), &state) else { return false }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(state.descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        state.failure = HearthError.writing(part.path, errno: errno)
        return false
      }
      rest = rest.dropFirst(count)
    }
    state.done += bytes.count
    return true
  }

  private func isShortEnough(_ bytes: Int, _ state: inout State) -> Bool {
    guard bytes > mostBytes else { return true }
    state.isTooLong = true
    state.failure = HearthError.tooLong(url, limit: mostBytes)
    return false
  }

  /// Ten reports a second are enough for any terminal.
  private func due(_ state: inout State) -> HTTPProgress? {
    let now = ContinuousClock.now
    if let last = state.lastReport, now - last < .milliseconds(100) { return nil }
    state.lastReport = now
    return HTTPProgress(doneBytes: state.done, totalBytes: state.total)
  }
}

/// `bytes 100-199/200`
struct ContentRange {
  let first: Int
  let total: Int?

  init?(_ text: String?) {
    guard let text, text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2,
      let first = parts[0].split(separator: "-").first.flatMap({ Int(checked: $0, in: 0...Int.max) })
    else { return nil }
    self.first = first
    total = Int(checked: parts[1], in: 0...Int.max)
  }
}
