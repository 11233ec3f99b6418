import NIOCore
import NIOHTTP1
import Synchronization

/// Everybody who listens to the news, and the last that was told.
final class NewsStream: Sendable {
  private struct State {
    var listeners: [ObjectIdentifier: any Channel] = [:]
    var last: String?
  }

  private let most: Int
  private let state = Mutex(State())

  init(most: Int) { self.most = most }

  var hasListeners: Bool { state.withLock { !$0.listeners.isEmpty } }

  var hasRoom: Bool { state.withLock { $0.listeners.count < most } }

  /// - Returns: false when there are too many.
  func add(_ channel: any Channel) -> Bool {
    let (isIn, last) = state.withLock { state in
      guard state.listeners.count < most else { return (false, String?.none) }
      state.listeners[ObjectIdentifier(channel)] = channel
      return (true, state.last)
    }
    guard isIn else { return false }
    channel.closeFuture.whenComplete { [weak self] _ in
      self?.state.withLock { $0.listeners[ObjectIdentifier(channel)] = nil }
    }
    if let last { Self.write(last, to: channel) }
    return true
  }

  func publish(_ text: String) {
    // Whatever ends a line would begin another field.
    let event = "data: " + String(text.map { $0.isNewline ? " " : $0 }) + "\n\n"
    let listeners = state.withLock { state in
      state.last = event
      return Array(state.listeners.values)
    }
    for channel in listeners { Self.write(event, to: channel) }
  }

  /// What does not read gets nothing more: it is closed, and comes back when it can.
  static func write(_ text: String, to channel: any Channel) {
    guard channel.isWritable else { return channel.close(promise: nil) }
    channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
  }
}
