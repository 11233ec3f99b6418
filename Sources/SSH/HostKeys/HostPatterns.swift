import Crypto
import Foundation

/// The first field of a `known_hosts` line: names, wildcards and negations, or one hashed name. Names are bytes.
struct HostPatterns: Sendable, Equatable {
  private enum Form: Equatable {
    case hashed(salt: [UInt8], digest: [UInt8])
    case patterns(wanted: [[UInt8]], unwanted: [[UInt8]])
  }
  private let form: Form

  init(_ field: String) { self.init(Array(field.utf8)[...]) }

  init(_ field: ArraySlice<UInt8>) {
    if field.starts(with: Array("|1|".utf8)) {
      let parts = field.dropFirst(3).split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
      let decoded = parts.map { part in Data(base64Encoded: Data(part)).map(Array.init) ?? [] }
      let isWhole = decoded.count == 2 && decoded.allSatisfy { $0.count == Insecure.SHA1.byteCount }
      form = isWhole ? .hashed(salt: decoded[0], digest: decoded[1]) : .patterns(wanted: [], unwanted: [])
    } else {
      let names = Self.names(in: field)
      let isNegated = { (name: [UInt8]) in name.first == UInt8(ascii: "!") }
      form = .patterns(
        wanted: names.filter { !isNegated($0) }, unwanted: names.filter(isNegated).map { Array($0.dropFirst()) })
    }
  }

  /// Begins like a hashed name and is none.
  var isDamaged: Bool { form == .patterns(wanted: [], unwanted: []) }

  /// The names of a list, in lower case (ASCII, as OpenSSH's).
  static func names(in field: ArraySlice<UInt8>) -> [[UInt8]] {
    field.split(separator: UInt8(ascii: ",")).map { name in name.map { (65...90).contains($0) ? $0 + 32 : $0 } }
  }

  /// - Parameter name: lower-case, as ``KnownHosts/name(of:)`` makes it.
  func match(_ name: String) -> Bool {
    let name = Array(name.utf8)
    switch form {
    case .hashed(let salt, let digest):
      // SHA-1 is what the file format says; it hides names here and proves nothing.
      let code = HMAC<Insecure.SHA1>.authenticationCode(for: name, using: SymmetricKey(data: salt))
      return Array(code) == digest
    case .patterns(let wanted, let unwanted):
      return wanted.contains { Wildcard.match($0, name) } && !unwanted.contains { Wildcard.match($0, name) }
    }
  }
}

/// OpenSSH's patterns: `*` is any number of characters, `?` is one.
enum Wildcard {
  static func match(_ pattern: String, _ text: String) -> Bool { match(Array(pattern.utf8), Array(text.utf8)) }

  static func match(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
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
