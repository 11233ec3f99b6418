import Untrusted

/// Text for a terminal with hearth's own attributes apart from it. Whatever stands in the text comes from anywhere (hosts,
/// registries, price lists, the cluster) and is shown visibly when it is written; only attributes become sequences.
struct Styled: Sendable, Equatable {
  /// Select Graphic Rendition of ECMA-48.
  enum Attribute: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  struct Piece: Sendable, Equatable {
    var text: String
    var attribute: Attribute?
  }

  private(set) var pieces: [Piece]

  init(_ text: String, _ attribute: Attribute? = nil) { pieces = [Piece(text: text, attribute: attribute)] }

  fileprivate init(pieces: [Piece]) { self.pieces = pieces }

  /// The text alone, as it came.
  var plain: String { pieces.map(\.text).joined() }

  /// As a terminal gets it.
  var rendered: String {
    pieces.map { piece in
      piece.attribute.map { "\u{1B}[\($0.rawValue)m\(piece.text.visible)\u{1B}[0m" } ?? piece.text.visible
    }.joined()
  }

  /// As a terminal gets it, on one line whatever stands in it.
  var renderedLine: String {
    Styled(pieces: pieces.map { Piece(text: $0.text.visibleLine, attribute: $0.attribute) }).rendered
  }

  static func + (left: Styled, right: Styled) -> Styled { Styled(pieces: left.pieces + right.pieces) }
  static func + (left: Styled, right: String) -> Styled { left + Styled(right) }
  static func + (left: String, right: Styled) -> Styled { Styled(left) + right }
  static func += (left: inout Styled, right: Styled) { left.pieces += right.pieces }
}

extension Styled: ExpressibleByStringInterpolation {
  init(stringLiteral text: String) { self.init(text) }
  init(stringInterpolation: DefaultStringInterpolation) { self.init(String(stringInterpolation: stringInterpolation)) }
}

extension [Styled] {
  func joined(separator: String) -> Styled {
    guard let first else { return Styled("") }
    // In place: a file from elsewhere may have a hundred thousand mistakes.
    return Styled(pieces: dropFirst().reduce(into: first.pieces) { $0 += Styled(separator).pieces + $1.pieces })
  }
}

extension String {
  /// Lines behind the first one set in, so that no text from outside stands where hearth's own lines begin.
  var indented: String { byteLines.joined(separator: "\n    ") }
}
