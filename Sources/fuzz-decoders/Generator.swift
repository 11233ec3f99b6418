/// Inputs out of seeds, by number: the same seed and number give the same bytes on every machine, so that what was found
/// can be made again without having been kept.
struct Generator: Sendable {
  var seeds: [[UInt8]]
  var seed: UInt64

  private static let longest = 1 << 18

  /// Values and marks that readers stumble over.
  private static let tokens: [[UInt8]] =
    [
      "0", "-1", "1", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967296", "9007199254740993",
      "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
      "99999999999999999999999999999999999999", "1e308", "1e309", "-0", "+1", "0x7fffffffffffffff", "nan", "inf",
      "-inf",
      "1_0", "", " ", "\t", "\n", "\r\n", "\r", "\n\n", "\u{0}", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{2028}",
      "\u{202E}",
      "\u{FEFF}", "\u{E000}", "\u{301}", "/", "//", "..", "../", ".", ":", "=", "@", "-", "--", ",", ";", "|", "%", "#",
      "*", "&a", "*a", "!", "? ", "- ", "{", "}", "[", "]", "(", ")", "<", ">", "'", "\"", "\\", "`", "$(id)", "null",
      "true", "~", "===", "=== x", "@section ", "->", "..=", "\\u0000", "\\ud800", "[]", "{}", "[[[[[[[[", "{\"a\":",
    ].map { Array($0.utf8) } + [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x80], [0xF4, 0x90, 0x80, 0x80], [0x00, 0x00, 0x00, 0x00],
      [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
    ]

  func input(_ number: UInt64) -> [UInt8] {
    var random = Random(state: seed &+ number &* 0x9E37_79B9_7F4A_7C15)
    var bytes = seeds.isEmpty ? [] : seeds[random.below(seeds.count)]
    for _ in 0...random.below(6) { mutate(&bytes, &random) }
    return bytes.count > Self.longest ? Array(bytes.prefix(Self.longest)) : bytes
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout Random) {
    let place = random.below(bytes.count + 1)
    switch random.below(12) {
    case 0 where !bytes.isEmpty: bytes[min(place, bytes.count - 1)] ^= 1 << UInt8(random.below(8))
    case 1: bytes.insert(UInt8(random.below(256)), at: place)
    case 2, 3: bytes.insert(contentsOf: random.element(of: Self.tokens), at: place)
    case 4:
      let end = min(bytes.count, place + 1 + random.below(random.below(4) == 0 ? 4096 : 16))
      bytes.removeSubrange(place..<end)
    case 5:
      let end = min(bytes.count, place + 1 + random.below(256))
      bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
    case 6 where random.below(8) == 0:
      let end = min(bytes.count, place + 1 + random.below(32))
      let part = Array(bytes[place..<end])
      for _ in 0..<(1 << random.below(11)) where bytes.count < Self.longest {
        bytes.insert(contentsOf: part, at: place)
      }
    case 7 where !seeds.isEmpty:
      let other = random.element(of: seeds)
      let start = random.below(other.count + 1)
      bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(512))], at: place)
    case 8 where random.below(4) == 0: bytes.removeSubrange(place...)
    case 9, 10: replaceNumber(&bytes, from: place, &random)
    default: replaceWord(&bytes, from: place, &random)
    }
  }

  /// The first number behind a place becomes another one: most of what matters in text are its numbers.
  private func replaceNumber(_ bytes: inout [UInt8], from place: Int, _ random: inout Random) {
    guard let start = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
    let end = bytes[start...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.endIndex
    bytes.replaceSubrange(start..<end, with: random.element(of: Self.tokens))
  }

  private func replaceWord(_ bytes: inout [UInt8], from place: Int, _ random: inout Random) {
    func isWord(_ byte: UInt8) -> Bool { byte > 0x20 && !":=,;\"'{}[]()".utf8.contains(byte) }
    guard let start = bytes[place...].firstIndex(where: isWord) else { return }
    let end = bytes[start...].firstIndex { !isWord($0) } ?? bytes.endIndex
    bytes.replaceSubrange(start..<end, with: random.element(of: Self.tokens))
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Random {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// 0 to `bound` - 1; 0 for a bound of 0.
  mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(truncatingIfNeeded: next() % UInt64(bound)) }

  mutating func element<Element>(of list: [Element]) -> Element { list[below(list.count)] }
}
