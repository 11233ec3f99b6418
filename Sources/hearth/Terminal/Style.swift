/// Text attributes of a terminal. With `enabled` false every function returns its text unchanged.
struct Style: Sendable {
  var enabled: Bool

  func bold(_ text: String) -> Styled { styled(text, .bold) }
  func dim(_ text: String) -> Styled { styled(text, .dim) }
  func red(_ text: String) -> Styled { styled(text, .red) }
  func green(_ text: String) -> Styled { styled(text, .green) }
  func yellow(_ text: String) -> Styled { styled(text, .yellow) }

  private func styled(_ text: String, _ attribute: Styled.Attribute) -> Styled {
    Styled(text, enabled ? attribute : nil)
  }

  /// Two characters of Unicode's private use area, between which a report asks for bold text. Where somebody else's text
  /// holds them, it is bold and nothing worse.
  static let marks: (begin: Character, end: Character) = ("\u{F0000}", "\u{F0001}")

  /// Text with such marks.
  func marked(_ text: String) -> Styled {
    var result = Styled("")
    var rest = text[...]
    while let begin = rest.firstIndex(of: Self.marks.begin) {
      result += Styled(String(rest[..<begin]))
      rest = rest[rest.index(after: begin)...]
      let end = rest.firstIndex(of: Self.marks.end) ?? rest.endIndex
      result += bold(String(rest[..<end]))
      rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
    }
    return result + String(rest)
  }
}
