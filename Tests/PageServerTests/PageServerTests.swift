import Diagnostics
import Foundation
import Testing

@testable import PageServer

/// A real server on a port of its own, and clients that do not behave.
struct PageServerTests {
  private static func serve(
    _ limits: PageServer.Limits = .init(), _ body: (PageServer) throws -> Void
  ) async throws {
    let server = try await PageServer.start(
      address: "127.0.0.1", port: 0,
      pages: ["": .init(contentType: "text/html; charset=utf-8", text: "<p>ü</p>")], newsPath: "events", limits: limits)
    do { try body(server) } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private static func get(_ server: PageServer, _ path: String, method: String = "GET", host: String = "127.0.0.1")
    throws
    -> RawClient
  {
    let client = try RawClient(port: server.port)
    client.say("\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    return client
  }

  @Test("a page comes whole, with the rules that a browser must keep, and the connection ends")
  func page() async throws {
    try await Self.serve { server in
      let answer = try Self.get(server, "/\(server.token)/").hear()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\n<p>ü</p>"))
      for header in [
        "Content-Length: 9", "Connection: close", "Content-Type: text/html; charset=utf-8", "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "X-Frame-Options: DENY",
        "Content-Security-Policy: default-src 'none'; script-src 'self';",
      ] {
        #expect(answer.lowercased().contains("\r\n" + header.lowercased()), "\(header) in \(answer)")
      }
      #expect(!answer.contains("unsafe"))
      let head = try Self.get(server, "/\(server.token)/", method: "HEAD").hear()
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
    }
  }

  @Test("whoever has no token, comes by another name or wants to change something, is told so and no more")
  func refusals() async throws {
    try await Self.serve { server in
      #expect(try Self.get(server, "/").hear().hasPrefix("HTTP/1.1 404 "))
      #expect(try Self.get(server, "/\(server.token)/other").hear().hasPrefix("HTTP/1.1 404 "))
      #expect(try Self.get(server, "/\(server.token)/", host: "evil.example").hear().hasPrefix("HTTP/1.1 421 "))
      let post = try Self.get(server, "/\(server.token)/", method: "POST").hear()
      #expect(post.hasPrefix("HTTP/1.1 405 ") && post.contains("llow: GET, HEAD"))
    }
  }

  @Test("news reach everybody who listens, the last one also those who come later, each on one line")
  func news() async throws {
    try await Self.serve { server in
      let first = try Self.get(server, "/\(server.token)/events")
      #expect(first.hear(until: "\r\n\r\n").contains("text/event-stream"))
      server.publish("one\ndata: two\r\n\r\nthree")
      #expect(first.hear(until: "three\n\n").contains("data: one data: two  three\n\n"))
      #expect(server.hasListeners)
      let second = try Self.get(server, "/\(server.token)/events")
      #expect(second.hear(until: "three").contains("data: one data: two  three"))
    }
  }

  @Test("a stream that says nothing for a while still lives")
  func beat() async throws {
    try await Self.serve(.init(requestSeconds: 1, beatSeconds: 1)) { server in
      let client = try Self.get(server, "/\(server.token)/events")
      // Past the time that a request has.
      let text = client.hear(until: ": \n\n\r\n4\r\n: \n\n")
      #expect(text.components(separatedBy: ": \n\n").count >= 2)
    }
  }

  @Test("more streams than there may be are refused, and room comes back")
  func streams() async throws {
    try await Self.serve(.init(streams: 2)) { server in
      var open = try (0..<2).map { _ in try Self.get(server, "/\(server.token)/events") }
      for client in open { _ = client.hear(until: "\r\n\r\n") }
      #expect(try Self.get(server, "/\(server.token)/events").hear().hasPrefix("HTTP/1.1 503 "))
      open.removeLast()
      // The server notices an end a moment later.
      var answer = ""
      repeat {
        answer = try Self.get(server, "/\(server.token)/events").hear(until: "\r\n\r\n")
      } while answer
        .hasPrefix("HTTP/1.1 503 ")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
    }
  }

  @Test("more connections than there may be are closed at once, and room comes back")
  func connections() async throws {
    try await Self.serve(.init(connections: 3, requestSeconds: 600)) { server in
      var silent = try (0..<3).map { _ in try RawClient(port: server.port) }
      #expect(try Self.get(server, "/\(server.token)/").hear() == "")
      silent.removeAll()
      var answer = ""
      repeat { answer = try Self.get(server, "/\(server.token)/").hear() } while answer.isEmpty
      #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
    }
  }

  @Test("a request that drips in, and one that never ends, are given up")
  func slow() async throws {
    try await Self.serve(.init(requestSeconds: 1)) { server in
      let client = try RawClient(port: server.port)
      client.say("GET / HTTP/1.1\r\nHost: 127")
      #expect(client.hear() == "")
    }
  }

  @Test("headers without end, and what is not HTTP, close the connection", arguments: [0, 1, 2])
  func nonsense(_ kind: Int) async throws {
    try await Self.serve { server in
      let client = try RawClient(port: server.port)
      switch kind {
      case 0:
        client.say("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + String(repeating: "a", count: 1 << 20))
      case 1:
        client.say("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + String(repeating: "A: b\r\n", count: 100_000))
      default: client.say("\u{16}\u{3}\u{1} hello\r\n\r\n")
      }
      let answer = client.hear()
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 431 "), "\(answer)")
      // It serves on.
      #expect(try Self.get(server, "/\(server.token)/").hear().hasPrefix("HTTP/1.1 200 OK"))
    }
  }

  @Test("a second request on a connection gets no second answer")
  func pipelined() async throws {
    try await Self.serve { server in
      let client = try RawClient(port: server.port)
      let request = "GET /\(server.token)/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
      client.say(request + request)
      #expect(client.hear().components(separatedBy: "HTTP/1.1 200").count == 2)
    }
  }

  @Test("a port that is taken is an error with a way out")
  func taken() async throws {
    let server = try await PageServer.start(address: "127.0.0.1", port: 0, pages: [:], newsPath: "events")
    let error = await #expect(throws: HearthError.self) {
      try await PageServer.start(address: "127.0.0.1", port: server.port, pages: [:], newsPath: "events")
    }
    #expect(error?.code == .local && error?.hint?.contains("port") == true)
    await server.stop()
  }

  @Test("an address that this machine does not have is an error that says so")
  func foreignAddress() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await PageServer.start(address: "192.0.2.1", port: 0, pages: [:], newsPath: "events")
    }
    #expect(error?.code == .local && error?.hint?.contains("address") == true)
  }

  @Test("news of a rack of hundreds of hosts reach who listens, one after the other")
  func large() async throws {
    try await Self.serve { server in
      let client = try Self.get(server, "/\(server.token)/events")
      _ = client.hear(until: "\r\n\r\n")
      let news = String(repeating: "x", count: 300_000)
      server.publish(news)
      server.publish(news + "last")
      #expect(client.hear(until: "last\n\n").hasSuffix("last\n\n\r\n"))
    }
  }
}
