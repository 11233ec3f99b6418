import Foundation
import PageServer
import TestSupport
import Testing

@testable import hearth

/// The page of `hearth dashboard --web` in a real browser.
struct DashboardPageTests {
  @Test(
    "the link is one that a browser opens",
    arguments: [
      ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("10.0.0.5", "10.0.0.5"),
    ])
  func link(address: String, host: String) {
    #expect(WebDashboard.link(address: address, port: 8080, token: "t") == "http://\(host):8080/t/")
  }

  static let browser = ["/usr/bin/chromium"].first { FileManager.default.isExecutableFile(atPath: $0) }
  static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
    path: "../../scripts/try-page")

  @Test(
    "the page shows the rack at every size, light and dark, by mouse and keyboard, and asks nobody else",
    .enabled(if: browser != nil), arguments: ["four", "thirty", "hostile"])
  func page(_ rack: String) async throws {
    let picture =
      switch rack {
      case "four": SamplePicture.four
      case "thirty": SamplePicture.thirty
      default: SamplePicture.hostile
      }
    let server = try await PageServer.start(
      address: "127.0.0.1", port: 0, pages: WebDashboard.load(), newsPath: "events")
    server.publish(try WebDashboard.text(picture))
    let link = "http://127.0.0.1:\(server.port)/\(server.token)/"
    let folder = ProcessInfo.processInfo.environment["HEARTH_PICTURES"].map { ["\($0)/\(rack)"] } ?? []
    let output = try Command.run([Self.script.path, link] + folder)
    #expect(output.contains("0 things wrong"), "\(output)")
    await server.stop()
  }
}
