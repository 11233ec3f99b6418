import Foundation
import Untrusted

/// Reads a certificate's validity, and nothing else of it, so that hosts need no tool for it.
enum CertificateExpiry {
  /// - Parameter pem: text with one certificate.
  /// - Returns: `notAfter` in seconds since 1970; nil when this is not an X.509 certificate.
  static func notAfter(pem: String) -> Int? { validity(pem: pem)?.end }

  /// `notBefore` and `notAfter` in seconds since 1970.
  static func validity(pem: String) -> (start: Int, end: Int)? {
    let base64 = pem.filledLines
      .drop { !$0.contains("-BEGIN CERTIFICATE-") }.dropFirst()
      .prefix { !$0.contains("-END CERTIFICATE-") }
      .joined()
    guard !base64.isEmpty, let der = Data(base64Encoded: base64) else { return nil }
    // Certificate ::= SEQUENCE { TBSCertificate ::= SEQUENCE { [0] version?, serial, signature, issuer, validity … } }
    var certificate = DERReader(Array(der)[...])
    guard var outer = certificate.enter(0x30), var body = outer.enter(0x30) else { return nil }
    if body.nextTag == 0xA0 { body.skip() }
    for _ in 0..<3 { body.skip() }
    guard var validity = body.enter(0x30) else { return nil }
    guard let first = validity.next(), let last = validity.next(),
      let start = seconds(String(decoding: first.content, as: UTF8.self), utcTime: first.tag == 0x17),
      let end = seconds(String(decoding: last.content, as: UTF8.self), utcTime: last.tag == 0x17)
    else { return nil }
    return (start, end)
  }

  /// `YYMMDDHHMMSSZ` (UTCTime, years 1950 to 2049) or `YYYYMMDDHHMMSSZ` (GeneralizedTime).
  static func seconds(_ text: String, utcTime: Bool) -> Int? {
    let yearDigits = utcTime ? 2 : 4
    guard text.count == yearDigits + 11, text.hasSuffix("Z") else { return nil }
    let digits = Array(text.dropLast())
    func number(_ range: Range<Int>) -> Int? { Int(checked: String(digits[range]), in: 0...9999) }
    let rest = yearDigits
    guard var year = number(0..<rest), let month = number(rest..<rest + 2), let day = number(rest + 2..<rest + 4),
      let hour = number(rest + 4..<rest + 6), let minute = number(rest + 6..<rest + 8),
      let second = number(rest + 8..<rest + 10), (1...12).contains(month)
    else { return nil }
    if utcTime { year += year < 50 ? 2000 : 1900 }
    return daysSince1970(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// Days in the Gregorian calendar; years begin in March here, so that the leap day is the last of a year.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = (month + 9) % 12
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
  }
}

/// Walks over the elements of a DER encoding.
struct DERReader {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  var nextTag: UInt8? { bytes.first }

  /// The next element's tag and content; nil at the end or when it is cut short.
  mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
    guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7F)
      guard (1...4).contains(count), bytes.count >= count else { return nil }
      length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
      bytes = bytes.dropFirst(count)
    }
    guard bytes.count >= length else { return nil }
    defer { bytes = bytes.dropFirst(length) }
    return (tag, bytes.prefix(length))
  }

  mutating func skip() { _ = next() }

  mutating func enter(_ tag: UInt8) -> DERReader? {
    guard nextTag == tag, let element = next() else { return nil }
    return DERReader(element.content)
  }
}
