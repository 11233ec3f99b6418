/// A key that was pressed.
enum Key: Sendable, Equatable {
  case character(Character)
  case up, down, pageUp, pageDown, home, end
  case enter, escape

  /// What a terminal sends: letters, and sequences of ECMA-48 in both modes of cursor keys. What is not a key of these is left
  /// out.
  static func all(in bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 0x0A, 0x0D: keys.append(.enter)
      case 0x1B:
        guard let next = rest.first, next == UInt8(ascii: "[") || next == UInt8(ascii: "O") else {
          keys.append(.escape)
          continue
        }
        rest = rest.dropFirst()
        let parameters = rest.prefix { (0x20...0x3F).contains($0) }
        rest = rest.dropFirst(parameters.count)
        if let final = rest.popFirst(), let key = sequence(Array(parameters), final) { keys.append(key) }
      case 0x21...0x7E: keys.append(.character(Character(Unicode.Scalar(byte))))
      default: continue
      }
    }
    return keys
  }

  private static func sequence(_ parameters: [UInt8], _ final: UInt8) -> Key? {
    switch (String(decoding: parameters, as: UTF8.self), Character(Unicode.Scalar(final))) {
    case (_, "A"): .up
    case (_, "B"): .down
    case (_, "H"), ("1", "~"), ("7", "~"): .home
    case (_, "F"), ("4", "~"), ("8", "~"): .end
    case ("5", "~"): .pageUp
    case ("6", "~"): .pageDown
    default: nil
    }
  }
}
