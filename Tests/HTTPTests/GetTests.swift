import Diagnostics
import Foundation
import HTTP
import TestSupport
import Testing

/// Small requests: redirects, limits, proxies, retries.
@Suite struct GetTests {
  let server: FileServer
  let http = HTTPClient(options: .quick())

  init() throws { server = try FileServer() }

  @Test func `An answer has status, headers and body`() async throws {
    let answer = try await http.get(server.url + "/plain?bytes=100")
    #expect(answer.status == 200)
    #expect(answer.headers["ETAG"] == "\"v\"")
    #expect(Data(answer.body) == FileServer.content(100))
  }

  @Test func `A status other than success is an answer`() async throws {
    let answer = try await http.get(server.url + "/gone")
    #expect(answer.status == 404)
    #expect(answer.text == "no such file")
  }

  @Test func `Redirects are followed, and the headers are those of the last answer`() async throws {
    let answer = try await http.get(server.url + "/redirect?left=3")
    #expect(answer.body.count == 1_000)
    #expect(answer.headers["location"] == nil)
  }

  @Test(arguments: ["/loop", "/redirect?left=30"]) func `Too many redirects end`(path: String) async throws {
    let error = await #expect(throws: HearthError.self) { try await http.get(server.url + path) }
    #expect(error?.message.contains("more than 8 redirects") == true)
  }

  @Test func `A redirect may not lead to a file of this machine`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.get(server.url + "/away?to=file:///etc/passwd")
    }
    #expect(error?.code == .download)
  }

  @Test(arguments: ["Bearer a\r\nX-More: b", "Bearer a\nX-More: b", "Bearer a\rX", "Bearer \0", "Bearer \u{7F}"])
  func `A value from outside becomes no header of its own`(value: String) async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.get(server.url + "/plain", headers: ["Authorization": value])
    }
    #expect(error?.cause == "the header Authorization would hold a control character")
    #expect(try await http.get(server.url + "/plain", headers: ["Authorization": "Bearer a=="]).status == 200)
  }

  @Test func `A longer answer than allowed is refused`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.get(server.url + "/plain?bytes=5000", limits: HTTPLimits(bytes: 4_999))
    }
    #expect(error?.message.contains("longer than 4999 bytes") == true)
    #expect(try await http.get(server.url + "/plain?bytes=4999", limits: HTTPLimits(bytes: 4_999)).body.count == 4_999)
  }

  /// What changes something may have been done before the server failed.
  @Test(arguments: [(503, 503), (500, 500), (502, 502), (429, 200), (408, 200)])
  func `A POST is repeated only where nothing was done`(status: Int, seen: Int) async throws {
    let path = "/busy/post-\(status)?bytes=10&status=\(status)"
    #expect(try await http.send(.post, server.url + path).status == seen)
    let other = "/busy/again-\(status)?bytes=10&status=\(status)"
    #expect(try await http.send(.post, server.url + other, isRepeatable: true).status == 200)
  }

  @Test func `A POST whose connection breaks is not sent again`() async throws {
    await #expect(throws: HearthError.self) { try await http.send(.post, server.url + "/reset/post") }
    #expect(
      try await http.get(server.url + "/log").text.split(separator: "\n").count { $0.contains("/reset/post") } == 1)
  }

  @Test func `A busy server is asked again`() async throws {
    #expect(try await http.get(server.url + "/busy?bytes=10").status == 200)
    #expect(try await http.get(server.url + "/busy/once?bytes=10", limits: HTTPLimits(attempts: 1)).status == 503)
  }

  @Test func `A server that says nothing is given up`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.get(server.url + "/silent", limits: HTTPLimits(timeout: .milliseconds(200), attempts: 1))
    }
    #expect(error?.message.contains("stopped answering") == true)
  }

  @Test func `A closed port is named with the host`() async throws {
    let error = await #expect(throws: HearthError.self) { try await http.get("http://127.0.0.1:1/x") }
    #expect(error?.message == "http://127.0.0.1:1/x: 127.0.0.1 cannot be reached")
  }

  @Test func `An unknown host is named`() async throws {
    let error = await #expect(throws: HearthError.self) { try await http.get("http://files.invalid/x") }
    #expect(error?.message.contains("the name files.invalid is not known") == true)
  }

  @Test func `Passwords and queries stay out of errors`() async throws {
    let error = await #expect(throws: HearthError.self) { try await http.get("http://me:pass@127.0.0.1:1/x?token=tok") }
    let text = try String(decoding: JSONEncoder().encode(#require(error)), as: UTF8.self)
    #expect(!text.contains("pass") && !text.contains("tok") && !text.contains("me:"))
  }

  @Test func `A proxy is asked instead of the host`() async throws {
    var options = HTTPOptions.quick()
    options.proxy = server.url
    let answer = try await HTTPClient(options: options).get("http://files.invalid/plain?bytes=10")
    #expect(answer.body.count == 10)
  }

  @Test func `A task cancelled before it begins sends nothing`() async throws {
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await http.get(server.url + "/silent")
    }
    task.cancel()
    let error = await #expect(throws: HearthError.self) { try await task.value }
    #expect(error?.code == .cancelled)
  }

  @Test func `Requests may be made from inside a network namespace`() async throws {
    try #require(geteuid() == 0, "this test makes a network namespace: run it as root")
    let name = "hearth-http-\(getpid())"
    try Command.run("ip", "netns", "add", name)
    defer { _ = try? Command.run("ip", "netns", "del", name) }
    try Command.run("ip", "-n", name, "link", "set", "lo", "up")
    let inside = try FileServer(wrapper: ["ip", "netns", "exec", name])
    #expect(try await HTTPClient(networkNamespace: name, options: .quick()).get(inside.url + "/plain").status == 200)
    await #expect(throws: HearthError.self) { try await http.get(inside.url + "/plain") }
  }

  @Test func `A namespace that is not there is named`() async throws {
    let lost = HTTPClient(networkNamespace: "no-such-rack", options: .quick())
    let error = await #expect(throws: HearthError.self) { try await lost.get(server.url + "/plain") }
    #expect(error?.message == "cannot enter the network namespace /run/netns/no-such-rack")
  }
}
