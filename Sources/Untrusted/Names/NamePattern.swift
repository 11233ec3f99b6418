package import Diagnostics

/// What a name from outside may look like. A name that does not is refused, or becomes "unknown" where nothing needs it.
package struct NamePattern: Sendable {
  /// What it is, such as `a serial number`.
  package let title: String
  /// What would do, for people.
  package let rule: String
  let test: @Sendable ([UInt8]) -> Bool

  package init(_ title: String, rule: String, test: @escaping @Sendable ([UInt8]) -> Bool) {
    self.title = title
    self.rule = rule
    self.test = test
  }

  package func accepts(_ text: some StringProtocol) -> Bool { test(Array(text.utf8)) }

  /// The text, or nil where it is none of these names.
  package func optional(_ text: (some StringProtocol)?) -> String? {
    text.flatMap { accepts($0) ? String($0) : nil }
  }

  /// The text where it is one of these names.
  ///
  /// - Throws: `code`, with the field, what was read and the rule.
  package func check(
    _ text: some StringProtocol, of field: String, code: HearthError.Code = .remoteCommand
  ) throws(HearthError) -> String {
    guard accepts(text) else { throw .nonsense(field, text, wanted: "\(title) (\(rule))", code) }
    return String(text)
  }
}

/// Names of hosts and what they say of themselves.
extension NamePattern {
  package static let dnsLabel = NamePattern(
    "a DNS label", rule: "1 to 63 small letters, digits and inner hyphens", test: Bytes.isLabel)

  package static let dnsSubdomain = NamePattern(
    "a DNS name", rule: "DNS labels with dots between them, at most 253 characters", test: Bytes.isSubdomain)

  /// Host names as systems have them: capital letters and underscores occur.
  package static let hostName = NamePattern(
    "a host name", rule: "1 to 253 letters, digits, dots, hyphens and underscores"
  ) { $0.count <= 253 && Bytes.isWord($0, also: ".-_") && Bytes.isLetterOrDigit($0[0]) }

  package static let serial = NamePattern(
    "a serial number", rule: "1 to 64 letters, digits, dots and hyphens"
  ) { $0.count <= 64 && Bytes.isWord($0, also: ".-") }

  /// `/etc/machine-id`: 128 bits.
  package static let machineID = NamePattern("a machine id", rule: "32 hexadecimal digits") {
    $0.count == 32 && $0.allSatisfy(Bytes.isHexadecimal)
  }

  /// `/proc/sys/kernel/random/boot_id`: a UUID.
  package static let bootID = NamePattern("a boot id", rule: "a UUID in small letters") {
    $0.count == 36
      && $0.enumerated().allSatisfy { [8, 13, 18, 23].contains($0) ? $1 == 0x2D : Bytes.isHexadecimal($1) }
  }

  package static let ipv4 = NamePattern("an IPv4 address", rule: "four numbers from 0 to 255") {
    let parts = $0.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.count) && part.allSatisfy(Bytes.isDigit) && (part.count == 1 || part.first != 0x30)
          && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
      }
  }

  /// An address of a resolver: IPv4, or IPv6 with an optional zone.
  package static let address = NamePattern(
    "an IP address", rule: "up to 64 letters, digits, dots, colons and a zone behind %"
  ) { $0.count <= 64 && Bytes.isWord($0, also: ".:%-_") && ($0.contains(0x2E) || $0.contains(0x3A)) }

  package static let mac = NamePattern("a hardware address", rule: "six pairs of hexadecimal digits with colons") {
    $0.count == 17 && $0.enumerated().allSatisfy { $0 % 3 == 2 ? $1 == 0x3A : Bytes.isHexadecimal($1) }
  }

  /// Names of network interfaces: the kernel allows 15 bytes, without slashes and white space.
  package static let interface = NamePattern(
    "a network interface", rule: "1 to 15 letters, digits, dots, hyphens, underscores, colons and at signs"
  ) { $0.count <= 15 && Bytes.isWord($0, also: ".-_:@+") }

  /// `1.7.24`, `6.12.47+rpt-rpi-v8`, `1:2.3~rc1-4`: kernels, packages, programs.
  package static let version = NamePattern(
    "a version", rule: "1 to 128 letters, digits and . + ~ : _ -"
  ) { $0.count <= 128 && Bytes.isWord($0, also: ".+~:_-") && Bytes.isLetterOrDigit($0[0]) }

  /// Names of Debian packages.
  package static let package = NamePattern(
    "a package name", rule: "2 to 128 small letters, digits, plus signs, hyphens and dots"
  ) { bytes in
    (2...128).contains(bytes.count) && Bytes.isLetterOrDigit(bytes[0])
      && bytes.allSatisfy { Bytes.isLower($0) || Bytes.isDigit($0) || "+-.:".utf8.contains($0) }
  }

  /// Names of systemd units.
  package static let unit = NamePattern(
    "a unit's name", rule: "1 to 255 letters, digits and : - _ . \\ @"
  ) { $0.count <= 255 && Bytes.isWord($0, also: ":-_.\\@") }
}

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
