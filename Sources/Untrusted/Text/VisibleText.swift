extension StringProtocol {
  /// The text with everything that acts on a terminal, or that cannot be seen, shown: `\x1b`, `\x07`, `\r`, `\u{202e}`.
  ///
  /// Control characters (C0, DEL, C1), format characters (bidirectional marks, zero-width characters, byte order marks,
  /// tags) and Unicode's line and paragraph separators are shown; tabs, line feeds and CRLF are kept.
  package var visible: String { shown(keepingLines: true) }

  /// As ``visible``, for what belongs on one line, such as a cell or a name: line ends and tabs are shown as well.
  package var visibleLine: String { shown(keepingLines: false) }

  /// JSON with everything that acts on a terminal, or that cannot be seen, written as JSON's own `\\u202e`. It stays
  /// the same JSON: outside of its strings there is nothing to be written so.
  package var visibleJSON: String {
    guard utf8.contains(where: { mayAct($0) && $0 != 0x0A && $0 != 0x09 && $0 != 0x0D }) else { return String(self) }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isSeen || scalar == "\n" || scalar == "\t" || scalar == "\r" {
        text.unicodeScalars.append(scalar)
      } else {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return text
  }

  private func shown(keepingLines: Bool) -> String {
    guard utf8.contains(where: { mayAct($0) && !(keepingLines && ($0 == 0x0A || $0 == 0x09)) }) else {
      return String(self)
    }
    var text = ""
    text.reserveCapacity(utf8.count)
    var scalars = unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
      next = scalars.next()
      switch scalar {
      case "\n" where keepingLines, "\t" where keepingLines: text.unicodeScalars.append(scalar)
      // The line feed that follows says it all.
      case "\r" where keepingLines && next == "\n": break
      default:
        if scalar.isSeen { text.unicodeScalars.append(scalar) } else { text += scalar.name }
      }
    }
    return text
  }
}

/// Whether a byte of UTF-8 may belong to what is not seen: a control character, or the first byte of a character beyond
/// Latin letters. False for almost all text, which then costs nothing.
private func mayAct(_ byte: UInt8) -> Bool {
  byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte >= 0xCD
}

extension Unicode.Scalar {
  fileprivate var isSeen: Bool {
    if isASCII { return value >= 0x20 && value != 0x7F }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
    // Fillers: letters without a picture.
    default: return ![0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0].contains(value)
    }
  }

  fileprivate var name: String {
    switch self {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default:
      let digits = String(value, radix: 16)
      return isASCII ? "\\x" + (digits.count == 1 ? "0" : "") + digits : "\\u{\(digits)}"
    }
  }
}

extension StringProtocol {
  /// At most so many characters; what was cut is said by `…`.
  package func bounded(_ characters: Int) -> String {
    guard utf8.count > characters else { return String(self) }
    let head = prefix(Swift.max(0, characters))
    // One character may hold any number of scalars.
    let scalars = head.unicodeScalars.prefix(Swift.max(16, characters * 4))
    let text = String(String.UnicodeScalarView(scalars))
    return text.utf8.count == utf8.count ? text : text + "…"
  }
}
