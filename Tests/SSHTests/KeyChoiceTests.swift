import Diagnostics
import Foundation
import Glibc
@testable import SSH
import TestSupport
import Testing

/// Which keys are taken, which are not, and what is said of them.
@Suite(.enabled(if: Rig.missing() == nil, "needs \(Rig.missing() ?? "nothing")"))
struct KeyChoiceTests {
  private func login(_ rig: Rig, _ credentials: [Credential], user: String = "root") async -> HearthError? {
    do throws(HearthError) {
      await try rig.connect(user, credentials: credentials).close()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    (0o600, true), (0o400, true), (0o700, true), (0o644, false), (0o640, false), (0o606, false), (0o660, false),
  ])
  func keysThatOthersCanReadAreNotUsed(mode: Int, isUsed: Bool) async throws {
    let rig = try Rig()
    chmod(rig.daemon.userKey, mode_t(mode))
    let error = await login(rig, [.keyFile(rig.daemon.userKey)])
    #expect((error == nil) == isUsed)
    if !isUsed {
      #expect(error?.message.contains("can be read by others") == true)
      #expect(error?.hint?.contains("chmod 600") == true)
    }
  }

  /// OpenSSH 9's own verdict on the same files.
  @Test(arguments: [0o600, 0o644, 0o640]) func modeIsJudgedAsOpenSSHJudgesIt(mode: Int) async throws {
    let rig = try Rig()
    chmod(rig.daemon.userKey, mode_t(mode))
    let theirs = try? Command.run(
      "ssh", "-F", "none", "-i", rig.daemon.userKey, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
      "UserKnownHostsFile=\(rig.daemon.folder.file("known_hosts"))", "-p", "\(rig.daemon.port)", "root@127.0.0.1",
      "true")
    #expect((await login(rig, [.keyFile(rig.daemon.userKey)]) == nil) == (theirs != nil))
  }

