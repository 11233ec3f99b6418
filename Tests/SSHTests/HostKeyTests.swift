import Diagnostics
import Foundation
import Glibc
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

  /// An inventory from elsewhere may name any file, and a jump host's name may be an option of `authorized_keys`.
  @Test(arguments: [
    ("authorized_keys", nil), ("authorized_keys", ""), ("authorized_keys", "ssh-ed25519 AAAA me\n"),
    ("notes", "# words\n"),
    (".profile", "PATH=/x\n"), ("hosts", "127.0.0.1 localhost\n"), ("new", nil),
  ])
  func noKeyIsAddedToAnotherFile(_ name: String, _ text: String?) async throws {
    let rig = try Rig()
    let file = rig.daemon.folder.file("home/\(name)")
    try FileManager.default.createDirectory(atPath: rig.daemon.folder.file("home"), withIntermediateDirectories: true)
    if let text { try rig.daemon.folder.write("home/\(name)", text) }
    try FileManager.default.createSymbolicLink(
      atPath: rig.daemon.folder.file("home/known_hosts"), withDestinationPath: file)
    for path in [file] + (text == nil ? [] : [rig.daemon.folder.file("home/known_hosts")]) {
      let error = await login(rig, HostKeyPolicy(knownHostsFiles: [path], onUnknown: .accept))
      #expect(error?.code == .local)
      #expect(error?.message.hasPrefix("no host key is added to ") == true)
    }
    #expect(FileManager.default.fileExists(atPath: file) == (text != nil))
    if let text { #expect(try rig.daemon.folder.read("home/\(name)") == text) }
  }

  @Test func pipesAndDevicesAreNoFilesOfKeys() async throws {
    let rig = try Rig()
    let pipe = rig.daemon.folder.file("known_hosts_pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for file in [pipe, "/dev/zero"] {
      let error = await login(rig, HostKeyPolicy(knownHostsFiles: [file], onUnknown: .accept))
      #expect(error?.code == .local)
    }
    #expect(await login(rig, HostKeyPolicy(knownHostsFiles: ["/dev/null"], onUnknown: .accept)) == nil)
    let error = await #expect(throws: HearthError.self) { try await rig.connect(credentials: [.keyFile(pipe)]) }
    #expect(error?.message.contains("cannot be read") == true)
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
