import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import SSH

/// A host is known by its key, whatever its address is now.
@Suite(.enabled(if: Rig.missing() == nil, "needs \(Rig.missing() ?? "nothing")"))
struct MovedHostKeyTests {
  private static let former = "10.9.9.9"

  private func login(_ rig: Rig, _ lines: String) async throws -> HearthError? {
    try rig.daemon.folder.write("hosts", lines)
    var policy = HostKeyPolicy(knownHostsFiles: [rig.daemon.folder.file("hosts")])
    policy.formerAddress = Self.former
    do throws(HearthError) {
      await (try rig.connect(hostKeys: policy)).close()
      return nil
    } catch {
      return error
    }
  }

  /// The daemon's key as that of the former address.
  private func atFormer(_ daemon: SSHDaemon, port: UInt16, _ type: String = "ed25519") throws -> String {
    "[\(Self.former)]:\(port) "
      + (try daemon.knownHostsLine(type).split(separator: " ").dropFirst().joined(separator: " "))
  }

  @Test func aHostIsKnownByTheKeyThatItHadElsewhere() async throws {
    let rig = try Rig(), other = try SSHDaemon()
    let port = rig.daemon.port
    let known = try atFormer(rig.daemon, port: port) + "\n"
    #expect(try await login(rig, known) == nil)
    #expect(try rig.daemon.folder.read("hosts") == known, "no file is changed")
    // Somebody else had the address before.
    let taken = try other.knownHostsLine().replacing(":\(other.port) ", with: ":\(port) ")
    #expect(try await login(rig, known + taken + "\n") == nil)
  }

  @Test func anotherHostIsRefused() async throws {
    let rig = try Rig(), other = try SSHDaemon()
    let error = try await login(rig, try atFormer(other, port: rig.daemon.port) + "\n")
    #expect(error?.code == .hostKey && error?.message.contains("is not the host that had the address") == true)
    #expect(!rig.daemon.log.contains("publickey"))
  }

  @Test func aRevokedKeyStaysRefused() async throws {
    let rig = try Rig()
    let known = try atFormer(rig.daemon, port: rig.daemon.port)
    let key = known.split(separator: " ").dropFirst().joined(separator: " ")
    #expect(try await login(rig, "\(known)\n@revoked * \(key)\n")?.message.contains("revoked") == true)
  }

  @Test func theTypeThatIsKnownIsAskedFor() async throws {
    let rig = try Rig(hostKeys: ["ed25519", "ecdsa"])
    #expect(try await login(rig, try atFormer(rig.daemon, port: rig.daemon.port, "ecdsa")) == nil)
  }
}

/// Keys follow their hosts in the file.
struct CarriedHostKeyTests {
  private static let keys = (1...3).map { index in
    let blob = [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: UInt8(index), count: 32)
    return "ssh-ed25519 \(Data(blob).base64EncodedString())"
  }

  private static func move(_ from: String, _ to: String) -> MovedHostKeys.Move {
    MovedHostKeys.Move(
      from: SSHTarget(name: "a", address: from, user: "pi"), to: SSHTarget(name: "a", address: to, user: "pi"))
  }

  private static func carried(_ moves: [MovedHostKeys.Move], _ text: String) -> String {
    String(decoding: MovedHostKeys.carried(moves, in: Array(text.utf8), file: "x"), as: UTF8.self)
  }

  @Test func oneHost() {
    let (one, two) = (Self.keys[0], Self.keys[1])
    let result = Self.carried([Self.move("10.0.0.1", "10.1.0.1")], "# mine\n10.0.0.1 \(one)\n10.0.0.2 \(two)")
    #expect(result == "# mine\n10.0.0.2 \(two)\n10.1.0.1 \(one)\n")
    // Once more changes nothing.
    #expect(Self.carried([Self.move("10.0.0.1", "10.1.0.1")], result) == result)
  }

  @Test func hostsThatExchangedTheirAddresses() {
    let (one, two) = (Self.keys[0], Self.keys[1])
    let result = Self.carried(
      [Self.move("10.0.0.1", "10.0.0.2"), Self.move("10.0.0.2", "10.0.0.1")],
      "10.0.0.1 \(one)\n10.0.0.2 \(two)\n")
    #expect(result == "10.0.0.2 \(one)\n10.0.0.1 \(two)\n")
  }

  @Test func whoeverHadTheAddressBeforeIsForgottenAndRevokedKeysAreNot() {
    let (one, two, three) = (Self.keys[0], Self.keys[1], Self.keys[2])
    let result = Self.carried(
      [Self.move("10.0.0.1", "10.0.0.2")], "10.0.0.1,alias \(one)\n10.0.0.2 \(two)\n@revoked * \(three)\n")
    #expect(result == "alias \(one)\n@revoked * \(three)\n10.0.0.2 \(one)\n")
  }
}
