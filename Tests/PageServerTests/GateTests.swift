import Testing

@testable import PageServer

/// Who gets in.
struct GateTests {
  private let gate = Gate(token: "0123456789abcdef0123456789abcdef")
  private var root: String { "/\(gate.token)/" }

  private func judge(
    _ path: String, method: String = "GET", hosts: [String] = ["127.0.0.1:8080"], site: String? = nil
  ) -> Gate.Verdict {
    gate.judge(method: method, path: path, hosts: hosts, site: site)
  }

  @Test("the link opens, with whatever is asked behind it")
  func open() {
    #expect(judge(root) == .open(""))
    #expect(judge(root + "page.css") == .open("page.css"))
    #expect(judge(root + "a/../b") == .open("a/../b"))
    #expect(judge(root + "events?x=1#y", method: "HEAD", site: "same-origin") == .open("events"))
    #expect(judge(root, site: "none") == .open(""))
  }

  @Test(
    "without the token there is nothing",
    arguments: [
      "/", "", "/0123456789abcdef0123456789abcdef", "/0123456789abcdef0123456789abcdee/", "/0123456789abcdef/",
      "/0123456789ABCDEF0123456789ABCDEF/", "//0123456789abcdef0123456789abcdef/", "*",
      "/x?/0123456789abcdef0123456789abcdef/", "http://127.0.0.1/0123456789abcdef0123456789abcdef/",
    ])
  func closed(_ path: String) {
    #expect(judge(path) == .refused(.notFound))
  }

  @Test(
    "names that may belong to anybody are refused, whatever the link is",
    arguments: [
      [], ["evil.example"], ["evil.example:80"], ["127.0.0.1.evil.example"], ["localhost.evil.example"],
      ["localhost:x"],
      ["127.0.0.1", "127.0.0.1"], ["1.2.3"], ["1.2.3.4.5"], ["256.1.1.1"], ["01.2.3.4"], ["127.1"], ["2130706433"],
      [""],
      ["[::1"], ["[evil.example]"], ["[]"], ["127.0.0.1:99999"], ["127.0.0.1:"], ["LOCALHOST"],
    ])
  func names(_ hosts: [String]) {
    #expect(judge(root, hosts: hosts) == .refused(.misdirected))
  }

  @Test(
    "addresses and localhost are this machine's own, on any port, as a forwarded one has another",
    arguments: ["127.0.0.1", "localhost", "localhost:1", "192.168.1.5:65535", "[::1]", "[::1]:80", "[fe80::1:2]:80"])
  func own(_ host: String) {
    #expect(judge(root, hosts: [host]) == .open(""))
  }

  @Test("nothing can be changed", arguments: ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH"])
  func methods(_ method: String) {
    #expect(judge(root, method: method) == .refused(.methodNotAllowed))
  }

  @Test("a page from elsewhere may not ask", arguments: ["cross-site", "same-site", "", "nonsense"])
  func sites(_ site: String) {
    #expect(judge(root, site: site) == .refused(.forbidden))
  }

  @Test("tokens are long and never the same")
  func tokens() {
    let tokens = (0..<100).map { _ in Gate.newToken() }
    #expect(Set(tokens).count == 100)
    #expect(tokens.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }
}
