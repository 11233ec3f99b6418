import Untrusted

extension Character {
  /// Columns that a terminal gives it: two to the scripts of East Asia and to emoji.
  fileprivate var columns: Int { unicodeScalars.contains(where: \.isWide) ? 2 : 1 }
}

extension Unicode.Scalar {
  /// Wide and full-width of Unicode's annex 11, as far as terminals agree.
  fileprivate var isWide: Bool {
    guard value >= 0x1100 else { return false }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return true
    default: return properties.isEmojiPresentation
    }
  }
}

extension String {
  /// Columns of what is shown of it.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// What is shown of it in so many columns at most; what was cut is said by `…`.
  func fitted(_ width: Int) -> String {
    let text = visibleLine
    guard text.columns > width else { return text }
    var shown = ""
    var room = width - 1
    for character in text {
      room -= character.columns
      if room < 0 { break }
      shown.append(character)
    }
    return width > 0 ? shown + "…" : ""
  }
}

extension Styled {
  /// Columns of what is shown of it.
  var columns: Int { pieces.reduce(0) { $0 + $1.text.visibleLine.columns } }

  /// One line in so many columns at most.
  func fitted(_ width: Int) -> Styled {
    var room = width
    var line = Styled("")
    for piece in pieces where room > 0 {
      let text = piece.text.fitted(room)
      room -= text.columns
      line += Styled(text, piece.attribute)
      if text.columns < piece.text.visibleLine.columns { break }
    }
    return line
  }

  /// With spaces behind it, or before it, at least so wide.
  func padded(_ width: Int, right: Bool = false) -> Styled {
    let space = Styled(String(repeating: " ", count: max(0, width - columns)))
    return right ? space + self : self + space
  }
}
