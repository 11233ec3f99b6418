import Diagnostics
import SSH
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: Rig.missing() == nil, "needs \(Rig.missing() ?? "nothing")"))
struct HostKeyTests {
  /// Logs in under a policy and answers with the error, if any.
  private func login(_ rig: Rig, _ policy: HostKeyPolicy) async -> HearthError? {
    do throws(HearthError) {
      await (try rig.connect(hostKeys: policy)).close()
      return nil
    } catch {
      return error
    }
  }

  private func policy(_ rig: Rig, _ lines: String, _ unknown: HostKeyPolicy.Unknown = .refuse) throws -> HostKeyPolicy {
    try rig.daemon.folder.write("hosts", lines)
    return HostKeyPolicy(knownHostsFiles: [rig.daemon.folder.file("hosts")], onUnknown: unknown)
  }

  @Test func unknownKeyIsRefusedWithItsFingerprint() async throws {
    let rig = try Rig()
    let error = await login(rig, try policy(rig, ""))
    #expect(error?.code == .hostKey)
    #expect(error?.message.contains(try rig.daemon.fingerprint()) == true)
    #expect(!rig.daemon.log.contains("publickey"), "nothing about the user may have been sent")
  }

  @Test func acceptedKeyIsKeptAndKnownNextTime() async throws {
    let rig = try Rig()
    let accepting = try policy(rig, "# a comment, and no newline at the end", .accept)
    #expect(await login(rig, accepting) == nil)
    #expect(try rig.daemon.folder.read("hosts").hasSuffix("end\n\(try rig.daemon.knownHostsLine())\n"))
    #expect(await login(rig, HostKeyPolicy(knownHostsFiles: accepting.knownHostsFiles)) == nil)
  }

  @Test(arguments: [true, false]) func personIsAskedOnce(answer: Bool) async throws {
    let rig = try Rig(), questions = Questions()
    let asking = try policy(
      rig, "",
      .ask { question in
        questions.list.withLock { $0.append(question) }
        return answer
      })
    let error = await login(rig, asking)
    #expect(error?.code == (answer ? nil : .refused))
    #expect(questions.list.withLock { $0 }.map(\.fingerprint) == [try rig.daemon.fingerprint()])
    #expect(try rig.daemon.folder.read("hosts").isEmpty == !answer)
  }

  @Test func changedKeyIsRefusedWithBothFingerprints() async throws {
    let rig = try Rig(), other = try SSHDaemon()
    let old = try other.knownHostsLine().replacing(":\(other.port) ", with: ":\(rig.daemon.port) ")
    for unknown in [HostKeyPolicy.Unknown.refuse, .accept] {
      let error = await login(rig, try policy(rig, "\n\(old)\n", unknown))
      #expect(error?.code == .hostKey)
      #expect(error?.message.contains(try rig.daemon.fingerprint()) == true)
      #expect(error?.message.contains(try other.fingerprint()) == true)
      #expect(error?.subject.line == 2)
    }
    #expect(!rig.daemon.log.contains("publickey"))
  }

  @Test func hostCannotPassAsUnknownWithAnotherTypeOfKey() async throws {
    let rig = try Rig(hostKeys: ["ecdsa"]), other = try SSHDaemon()
    let old = try other.knownHostsLine().replacing(":\(other.port) ", with: ":\(rig.daemon.port) ")
    #expect(await login(rig, try policy(rig, old, .accept))?.code == .hostKey)
  }

  @Test func typeOfTheKnownKeyIsAskedFor() async throws {
    let rig = try Rig(hostKeys: ["ed25519", "ecdsa"])
    #expect(await login(rig, try policy(rig, try rig.daemon.knownHostsLine("ecdsa"))) == nil)
    #expect(await login(rig, try policy(rig, try rig.daemon.knownHostsLine("ed25519"))) == nil)
  }

  @Test func hashedNamesAreFound() async throws {
    let rig = try Rig()
    let policy = try policy(rig, try rig.daemon.knownHostsLine() + "\n")
    try Command.run("ssh-keygen", "-q", "-H", "-f", rig.daemon.folder.file("hosts"))
    #expect(try rig.daemon.folder.read("hosts").hasPrefix("|1|"))
    #expect(await login(rig, policy) == nil)
  }

  @Test func revokedKeyIsRefusedThoughPinned() async throws {
    let rig = try Rig(), line = try rig.daemon.knownHostsLine()
    var revoking = try policy(
      rig, "\(line)\n@revoked * \(line.split(separator: " ").dropFirst().joined(separator: " "))")
    #expect(await login(rig, revoking)?.message.contains("revoked") == true)
    revoking.pins = [try rig.daemon.fingerprint()]
    #expect(await login(rig, revoking)?.message.contains("revoked") == true)
  }

  @Test func pinsDecideAlone() async throws {
    let rig = try Rig(), other = try SSHDaemon()
    var pinned = try policy(rig, "", .refuse)
    pinned.pins = [try other.fingerprint(), try rig.daemon.fingerprint()]
    #expect(await login(rig, pinned) == nil)
    pinned.pins = [try other.fingerprint()]
    pinned.onUnknown = .accept
    let error = await login(rig, pinned)
    #expect(error?.code == .hostKey)
    #expect(error?.message.contains(try rig.daemon.fingerprint()) == true)
    #expect(error?.message.contains(try other.fingerprint()) == true)
  }

  @Test func pinOfAnyTypeOfKeyWillDo() async throws {
    let rig = try Rig(hostKeys: ["ed25519", "ecdsa"])
    var pinned = try policy(rig, "", .refuse)
    pinned.pins = [try rig.daemon.fingerprint("ecdsa")]
    #expect(await login(rig, pinned) == nil)
  }

  @Test func hostWithNothingButRSAIsExplained() async throws {
    let rig = try Rig(hostKeys: ["rsa"])
    let error = await login(rig, try policy(rig, "", .accept))
    #expect(error?.code == .unsupported)
    #expect(error?.hint?.contains("ssh-keygen -A") == true)
  }
}

private final class Questions: Sendable {
  let list = Mutex<[HostKeyQuestion]>([])
}
