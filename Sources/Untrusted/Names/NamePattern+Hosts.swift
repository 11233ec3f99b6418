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
