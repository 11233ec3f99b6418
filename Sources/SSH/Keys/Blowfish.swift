/// The Blowfish cipher, as far as bcrypt needs it.
struct Blowfish {
  private static let roundKeys = 18
  private static let boxWords = 256
  /// Its starting state is the fraction of pi.
  private static let initial = Pi.fraction(words: roundKeys + 4 * boxWords)

  /// 18 round keys, then four boxes of 256 words.
  private var state = Self.initial

  /// Big-endian words of bytes whose number is a multiple of four.
  static func words(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  func encrypt(_ left: UInt32, _ right: UInt32) -> (UInt32, UInt32) {
    state.withUnsafeBufferPointer { Self.encrypt($0, left, right) }
  }

  /// Makes the state depend on a key and, if there is one, a salt; both are repeated as often as needed.
  mutating func mix(key: [UInt32], salt: [UInt32] = [0]) {
    state.withUnsafeMutableBufferPointer { state in
      for index in 0..<Self.roundKeys { state[index] ^= key[index % key.count] }
      var left: UInt32 = 0, right: UInt32 = 0, next = 0
      for index in stride(from: 0, to: state.count, by: 2) {
        left ^= salt[next % salt.count]
        right ^= salt[(next + 1) % salt.count]
        next += 2
        (left, right) = Self.encrypt(UnsafeBufferPointer(state), left, right)
        state[index] = left
        state[index + 1] = right
      }
    }
  }

  @inline(__always)
  private static func encrypt(
    _ state: UnsafeBufferPointer<UInt32>, _ left: UInt32, _ right: UInt32
  ) -> (UInt32, UInt32) {
    var left = left ^ state[0], right = right
    var round = 1
    while round < 17 {
      right ^= mangle(state, left) ^ state[round]
      left ^= mangle(state, right) ^ state[round + 1]
      round += 2
    }
    return (right ^ state[17], left)
  }

  @inline(__always)
  private static func mangle(_ state: UnsafeBufferPointer<UInt32>, _ word: UInt32) -> UInt32 {
    let first = state[18 + Int(word >> 24)], second = state[274 + Int(word >> 16 & 255)]
    let third = state[530 + Int(word >> 8 & 255)], fourth = state[786 + Int(word & 255)]
    return ((first &+ second) ^ third) &+ fourth
  }
}
