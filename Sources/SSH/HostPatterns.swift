import Crypto
import Foundation

/// The first field of a `known_hosts` line: names, wildcards and negations, or one hashed name.
struct HostPatterns: Sendable, Equatable {
  private enum Form: Equatable {
    case hashed(salt: [UInt8], digest: [UInt8])
    case patterns(wanted: [String], unwanted: [String])
  }
  private let form: Form

  init(_ field: String) {
    if field.hasPrefix("|1|") {
      let parts = field.dropFirst(3).split(separator: "|")
      let decoded = parts.map { Data(base64Encoded: String($0)).map(Array.init) ?? [] }
      form = decoded.count == 2 ? .hashed(salt: decoded[0], digest: decoded[1]) : .patterns(wanted: [], unwanted: [])
    } else {
      let names = field.lowercased().split(separator: ",").map(String.init)
      form = .patterns(
        wanted: names.filter { !$0.hasPrefix("!") },
        unwanted: names.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
      )
    }
  }

  /// - Parameter name: lower-case, as ``KnownHosts/name(of:)`` makes it.
  func match(_ name: String) -> Bool {
    switch form {
    case .hashed(let salt, let digest):
      // SHA-1 is what the file format says; it hides names here and proves nothing.
      let code = HMAC<Insecure.SHA1>.authenticationCode(for: Array(name.utf8), using: SymmetricKey(data: salt))
      return Array(code) == digest
    case .patterns(let wanted, let unwanted):
      return wanted.contains { Wildcard.match($0, name) } && !unwanted.contains { Wildcard.match($0, name) }
    }
  }
}

/// OpenSSH's patterns: `*` is any number of characters, `?` is one.
enum Wildcard {
  static func match(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.utf8), text = Array(text.utf8)
    var p = 0, t = 0
    var star: (pattern: Int, text: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] || pattern[p] == UInt8(ascii: "?") {
        p += 1
        t += 1
      } else if let last = star {
        // Let the last star take one character more.
        star = (last.pattern, last.text + 1)
        p = last.pattern + 1
        t = last.text + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
