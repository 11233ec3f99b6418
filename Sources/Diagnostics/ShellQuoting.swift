extension String {
  /// The string as one word of a POSIX shell, whatever it holds. The one function for this: every value that reaches a
  /// shell, and every command that is shown to be copied, goes through it.
  ///
  /// A word of letters, digits and `_-./:@%+,` stays as it is; everything else stands between single quotes.
  package var shellQuoted: String {
    let safe =
      !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "_-./:@%+,".utf8.contains(byte)
        }
      }
    // By bytes: a combining mark behind a quote would make it another Character.
    var bytes: [UInt8] = []
    for byte in utf8 {
      if byte == UInt8(ascii: "'") { bytes += #"'\''"#.utf8 } else { bytes.append(byte) }
    }
    return safe ? self : "'" + String(decoding: bytes, as: UTF8.self) + "'"
  }
}

extension Sequence<String> {
  /// The strings as words of one command line, such as `kubectl delete node 'a b'`.
  package var shellWords: String { map(\.shellQuoted).joined(separator: " ") }
}