  @Test func keyInPKCS8LogsIn() async throws {
    let rig = try Rig(), folder = rig.daemon.folder
    let seed = (0..<32).map { UInt8($0) }
    let der: [UInt8] = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20] + seed
    let pem = "-----BEGIN PRIVATE KEY-----\n\(Data(der).base64EncodedString())\n-----END PRIVATE KEY-----\n"
    let file = try folder.write("pkcs8", pem)
    let key = try PrivateKeyFile(pem, path: file)
    try rig.daemon.authorize("ssh-ed25519 \(Data(key.publicKey).base64EncodedString())\n")
    #expect(await login(rig, [.keyFile(file)]) == nil)
  }

  @Test(arguments: [
    ("PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n", "is a PuTTY key", "puttygen"),
    ("CUT", "is damaged", "ssh-keygen -yf"), ("NOEND", "is damaged", "ssh-keygen -yf"),
    (
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIG\n-----END ENCRYPTED PRIVATE KEY-----\n", "encrypted PKCS#8",
      "ssh-keygen -p -f"
    ),
    (
      "-----BEGIN RSA PRIVATE KEY-----\nMIG\n-----END RSA PRIVATE KEY-----\n", "RSA keys cannot be used",
      "ssh-keygen -t ed25519"
    ),
    ("ssh-ed25519 AAAA me\n", "is a public key", "without .pub"), ("", "is empty", "private key file"),
    ("hello ssh-ed25519\n", "is not a private key", "private key"),
  ])
  func filesThatAreNoKeyAreNamed(text: String, words: String, remedy: String) async throws {
    let rig = try Rig()
    let whole = try rig.daemon.folder.read("user")
    let cut = text == "CUT" ? String(whole.prefix(200)) : text == "NOEND" ? String(whole.dropLast(40)) : text
    let error = await login(rig, [.keyFile(try rig.daemon.folder.write("key", cut))])
    #expect(error?.code == .authentication)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    if !["is empty", "is a public key", "is not a private key"].contains(words) {
      #expect(error?.hint?.contains(remedy) == true, "\(error?.hint ?? "")")
    }
  }

  /// sshd lets one try six keys on a connection.
  @Test func agentWithManyKeysLogsIn() async throws {
    let rig = try Rig(), agent = try Agent(rig.daemon.folder.file("agent"))
    for number in 0..<9 {
      let file = rig.daemon.folder.file("stranger\(number)")
      try Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
      try agent.add(file)
    }
    try agent.add(rig.daemon.userKey)
    let error = await login(rig, [.agent(socket: agent.socket)])
    #expect(error == nil, "\(error.map { "\($0) \($0.cause ?? "")" } ?? "") \(rig.daemon.log.suffix(1500))")
    #expect(rig.daemon.log.contains("Too many authentication failures"))
    // With the right one named, the others are not shown at all.
    let only = [KeyFile(rig.daemon.userKey)]
    #expect(await login(rig, [.agent(socket: agent.socket, only: only)]) == nil)
  }

  /// Silent, or with a byte now and then, so that no single wait is long.
  @Test(arguments: [
    "time.sleep(60)", "c,_=s.accept()\nc.sendall(b'\\0\\0\\2\\0')\nwhile 1: time.sleep(0.5); c.sendall(b'\\0')",
  ])
  func agentThatHangsIsGivenUp(answer: String) async throws {
    let rig = try Rig(), socket = rig.daemon.folder.file("hanging")
    func hang() throws -> ChildProcess {
      unlink(socket)
      let agent = try ChildProcess(
        ["python3", "-c", "import socket,time;s=socket.socket(1);s.bind('\(socket)');s.listen(1)\n\(answer)"])
      while !FileManager.default.fileExists(atPath: socket) { usleep(5000) }
      usleep(50_000)
      return agent
    }
    for credentials: [Credential] in [
      [.agent(socket: socket), .keyFile(rig.daemon.userKey)], [.agent(socket: socket)],
    ] {
      let agent = try hang()
      defer {
        agent.signal(SIGKILL)
        agent.wait()
      }
      let error = await login(rig, credentials)
      guard credentials.count == 1 else {
        #expect(error == nil)
        continue
      }
      #expect(error?.message.contains("did not answer within") == true, "\(error?.message ?? "")")
    }
  }

  @Test(arguments: ["publickey,password", "publickey,keyboard-interactive", "password,publickey"])
  func hostThatWantsBothGetsBoth(methods: String) async throws {
    let rig = try Rig(options: [
      "AuthenticationMethods \(methods)", "PasswordAuthentication yes", "KbdInteractiveAuthentication yes",
      "UsePAM yes",
    ])
    let user = try UserAccount()
    let key = Credential.keyFile(rig.daemon.userKey), password = Credential.password(Secret(user.password))
    #expect(await login(rig, [password, key], user: user.name) == nil)
    let error = await login(rig, [key], user: user.name)
    #expect(error?.code == .authentication)
    if methods.hasPrefix("publickey") { #expect(error?.hint?.contains("ssh: {password:") == true) }
  }

  @Test(arguments: [
    ("Ciphers aes128-gcm@openssh.com,aes256-gcm@openssh.com", "cipher"),
    ("Ciphers chacha20-poly1305@openssh.com", "cipher"),
    ("KexAlgorithms diffie-hellman-group1-sha1,diffie-hellman-group14-sha1", "key exchange"),
    ("KexAlgorithms diffie-hellman-group-exchange-sha1", "key exchange"),
    ("MACs hmac-sha1", "MAC"), ("MACs umac-64@openssh.com", "MAC"),
  ])
  func listThatDoesNotMatchIsNamed(option: String, list: String) async throws {
    let rig = try Rig(options: [option])
    let error = await login(rig, [.keyFile(rig.daemon.userKey)])
    // A newer libssh2 has AES-GCM.
    if error == nil { return #expect(list == "cipher" && option.contains("gcm")) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("have no \(list) in common") == true, "\(error?.message ?? "")")
    #expect(error?.cause?.contains(option.split(separator: " ")[1].split(separator: ",")[0]) == true)
  }

  @Test(arguments: [
    "KexAlgorithms curve25519-sha256", "KexAlgorithms ecdh-sha2-nistp521",
    "KexAlgorithms diffie-hellman-group14-sha256",
    "KexAlgorithms diffie-hellman-group16-sha512", "Ciphers aes256-ctr", "MACs hmac-sha2-512",
  ])
  func currentAlgorithmsAreSpoken(option: String) async throws {
    let rig = try Rig(options: [option])
    #expect(await login(rig, [.keyFile(rig.daemon.userKey)]) == nil)
  }

  @Test func jumpHostNeverSeesThePassword() async throws {
    let options = ["PasswordAuthentication yes", "UsePAM yes", "AuthenticationMethods any"]
    let jump = try Rig(options: options), rig = try Rig(options: options), user = try UserAccount()
    try rig.daemon.folder.write(
      "known_hosts", "\(try rig.daemon.knownHostsLine())\n\(try jump.daemon.knownHostsLine())\n")
    var target = rig.target(user.name)
    target.jumps = [jump.target(user.name)]
    let connection = SSHConnection(target, on: rig.reactor)
    let password = Credential.password(Secret(user.password))
    let error = await #expect(throws: HearthError.self) {
      try await connection.connect(credentials: [password], hostKeys: rig.knownHosts)
    }
    #expect(error?.code == .authentication)
    #expect(!jump.daemon.log.contains("Failed password") && !jump.daemon.log.contains("Accepted password"))
    // With a login and a pin of its own it carries the connection.
    let second = SSHConnection(target, on: rig.reactor)
    let pin = HostKeyPolicy(knownHostsFiles: [], pins: [try jump.daemon.fingerprint()])
    let hop = JumpHop(target.jumps[0], credentials: [.keyFile(jump.daemon.userKey)], hostKeys: pin)
    try await second.connect(credentials: [password], hostKeys: rig.knownHosts, hops: [hop])
    #expect(try await second.execute("echo ok").outputText == "ok\n")
    await second.close()
  }
}
