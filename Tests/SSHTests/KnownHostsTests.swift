import Foundation
@testable import SSH
import TestSupport
import Testing

struct KnownHostsTests {
  private static let key = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

  private func known(_ hosts: String, marker: String = "") -> KnownHosts {
    KnownHosts.parse("\(marker)\(hosts) ssh-ed25519 \(Self.key) someone\n", file: "f")
  }

  private func target(_ address: String, _ port: UInt16 = 22) -> SSHTarget {
    SSHTarget(name: "n", address: address, port: port, user: "u")
  }

  private var key: HostKey {
    get throws {
      let blob = try #require(Data(base64Encoded: Self.key))
      return try #require(HostKey(blob: Array(blob)))
    }
  }

  @Test(
    arguments: [
      ("pi1", "pi1", 22, true), ("pi1", "PI1", 22, true), ("PI1", "pi1", 22, true), ("pi1", "pi2", 22, false),
      ("pi1,10.0.0.1", "10.0.0.1", 22, true), ("[pi1]:2222", "pi1", 2222, true), ("[pi1]:2222", "pi1", 22, false),
      ("pi1", "pi1", 2222, true), ("*", "pi1", 22, true), ("pi?", "pi1", 22, true), ("pi?", "pi10", 22, false),
      ("pi*", "pi10", 22, true), ("*.lan,!bad.lan", "good.lan", 22, true), ("*.lan,!bad.lan", "bad.lan", 22, false),
      ("!bad.lan,*.lan", "bad.lan", 22, false), ("*a*b*", "xxaxxbxx", 22, true), ("*a*b", "xxaxxbxx", 22, false),
      ("[*]:2222", "pi1", 2222, true),
    ] as [(String, String, UInt16, Bool)])
  func namesMatch(hosts: String, address: String, port: UInt16, expected: Bool) throws {
    let verdict = known(hosts).verdict(on: try key, of: target(address, port), usable: ["ssh-ed25519"])
    #expect((verdict == .trusted) == expected)
  }

  @Test(arguments: [
    "", "# comment", "pi1", "pi1 ssh-ed25519", "pi1 ssh-ed25519 !!!", "pi1 ssh-rsa \(key)",
    "@unknown pi1 ssh-ed25519 \(key)",
    "pi1 ssh-ed25519 AAAA", "|1|x|y ssh-ed25519 \(key)", "|1| ssh-ed25519 \(key)",
  ])
  func nonsenseTrustsNobody(line: String) throws {
    let known = KnownHosts.parse(line, file: "f")
    #expect(known.verdict(on: try key, of: target("pi1"), usable: ["ssh-ed25519"]) == .unknown)
    #expect(known.entries.isEmpty)
    #expect(known.skipped.isEmpty == (line.isEmpty || line.hasPrefix("#")), "a line that says nothing is named")
  }

  @Test func authorityIsNoHostKey() throws {
    let known = known("*", marker: "@cert-authority ")
    let verdict = known.verdict(on: try key, of: target("pi1"), usable: ["ssh-ed25519"])
    #expect(verdict == .authorityOnly(try #require(known.entries.first)))
    #expect(known.keyTypes(of: target("pi1"), among: ["ssh-ed25519"]).isEmpty)
  }

  @Test func keyThatCannotBeCheckedIsNoChange() throws {
    let known = known("pi1")
    var other = try key
    other.blob[50] ^= 1
    #expect(known.verdict(on: other, of: target("pi1"), usable: ["ssh-ed25519"]) == .changed(known.entries))
    #expect(known.verdict(on: other, of: target("pi1"), usable: ["ecdsa-sha2-nistp256"]) == .unusable(known.entries))
  }

  @Test func fingerprintIsOpenSSHs() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("key.pub", "ssh-ed25519 \(Self.key)\n")
    #expect(try Command.run("ssh-keygen", "-lf", file).contains(try key.fingerprint))
  }
}
