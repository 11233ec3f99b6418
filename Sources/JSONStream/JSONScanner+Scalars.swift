extension JSONScanner {
  enum Escape {
    case none
    case begun
    /// Hexadecimal digits so far of `\uXXXX`, and the first half of a pair.
    case unicode(digits: [UInt8], high: UInt32?)
    /// A first half that waits for `\`, then for `u`.
    case half(UInt32, hasBackslash: Bool)
  }

  /// A list or object that is not whole yet.
  enum Partial {
    case list([JSONValue])
    case object([JSONValue.Member])

    mutating func append(_ value: JSONValue, name: String) {
      switch self {
      case .list(var elements):
        self = .list([])
        elements.append(value)
        self = .list(elements)
      case .object(var members):
        self = .object([])
        members.append(JSONValue.Member(name: name, value: value))
        self = .object(members)
      }
    }

    var value: JSONValue {
      switch self {
      case .list(let elements): .array(elements)
      case .object(let members): .object(members)
      }
    }
  }

  mutating func takeInString(_ byte: UInt8) throws(JSONMistake) {
    switch escape {
    case .none where byte == 0x22:
      guard case .string(let isName) = state else { return }
      let text = isKept ? String(decoding: token, as: UTF8.self) : ""
      if isName { endName(text) } else { close(.string(text)) }
    case .none where byte == 0x5C: escape = .begun
    case .none: throw mistake("a text has a control character")
    case .begun: try takeEscape(byte)
    case .unicode(var digits, let high):
      guard let value = JSONScanner.hexadecimal(byte) else { throw mistake("`\\u` without four hexadecimal digits") }
      digits.append(value)
      escape = .unicode(digits: digits, high: high)
      if digits.count == 4 { endUnicode(digits.reduce(0) { $0 << 4 | UInt32($1) }, high: high) }
    case .half(let high, let hasBackslash):
      // A half without its other half becomes the replacement character, as the decoder of UTF-8 does it.
      if !hasBackslash, byte == 0x5C {
        escape = .half(high, hasBackslash: true)
      } else if hasBackslash, byte == 0x75 {
        escape = .unicode(digits: [], high: high)
      } else {
        append(0xFFFD)
        escape = hasBackslash ? .begun : .none
        try takeInString(byte)
      }
    }
  }

  private mutating func takeEscape(_ byte: UInt8) throws(JSONMistake) {
    escape = .none
    switch byte {
    case 0x22, 0x5C, 0x2F: append(UInt32(byte))
    case 0x62: append(8)
    case 0x66: append(12)
    case 0x6E: append(10)
    case 0x72: append(13)
    case 0x74: append(9)
    case 0x75: escape = .unicode(digits: [], high: nil)
    default: throw mistake("a text has an unknown escape")
    }
  }

  private mutating func endUnicode(_ value: UInt32, high: UInt32?) {
    escape = .none
    if let high {
      if (0xDC00..<0xE000).contains(value) { return append(0x10000 + (high - 0xD800) << 10 + (value - 0xDC00)) }
      append(0xFFFD)
    }
    if (0xD800..<0xDC00).contains(value) {
      escape = .half(value, hasBackslash: false)
    } else {
      append(value)
    }
  }

  private mutating func append(_ code: UInt32) {
    guard isKept else { return }
    token.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
  }

  mutating func endNumber() throws(JSONMistake) {
    let text = isKept || !JSONScanner.isNumber(token) ? String(decoding: token, as: UTF8.self) : ""
    guard JSONScanner.isNumber(token) else { throw mistake("`\(text)` is not a number") }
    close(.number(text))
  }

  mutating func endLiteral() throws(JSONMistake) {
    switch String(decoding: token, as: UTF8.self) {
    case "null": close(.null)
    case "true": close(.boolean(true))
    case "false": close(.boolean(false))
    case let word: throw mistake("`\(word.prefix(40))` is not JSON")
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  /// Digits, signs, point, `e`.
  static func isNumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == 0x2E || byte == 0x2D || byte == 0x2B || byte | 0x20 == 0x65
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [-+]? [0-9]+)?`
  static func isNumber(_ token: [UInt8]) -> Bool {
    var rest = token[...]
    func digits() -> Int {
      let count = rest.prefix { isDigit($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == 0x2D { rest = rest.dropFirst() }
    let startsWithZero = rest.first == 0x30
    let whole = digits()
    guard whole > 0, !startsWithZero || whole == 1 else { return false }
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if let byte = rest.first, byte | 0x20 == 0x65 {
      rest = rest.dropFirst()
      if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
