/// PageServer: a few pages for people in front of this machine. Read-only, with bounds on everything that comes from
/// outside, and for nobody who lacks the token of the link.

/// Who gets in: judges a request by its first lines alone. Pure.
struct Gate: Sendable {
  enum Verdict: Sendable, Equatable {
    /// The path behind the token, without its first slash.
    case open(String)
    case refused(Status)
  }

  enum Status: Int, Sendable, Equatable {
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case misdirected = 421
    case serviceUnavailable = 503
  }

  /// The first part of every path.
  let token: String

  /// - Parameters:
  ///   - hosts: values of all `Host` fields.
  ///   - site: value of `Sec-Fetch-Site`: what a browser says of the page that asks.
  func judge(method: String, path: String, hosts: [String], site: String?) -> Verdict {
    // A page from elsewhere whose name was made to lead here (DNS rebinding) comes with that name.
    guard hosts.count == 1, Self.isOwn(hosts[0]) else { return .refused(.misdirected) }
    guard site == nil || site == "none" || site == "same-origin" else { return .refused(.forbidden) }
    guard method == "GET" || method == "HEAD" else { return .refused(.methodNotAllowed) }
    let path = path.prefix { $0 != "?" && $0 != "#" }
    let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
      .first?.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let parts, parts.count == 2, Self.isSame(String(parts[0]), token) else { return .refused(.notFound) }
    return .open(String(parts[1]))
  }

  /// An address or `localhost`, with or without a port. Names of other kinds may belong to anybody.
  static func isOwn(_ host: String) -> Bool {
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return false }
      let address = host[host.index(after: host.startIndex)..<end]
      return address.contains(":") && address.utf8.allSatisfy { isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }
        && isPort(host[host.index(after: end)...])
    }
    let name = host.prefix { $0 != ":" }
    guard isPort(host.dropFirst(name.count)) else { return false }
    if name == "localhost" { return true }
    let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0).map { "\($0)" } == String($0) }
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || (text.first == ":" && UInt16(text.dropFirst()) != nil)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }

  /// Takes as long for a nearly right word as for a wrong one.
  static func isSame(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// 128 random bits of the system's generator, in hexadecimal digits.
  package static func newToken() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
