import Crypto

/// `bcrypt_pbkdf`, which turns the passphrase of an OpenSSH key file into a key. Slow on purpose: a few hundred
/// milliseconds with OpenSSH's usual 16 or 24 rounds.
enum BcryptKeyDerivation {
  private static let hashBytes = 32

  /// - Returns: `count` bytes of key.
  static func derive(passphrase: [UInt8], salt: [UInt8], rounds: Int, count: Int) -> [UInt8] {
    let password = Array(SHA512.hash(data: passphrase))
    // The bytes of each block are spread over the whole key, so that no part of it is cheaper than the rest.
    let blocks = (count + hashBytes - 1) / hashBytes
    var key = [UInt8](repeating: 0, count: count)
    for block in 0..<blocks {
      var number = WireWriter()
      number.uint32(block + 1)
      var hash = bcrypt(password, Array(SHA512.hash(data: salt + number.bytes)))
      var sum = hash
      for _ in 1..<max(rounds, 1) {
        hash = bcrypt(password, Array(SHA512.hash(data: hash)))
        for index in sum.indices { sum[index] ^= hash[index] }
      }
      for (index, byte) in sum.enumerated() where index * blocks + block < count { key[index * blocks + block] = byte }
    }
    return key
  }

  private static func bcrypt(_ password: [UInt8], _ salt: [UInt8]) -> [UInt8] {
    let password = Blowfish.words(password), salt = Blowfish.words(salt)
    var cipher = Blowfish()
    cipher.mix(key: password, salt: salt)
    for _ in 0..<64 {
      cipher.mix(key: salt)
      cipher.mix(key: password)
    }
    var text = Blowfish.words(Array("OxychromaticBlowfishSwatDynamite".utf8))
    for _ in 0..<64 {
      for pair in stride(from: 0, to: text.count, by: 2) {
        (text[pair], text[pair + 1]) = cipher.encrypt(text[pair], text[pair + 1])
      }
    }
    return text.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }
}
