import Diagnostics
import Foundation
import Glibc
import SSH
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: Rig.missing() == nil, "needs \(Rig.missing() ?? "nothing")"))
struct AuthenticationTests {
  /// Makes a key that root may log in with.
  private func key(_ rig: Rig, _ name: String, _ arguments: String...) throws -> String {
    let file = rig.daemon.folder.file(name)
    var words = ["ssh-keygen", "-q", "-f", file] + arguments
    if !arguments.contains("-N") { words += ["-N", ""] }
    try Command.run(words)
    try rig.daemon.authorize(try rig.daemon.folder.read("\(name).pub"))
    return file
  }

  private func login(_ rig: Rig, _ credentials: [Credential], user: String = "root") async -> HearthError? {
    do throws(HearthError) {
      let connection = try await rig.connect(user, credentials: credentials)
      await connection.close()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "384"], ["-t", "ecdsa", "-b", "521"],
    ["-t", "ecdsa", "-b", "256", "-m", "PEM"], ["-t", "ecdsa", "-b", "384", "-m", "PKCS8"],
  ])
  func keyFilesLogIn(arguments: [String]) async throws {
    let rig = try Rig()
    let file = rig.daemon.folder.file("key")
    try Command.run(["ssh-keygen", "-q", "-N", "", "-f", file] + arguments)
    try rig.daemon.authorize(try rig.daemon.folder.read("key.pub"))
    #expect(await login(rig, [.keyFile(file)]) == nil)
  }

  @Test(arguments: [
    ["-t", "ed25519", "-a", "1"], ["-t", "ed25519", "-a", "3", "-Z", "aes256-cbc"],
    ["-t", "ecdsa", "-a", "1", "-Z", "aes128-ctr"],
  ])
  func passphraseIsAskedOnceForAllHosts(arguments: [String]) async throws {
    let rig = try Rig(), asked = Counter()
    let file = rig.daemon.folder.file("key")
    try Command.run(["ssh-keygen", "-q", "-N", "open sesame", "-f", file] + arguments)
    try rig.daemon.authorize(try rig.daemon.folder.read("key.pub"))
    let key = KeyFile(file) { _, attempt in
      asked.add()
      return Secret(attempt == 1 ? "wrong" : "open sesame")
    }
    await withTaskGroup(of: HearthError?.self) { group in
      for _ in 0..<4 { group.addTask { await login(rig, [.key(key)]) } }
      for await error in group { #expect(error == nil) }
    }
    #expect(asked.value == 2)
  }

  @Test func passphraseIsNotAskedForAKeyThatTheHostRefuses() async throws {
    let rig = try Rig(), asked = Counter()
    let file = rig.daemon.folder.file("stranger")
    try Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-a", "1", "-f", file)
    let stranger = KeyFile(file) { _, _ in
      asked.add()
      return nil
    }
    #expect(await login(rig, [.key(stranger), .keyFile(rig.daemon.userKey)]) == nil)
    #expect(asked.value == 0)
  }

  @Test func wrongPassphrasesGiveUpWithTheWayOut() async throws {
    let rig = try Rig(), asked = Counter()
    let file = try key(rig, "key", "-t", "ed25519", "-N", "secret", "-a", "1")
    let error = await login(
      rig,
      [
        .keyFile(file) { _, _ in
          asked.add()
          return Secret("wrong")
        }
      ])
    #expect(error?.code == .authentication)
    #expect(error?.hint?.contains("ssh-add") == true)
    #expect(asked.value == 3)
  }

  @Test func agentSigns() async throws {
    let rig = try Rig()
    let agent = try Agent(rig.daemon.folder.file("agent"))
    for type in ["ed25519", "ecdsa"] {
      try agent.add(try key(rig, "key-\(type)", "-t", type))
      #expect(await login(rig, [.agent(socket: agent.socket)]) == nil)
      try agent.removeAll()
    }
    let error = await login(rig, [.agent(socket: agent.socket)])
    #expect(error?.code == .authentication)
  }

  @Test func refusalSaysWhatWasTriedAndWhatTheHostAccepts() async throws {
    let rig = try Rig()
    let stranger = rig.daemon.folder.file("stranger")
    try Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger)
    let error = await login(
      rig,
      [
        .keyFile(stranger), .keyFile("/does/not/exist"), .agent(socket: "/no/agent"),
      ])
    #expect(error?.code == .authentication)
    for part in [
      "does not let root in", "\(stranger) (ssh-ed25519): not accepted", "/does/not/exist: does not exist",
      "no ssh-agent answers at /no/agent", "It accepts: publickey.",
    ] {
      #expect(error?.message.contains(part) == true, "\(part) in \(error?.message ?? "")")
    }
    #expect(error?.hint?.contains("ssh-copy-id") == true)
  }

  @Test func RSAKeyIsExplained() async throws {
    let rig = try Rig()
    let error = await login(rig, [.keyFile(try key(rig, "key", "-t", "rsa"))])
    #expect(error?.code == .authentication)
    #expect(error?.message.contains("RSA keys cannot be used: libssh2 1.") == true)
    #expect(error?.hint?.contains("ssh-keygen -t ed25519") == true)
  }

  @Test func passwordLogsIn() async throws {
    let rig = try Rig(options: ["PasswordAuthentication yes", "UsePAM yes"]), user = try UserAccount()
    #expect(await login(rig, [.password(Secret(user.password))], user: user.name) == nil)
    let error = await login(rig, [.password(Secret("wrong"))], user: user.name)
    #expect(error?.code == .authentication)
    #expect(error?.message.contains("password: not accepted") == true)
    #expect("\(String(describing: error))".contains("wrong") == false)
  }

  @Test func passwordIsGivenToKeyboardInteractivePrompts() async throws {
    let rig = try Rig(options: ["KbdInteractiveAuthentication yes", "UsePAM yes"]), user = try UserAccount()
    #expect(await login(rig, [.password(Secret(user.password))], user: user.name) == nil)
    // sshd lets one in before it writes so.
    for _ in 0..<100 where !rig.daemon.log.contains("Accepted keyboard-interactive") {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(rig.daemon.log.contains("Accepted keyboard-interactive"))
  }
}

final class Counter: Sendable {
  private let count = Mutex(0)
  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}
