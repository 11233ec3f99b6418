import NIOCore
import NIOHTTP1

/// What a server has to offer.
struct Site: Sendable {
  var gate: Gate
  var pages: [String: PageServer.Page]
  var newsPath: String
  var limits: PageServer.Limits
  var news: NewsStream
}

/// One connection: one request and its answer, or a stream of news.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let site: Site
  private var deadline: Scheduled<Void>?
  private var beat: RepeatedTask?
  private var hasAnswered = false

  init(_ site: Site) { self.site = site }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: .seconds(Int64(site.limits.requestSeconds))) {
      channel.close(promise: nil)
    }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    beat?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What follows the first lines is not wanted.
    guard case .head(let head) = Self.unwrapInboundIn(data), !hasAnswered else { return }
    hasAnswered = true
    let verdict = site.gate.judge(
      method: head.method.rawValue, path: head.uri, hosts: head.headers["host"],
      site: head.headers.first(name: "sec-fetch-site"))
    switch verdict {
    case .refused(let status): refuse(status, context)
    case .open(site.newsPath) where head.method == .GET:
      site.news.hasRoom ? stream(context) : refuse(.serviceUnavailable, context)
    case .open(let path):
      guard let page = site.pages[path] else { return refuse(.notFound, context) }
      answer(.ok, page, withBody: head.method == .GET, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func stream(_ context: ChannelHandlerContext) {
    let channel = context.channel
    var headers = Self.headers(contentType: "text/event-stream")
    headers.add(name: "X-Accel-Buffering", value: "no")
    deadline?.cancel()
    context.writeAndFlush(Self.wrapOutboundOut(.head(Self.head(200, headers))), promise: nil)
    // The last news goes out behind the head.
    guard site.news.add(channel) else { return context.close(promise: nil) }
    let seconds = TimeAmount.seconds(Int64(site.limits.beatSeconds))
    beat = context.eventLoop.scheduleRepeatedTask(initialDelay: seconds, delay: seconds) { _ in
      NewsStream.write(": \n\n", to: channel)
    }
  }

  private func refuse(_ status: Gate.Status, _ context: ChannelHandlerContext) {
    let page = PageServer.Page(contentType: "text/plain; charset=utf-8", text: "\(status.words)\n")
    answer(HTTPResponseStatus(statusCode: status.rawValue), page, withBody: true, context)
  }

  private func answer(
    _ status: HTTPResponseStatus, _ page: PageServer.Page, withBody: Bool, _ context: ChannelHandlerContext
  ) {
    var headers = Self.headers(contentType: page.contentType)
    headers.add(name: "Content-Length", value: "\(page.text.utf8.count)")
    headers.add(name: "Connection", value: "close")
    if status == .methodNotAllowed { headers.add(name: "Allow", value: "GET, HEAD") }
    context.write(Self.wrapOutboundOut(.head(Self.head(Int(status.code), headers))), promise: nil)
    if withBody {
      context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: page.text)))), promise: nil)
    }
    let channel = context.channel
    context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }

  private static func head(_ status: Int, _ headers: HTTPHeaders) -> HTTPResponseHead {
    HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
  }

  /// Nothing from elsewhere, no frame around it, nothing kept.
  private static func headers(contentType: String) -> HTTPHeaders {
    [
      "Content-Type": contentType,
      "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
      "Cache-Control": "no-store",
    ]
  }
}

extension Gate.Status {
  fileprivate var words: String {
    switch self {
    case .forbidden: "not from another page"
    case .notFound: "nothing here; the link ends with a long word that the program has printed"
    case .methodNotAllowed: "this page is only looked at"
    case .misdirected: "use an address or localhost"
    case .serviceUnavailable: "too many look already"
    }
  }
}
