import Diagnostics
import Discovery
import Foundation
import Inventory
import SSH
import TestSupport
import Testing

/// Which addresses are tried, and what is told of those that answer.
struct ScanRangeTests {
  private static func network(_ address: UInt32, _ prefix: Int, _ interface: String = "eth0") -> LocalNetwork {
    LocalNetwork(interface: interface, address: IPv4Address(bits: address), prefix: prefix)
  }

  @Test(arguments: [
    (24, 253), (30, 1), (22, 1021), (16, 253), (8, 253),
  ])
  func ofOneNetwork(prefix: Int, count: Int) {
    let own: UInt32 = prefix == 30 ? 0xC0A8_0101 : 0xC0A8_0105
    let range = ScanRange([Self.network(own, prefix)])
    #expect(range.addresses.count == count)
    #expect(!range.addresses.contains(IPv4Address(bits: own)))
    #expect(!range.addresses.contains { $0.bits & 255 == 255 && prefix >= 24 })
    #expect(range.notes.isEmpty == (prefix >= 22))
  }

  @Test func severalNetworksTogetherHaveABound() {
    let networks = (0..<8).map { Self.network(0xC0A8_0005 + $0 << 8, 24) }
    let range = ScanRange(networks)
    #expect(range.addresses.count == ScanRange.most && Set(range.addresses).count == ScanRange.most)
    #expect(range.notes.count == 1)
    // The same network twice is tried once.
    #expect(ScanRange([networks[0], networks[0]]).addresses.count == 253)
  }

  @Test(
    arguments: [
      (0xC0A8_0105, 24, "eth0", true), (0x0A00_0005, 8, "wlan0", true), (0xAC11_0001, 16, "docker0", false),
      (0x0A4D_0001, 24, "br0", true), (0xAC12_0001, 16, "br-1234", false), (0x0808_0808, 24, "eth0", false),
      (0x6440_0001, 10, "tailscale0", false), (0x0A00_0001, 31, "eth0", false),
    ] as [(UInt32, Int, String, Bool)])
  func onlyPeoplesNetworksAreLookedAt(_ address: UInt32, _ prefix: Int, _ interface: String, _ isLookedAt: Bool) {
    #expect(Self.network(address, prefix, interface).isLookedAt == isLookedAt)
  }

  @Test(arguments: [
    ("192.168.1.0/24", true), ("10.0.0.0/22", true), ("10.0.0.0/21", false), ("192.168.1.5/24", false), ("x", false),
    ("192.168.1.4/31", false),
  ])
  func aNetworkThatIsNamed(_ text: String, _ isTaken: Bool) {
    #expect((ScanRange.network(text) != nil) == isTaken)
  }

  @Test(arguments: [
    ("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "OpenSSH_9.2p1 Debian-2+deb12u3"),
    ("Private\r\nplace\r\nSSH-2.0-dropbear_2022.83\n", "dropbear_2022.83"), ("SSH-1.99-x\n", "x"),
    ("SSH-2.0-a\u{1B}[2J\n", "a\\x1b[2J"),
  ])
  func greetings(_ text: String, _ software: String) {
    #expect(Greeting(Array(text.utf8))?.software == software)
  }

  @Test(arguments: ["SSH-2.0-not whole", "HTTP/1.1 400 Bad Request\r\n", "SSH-1.5-old\n", "", "\n"])
  func noGreetings(_ text: String) { #expect(Greeting(Array(text.utf8)) == nil) }
}

/// A real sshd, and what stands beside one.
@Suite(.enabled(if: SSHDaemon.missing == nil, "needs \(SSHDaemon.missing ?? "nothing")"))
struct ScanTests {
  private static let here = IPv4Address(bits: 0x7F00_0001)

  @Test func anSSHServerIsFoundWithItsKey() async throws {
    let daemon = try SSHDaemon()
    let hosts = try await Scan(port: daemon.port).trying([Self.here, IPv4Address(bits: 0x7F00_0002)])
    #expect(hosts.map(\.address) == [Self.here])
    #expect(hosts.first?.software.hasPrefix("OpenSSH_") == true)
    let target = SSHTarget(name: "a", address: "127.0.0.1", port: daemon.port, user: "nobody")
    let key = try await ShownHostKey.ask(target, on: try Reactor())
    #expect(key == ShownHostKey(type: "ssh-ed25519", fingerprint: try daemon.fingerprint()))
    #expect(!daemon.log.contains("publickey") && !daemon.log.contains("Accepted"))
  }

  @Test func whatSaysNothingOrSomethingElseIsNotFound() async throws {
    let silent = try SSHDaemon.listen()
    defer { close(silent.descriptor) }
    #expect(try await Scan(port: silent.port).trying([Self.here]) == [])
    let closed = try SSHDaemon.freePort()
    #expect(try await Scan(port: closed).trying([Self.here]) == [])
  }

  @Test func knownKeysAreThoseOfTheAddressAndNotRevoked() throws {
    let daemon = try SSHDaemon(hostKeys: ["ed25519", "ecdsa"])
    let (one, two) = (try daemon.knownHostsLine(), try daemon.knownHostsLine("ecdsa"))
    let revoked = two.split(separator: " ").dropFirst().joined(separator: " ")
    try daemon.folder.write("hosts", "\(one)\n\(two)\n@revoked * \(revoked)\n")
    let target = SSHTarget(name: "a", address: "127.0.0.1", port: daemon.port, user: "nobody")
    #expect(
      try ShownHostKey.known(for: target, in: [daemon.folder.file("hosts")]) == [try daemon.fingerprint("ed25519")])
  }
}
