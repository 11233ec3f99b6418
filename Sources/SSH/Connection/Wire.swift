/// Reads SSH's wire format: big-endian numbers and strings with their length in front. Every method answers nil at a
/// truncated or absurd value, and stays there.
struct WireReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) { rest = ArraySlice(Array(bytes)) }

  var isAtEnd: Bool { rest.isEmpty }
  var remaining: [UInt8] { Array(rest) }

  mutating func byte() -> UInt8? { rest.popFirst() }

  mutating func uint32() -> UInt32? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func string() -> [UInt8]? {
    var ahead = self
    guard let count = ahead.uint32(), let bytes = ahead.bytes(Int(count)) else { return nil }
    self = ahead
    return bytes
  }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard count >= 0, rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}

/// Writes SSH's wire format.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  init() {}

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func uint32(_ value: Int) {
    let value = UInt32(clamping: value)
    bytes += [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  mutating func string(_ value: some Collection<UInt8>) {
    uint32(value.count)
    bytes += value
  }

  /// An unsigned number, big-endian, as an `mpint`: no leading zeros, and one if its first bit is set.
  mutating func mpint(_ value: some Collection<UInt8>) {
    var digits = Array(value.drop { $0 == 0 })
    if let first = digits.first, first & 0x80 != 0 { digits.insert(0, at: 0) }
    string(digits)
  }
}
