import Crypto
import Foundation

extension [UInt8] {
  /// Lower-case hex.
  var sha256: String {
    let digits = Array<UInt8>("0123456789abcdef".utf8)
    return String(
      decoding: SHA256.hash(data: self).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Lines of 76 characters, each with its newline.
  var base64Lines: String {
    isEmpty
      ? "" : Data(self).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed]) + "\n"
  }
}

extension UInt16 {
  /// `0644`.
  var octal: String {
    let digits = String(self, radix: 8)
    return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
  }
}
