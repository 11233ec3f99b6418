import Testing

@testable import SSH

/// A host's old keys leave `known_hosts`; nothing else in it moves.
struct KnownHostsForgetTests {
  @Test(arguments: [
    ("10.0.0.1 ssh-ed25519 A\n10.0.0.2 ssh-ed25519 B\n", "10.0.0.2 ssh-ed25519 B\n"),
    ("# pi1\n10.0.0.1 ssh-rsa A\n10.0.0.1 ssh-ed25519 B\n", "# pi1\n"),
    ("pi1,10.0.0.1 ssh-ed25519 A\n", "pi1 ssh-ed25519 A\n"),
    ("10.0.0.* ssh-ed25519 A\n", "10.0.0.* ssh-ed25519 A\n"),
    ("@revoked 10.0.0.1 ssh-ed25519 A\n", "@revoked 10.0.0.1 ssh-ed25519 A\n"),
    ("[10.0.0.1]:2222 ssh-ed25519 A\n", "[10.0.0.1]:2222 ssh-ed25519 A\n"),
    ("10.0.0.1\tssh-ed25519\tA\n10.0.0.2\tssh-ed25519\tB\n", "10.0.0.2\tssh-ed25519\tB\n"),
    ("\t10.0.0.1 ssh-ed25519 A\n  # x\r\n", "  # x\r\n"),
    (
      "10.0.0.2 ssh-ed25519 B\r\n10.0.0.1 ssh-ed25519 A\r\n\r\npi3 ssh-rsa C",
      "10.0.0.2 ssh-ed25519 B\r\n\r\npi3 ssh-rsa C"
    ),
    ("pi1,10.0.0.1\tssh-ed25519 A\r\n", "pi1\tssh-ed25519 A\r\n"),
    ("10.0.0.1,!10.0.0.9 ssh-ed25519 A\n", ""),
    ("10.0.0.9,!10.0.0.1 ssh-ed25519 A\n", "10.0.0.9,!10.0.0.1 ssh-ed25519 A\n"),
    ("\n10.0.0.11 ssh-ed25519 A", "\n10.0.0.11 ssh-ed25519 A"),
  ])
  func onlyThatHost(before: String, after: String) {
    #expect(KnownHosts.forgetting("10.0.0.1", in: before) == after)
  }

  @Test func bytesOfOtherLinesStay() {
    let other: [UInt8] = Array("pi\u{A0}".utf8) + [0xFF, 0xFE, 0x0D, 0x0A]
    let own = Array("10.0.0.1 ssh-ed25519 A\n".utf8)
    #expect(KnownHosts.forgetting("10.0.0.1", in: other + own + other) == other + other)
  }

  @Test func hashedNamesAreFound() {
    // 10.0.0.1 as `ssh-keygen -H` writes it, with a salt of zeros.
    let line = "|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|9GdWSkum9tfQDkU01dy2AbH6Ig0= ssh-ed25519 A\n"
    #expect(KnownHosts.forgetting("10.0.0.1", in: line + "pi2 ssh-ed25519 B\n") == "pi2 ssh-ed25519 B\n")
  }
}
