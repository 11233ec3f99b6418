import Dashboard
import Diagnostics
import Foundation
import PageServer
import Templates

/// `hearth dashboard --web`: the rack as a page of this machine.
struct WebDashboard {
  var source: PictureSource
  var every: Duration
  var address: String
  var port: Int

  static let pages = ["": "page.html", "page.css": "page.css", "page.js": "page.js"]

  /// Until somebody ends it. While nobody looks at the page, nobody asks the hosts.
  func run() async throws(HearthError) {
    let server = try await PageServer.start(
      address: address, port: port, pages: try Self.load(), newsPath: "events")
    let stop = StopFlag()
    Interrupts.shared.set(Interrupts.Run(stop: { stop.raise() }, farewell: {}, cancelsTask: false))
    defer { Interrupts.shared.set(nil) }
    Terminal.writeOutput("\(Self.link(address: address, port: server.port, token: server.token))\n")
    Terminal.writeError("Whoever has this link sees the rack and can change nothing. Ctrl-C ends it.\n")
    if !Self.isLoopback(address) {
      Terminal.writeError(
        "warning: other machines reach this page, and nothing is encrypted on its way: whoever reads the traffic has the link\n"
      )
    }
    // A look may take long where a host hangs; an end does not wait for it.
    let looking = Task { await lookAgainAndAgain(for: server) }
    for await _ in ContinuousClock().looks(every: .milliseconds(100)) where stop.isRaised { break }
    looking.cancel()
    await server.stop()
  }

  private func lookAgainAndAgain(for server: PageServer) async {
    while !Task.isCancelled {
      if server.hasListeners { publish(await source.picture(), on: server) }
      var hadListeners = server.hasListeners
      for await look in ContinuousClock().looks(every: .milliseconds(100), for: every) where look > 0 {
        // Who comes first is shown the rack at once.
        if !hadListeners, server.hasListeners { break }
        hadListeners = server.hasListeners
      }
    }
  }

  private func publish(_ picture: RackPicture, on server: PageServer) {
    do { server.publish(try Self.text(picture)) } catch { Terminal.writeError("error: \(error.message)\n") }
  }

  static func load() throws(HearthError) -> [String: PageServer.Page] {
    var loaded: [String: PageServer.Page] = [:]
    for (path, name) in pages {
      let kind = name.hasSuffix(".css") ? "text/css" : name.hasSuffix(".js") ? "text/javascript" : "text/html"
      loaded[path] = PageServer.Page(
        contentType: "\(kind); charset=utf-8", text: try Template.text(of: "dashboard/\(name)"))
    }
    return loaded
  }

  static func text(_ picture: RackPicture) throws(HearthError) -> String {
    guard let data = try? JSONEncoder().encode(picture) else {
      throw HearthError(.internalError, "the picture of the rack cannot be written")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// What stands for all addresses is none that a browser opens everywhere.
  static func link(address: String, port: Int, token: String) -> String {
    let host =
      switch address {
      case "0.0.0.0": "127.0.0.1"
      case "::": "[::1]"
      default: address.contains(":") ? "[\(address)]" : address
      }
    return "http://\(host):\(port)/\(token)/"
  }

  static func isLoopback(_ address: String) -> Bool { address.hasPrefix("127.") || address == "::1" }
}
