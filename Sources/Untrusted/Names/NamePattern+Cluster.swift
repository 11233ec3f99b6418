/// Names in clusters and registries.
extension NamePattern {
  /// etcd prints ids of members in hexadecimal, without leading zeros.
  package static let etcdMember = NamePattern("an etcd member id", rule: "1 to 16 hexadecimal digits") {
    (1...16).contains($0.count) && $0.allSatisfy { Bytes.isDigit($0) || (0x61...0x66).contains($0) }
  }

  /// `http` or `https`, a host by name or address, a port and a path, of printable ASCII that no shell acts upon.
  package static let url = NamePattern(
    "a URL", rule: "http:// or https://, a host and an optional path, of plain characters, at most 2048"
  ) { bytes in
    guard bytes.count <= 2048, let scheme = ["https://", "http://"].first(where: { bytes.starts(with: $0.utf8) }) else {
      return false
    }
    let rest = bytes.dropFirst(scheme.utf8.count)
    let host = rest.prefix { $0 != UInt8(ascii: "/") }
    return !host.isEmpty && host.allSatisfy { Bytes.isLetterOrDigit($0) || ".:-_[]".utf8.contains($0) }
      && rest.allSatisfy { Bytes.isLetterOrDigit($0) || "-._~:/?#[]@+,=%".utf8.contains($0) }
  }

  /// A digest as registries name content; of those with known lengths the length is right.
  package static let digest = NamePattern("a digest", rule: "sha256: and 64 hexadecimal digits, or sha512: and 128") {
    bytes in
    let lengths = ["sha256:": 64, "sha384:": 96, "sha512:": 128]
    return lengths.contains { name, length in
      bytes.starts(with: name.utf8) && bytes.count == name.utf8.count + length
        && bytes.dropFirst(name.utf8.count).allSatisfy { Bytes.isDigit($0) || (0x61...0x66).contains($0) }
    }
  }

  /// `registry.k8s.io/pause:3.9`, `web@sha256:…`: what a runtime takes as an image's name.
  package static let imageReference = NamePattern(
    "an image reference", rule: "a name of small letters, digits and . _ - / with an optional :tag and @digest"
  ) { bytes in
    guard bytes.count <= 512 else { return false }
    let at = bytes.firstIndex(of: UInt8(ascii: "@"))
    if let at, !NamePattern.digest.test(Array(bytes[(at + 1)...])) { return false }
    var name = bytes[..<(at ?? bytes.endIndex)]
    let slash = name.lastIndex(of: UInt8(ascii: "/")) ?? name.startIndex
    if let colon = name[slash...].lastIndex(of: UInt8(ascii: ":")) {
      let tag = Array(name[(colon + 1)...])
      guard (1...128).contains(tag.count), Bytes.isWord(tag, also: "._-"), tag[0] != 0x2E, tag[0] != 0x2D else {
        return false
      }
      name = name[..<colon]
    }
    let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !parts.isEmpty
      && parts.enumerated().allSatisfy { index, part in
        guard let first = part.first, let last = part.last, Bytes.isLetterOrDigit(first), Bytes.isLetterOrDigit(last)
        else { return false }
        // Only a registry's host has a port, or capital letters.
        let isHost = index == 0 && parts.count > 1
        return part.allSatisfy {
          Bytes.isLower($0) || Bytes.isDigit($0) || "._-".utf8.contains($0)
            || isHost && ($0 == 0x3A || Bytes.isLetterOrDigit($0))
        }
      }
  }

  /// `example.com/tier`: an optional DNS name and a word.
  package static let labelKey = NamePattern(
    "a label's key", rule: "up to 63 letters, digits and . _ -, with an optional DNS name and / before it"
  ) { bytes in
    let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let name = parts.last, parts.count <= 2, !name.isEmpty, Bytes.isLabelValue(Array(name)) else { return false }
    return parts.count == 1 || Bytes.isSubdomain(Array(parts[0]))
  }

  package static let labelValue = NamePattern(
    "a label's value", rule: "up to 63 letters, digits and inner . _ -", test: Bytes.isLabelValue)
}

/// Classes of ASCII characters.
enum Bytes {
  @Sendable static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  @Sendable static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  @Sendable static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLower(byte) || (0x41...0x5A).contains(byte)
  }
  @Sendable static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }

  /// At least one character, all of them letters, digits or among `also`.
  static func isWord(_ bytes: [UInt8], also: String) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { isLetterOrDigit($0) || also.utf8.contains($0) }
  }

  @Sendable static func isLabel(_ bytes: [UInt8]) -> Bool {
    (1...63).contains(bytes.count) && bytes.first != 0x2D && bytes.last != 0x2D
      && bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == 0x2D }
  }

  @Sendable static func isSubdomain(_ bytes: [UInt8]) -> Bool {
    bytes.count <= 253
      && bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { isLabel(Array($0)) }
  }

  @Sendable static func isLabelValue(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, let last = bytes.last else { return true }
    return bytes.count <= 63 && isLetterOrDigit(first) && isLetterOrDigit(last) && isWord(bytes, also: "._-")
  }
}
