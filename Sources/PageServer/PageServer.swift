package import Diagnostics
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves fixed pages and one stream of news over HTTP.
package final class PageServer: Sendable {
  /// What is served below a path.
  package struct Page: Sendable {
    package var contentType: String
    package var text: String

    package init(contentType: String, text: String) {
      self.contentType = contentType
      self.text = text
    }
  }

  /// What nobody outside can make it exceed.
  package struct Limits: Sendable {
    /// Open at once; what comes beyond is closed.
    package var connections: Int
    /// Of these, streams of news.
    package var streams: Int
    /// For one request and its answer, in seconds. Streams may stay.
    package var requestSeconds: Int
    /// Between two signs of life on a stream, in seconds.
    package var beatSeconds: Int

    package init(connections: Int = 64, streams: Int = 16, requestSeconds: Int = 15, beatSeconds: Int = 15) {
      self.connections = connections
      self.streams = streams
      self.requestSeconds = requestSeconds
      self.beatSeconds = beatSeconds
    }
  }

  package let token: String
  package let port: Int
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let news: NewsStream

  private init(token: String, channel: any Channel, group: MultiThreadedEventLoopGroup, news: NewsStream) {
    self.token = token
    self.channel = channel
    self.group = group
    self.news = news
    port = channel.localAddress?.port ?? 0
  }

  /// - Parameters:
  ///   - address: an address of this machine.
  ///   - port: 0 for any that is free.
  ///   - pages: by their paths behind the token.
  ///   - newsPath: of the stream, which speaks as server-sent events do.
  /// - Throws: ``HearthError`` `local` when the port cannot be had.
  package static func start(
    address: String, port: Int, pages: [String: Page], newsPath: String, limits: Limits = Limits()
  ) async throws(HearthError) -> PageServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let site = Site(
      gate: Gate(token: Gate.newToken()), pages: pages, newsPath: newsPath, limits: limits,
      news: NewsStream(most: limits.streams))
    let count = ConnectionCount(most: limits.connections)
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 16)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        // A picture of a large rack is not yet a reader that lags behind.
        .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 << 10, high: 1 << 20))
        .childChannelInitializer { channel in
          guard count.enter() else { return channel.close() }
          channel.closeFuture.whenComplete { _ in count.leave() }
          return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: true)
            try channel.pipeline.syncOperations.addHandler(RequestHandler(site))
          }
        }
        .bind(host: address, port: port).get()
      return PageServer(token: site.gate.token, channel: channel, group: group, news: site.news)
    } catch {
      try? await group.shutdownGracefully()
      throw HearthError(
        .local, "\(address):\(port) cannot be listened on", hint: Self.hint((error as? IOError)?.errnoCode),
        cause: "\(error)")
    }
  }

  private static func hint(_ reason: CInt?) -> String {
    switch reason {
    case EADDRNOTAVAIL: "choose an address that this machine has, as `ip address` shows them"
    case EACCES: "choose a port from 1024 on; those below belong to root"
    default: "choose another port, or 0 for any that is free"
    }
  }

  /// Tells everybody who listens, and those who come later.
  ///
  /// - Parameter text: one line.
  package func publish(_ text: String) { news.publish(text) }

  /// Somebody listens to the news.
  package var hasListeners: Bool { news.hasListeners }

  package func stop() async {
    try? await channel.close()
    try? await group.shutdownGracefully()
  }
}
