import Diagnostics
import Foundation
import Glibc
import SSH
import TestSupport
import Testing

/// What stands between a login and root's shell on real hosts: nothing of a program reaches it, and its own words reach
/// the person.
@Suite(.enabled(if: Rig.missing(programs: ["sudo"]) == nil, "needs \(Rig.missing(programs: ["sudo"]) ?? "nothing")"))
struct LoginObstacleTests {
  /// Makes bash read its start file, which the other tests spare it.
  private let readsStartFile = ["SetEnv SHLVL=0"]

  private func failure(
    _ rig: Rig, _ user: UserAccount, _ privilege: Privilege = .passwordless, patience: Duration = .seconds(2),
    program: String = "touch /tmp/\(UUID().uuidString)"
  ) async throws -> HearthError? {
    let connection = SSHConnection(rig.target(user.name), on: rig.reactor, patience: patience)
    try await connection.connect(credentials: [.keyFile(rig.daemon.userKey)], hostKeys: rig.knownHosts)
    let root = SSHRootShell(connection, privilege: privilege)
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    await root.close()
    return error
  }

  /// The program once ran as the login user, in a shell that a start file had put in the place of the login's own.
  @Test(arguments: [Privilege.none, .passwordless, .password(Secret("x"))])
  func programNeverReachesAnotherShell(privilege: Privilege) async throws {
    let rig = try Rig(options: readsStartFile), user = try UserAccount(sudo: .passwordless)
    try Data("exec sh\n".utf8).write(to: URL(fileURLWithPath: "/home/\(user.name)/.bashrc"))
    let witness = "/tmp/hearth-witness-\(user.name)"
    let error = try await failure(rig, user, privilege, program: "id -un >\(witness); chmod 666 \(witness)")
    #expect(error?.code == .privilege)
    #expect(error?.message.contains("reads standard input") == true)
    #expect(!FileManager.default.fileExists(atPath: witness))
  }

  @Test(arguments: ["cat >/dev/null\n", "read -r answer\n", "while read -r line; do eval \"$line\"; done\n"])
  func startFileThatReadsIsNamed(startFile: String) async throws {
    let rig = try Rig(options: readsStartFile), user = try UserAccount(sudo: .passwordless)
    try Data(startFile.utf8).write(to: URL(fileURLWithPath: "/home/\(user.name)/.bashrc"))
    let error = try await failure(rig, user)
    #expect(error?.message.contains("reads standard input") == true)
    #expect(error?.hint?.contains(".bashrc") == true)
  }

  @Test func startFileThatReadsForAWhileDoesNoHarm() async throws {
    let rig = try Rig(options: readsStartFile), user = try UserAccount(sudo: .passwordless)
    try Data("read -t 1 answer\n".utf8).write(to: URL(fileURLWithPath: "/home/\(user.name)/.bashrc"))
    let root = try await rig.shell(user.name, .passwordless)
    #expect(try await root.run("id -u").outputText == "0\n")
    await root.close()
  }

  @Test(arguments: [
    (
      "ForceCommand echo 'Please login as the user \"debian\" rather than the user \"root\".';echo;exit 142",
      "ssh: {user: debian}"
    ),
    ("ForceCommand internal-sftp", "sshd_config"), ("ForceCommand echo $SSH_ORIGINAL_COMMAND >&2", "forced command"),
  ])
  func forcedCommandIsNamedInItsOwnWords(option: String, remedy: String) async throws {
    let rig = try Rig(options: [option]), user = try UserAccount(sudo: .withPassword)
    let error = try await failure(rig, user, .password(Secret(user.password)), patience: .seconds(4))
    #expect(error?.code == .privilege)
    #expect(error?.output.isEmpty == false)
    #expect(error?.hint?.contains(remedy) == true, "\(error?.hint ?? "")")
    #expect("\(String(describing: error))".contains(user.password) == false)
  }

  @Test func loginShellThatIsNoneIsNamed() async throws {
    let rig = try Rig(), user = try UserAccount(shell: "/usr/sbin/nologin", sudo: .passwordless)
    let error = try await failure(rig, user)
    #expect(error?.hint?.contains("usermod -s /bin/bash \(user.name)") == true)
    #expect(error?.output.contains { $0.contains("not available") } == true)
  }

  @Test func noexecIsNamed() async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .passwordless, defaults: "noexec")
    let error = try await failure(rig, user)
    #expect(error?.code == .privilege && error?.message.contains("noexec") == true)
  }

  @Test func secureFolderOfSudoDoesNotMatter() async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .passwordless, defaults: "secure_path=\"/opt/bin\"")
    let root = try await rig.shell(user.name, .passwordless)
    #expect(try await root.run("id -u").outputText == "0\n")
    await root.close()
  }

  @Test func expiredPasswordIsToldFromAnExpiredAccount() async throws {
    let rig = try Rig(options: ["UsePAM yes"]), user = try UserAccount(sudo: .passwordless)
    try Command.run("chage", "-d", "0", user.name)
    let error = try await failure(rig, user)
    #expect(error?.message == "the password of \(user.name) has expired")
    #expect(error?.output.contains { $0.contains("change your password") || $0.contains("expired") } == true)
  }

  @Test func expiredAccountIsNamedByTheHost() async throws {
    let rig = try Rig(options: ["UsePAM yes"]), user = try UserAccount()
    try Command.run("chage", "-E", "0", user.name)
    let error = await #expect(throws: HearthError.self) { try await rig.connect(user.name) }
    #expect(error?.code == .authentication)
    #expect(error?.output.contains { $0.contains("account has expired") } == true, "\(error?.output ?? [])")
    #expect(error?.hint?.contains("chage -E -1") == true)
  }

  @Test func sessionThatIsRefusedNamesMaxSessions() async throws {
    let rig = try Rig(options: ["MaxSessions 1"])
    let root = try await rig.shell()
    let first = Task { try await root.run("sleep 2") }
    try await Task.sleep(for: .milliseconds(600))
    let error = await #expect(throws: HearthError.self) { try await root.run("true") }
    #expect(error?.message.contains("MaxSessions") == true && error?.hint?.contains("MaxSessions 10") == true)
    #expect(try await first.value.status == 0)
    await root.close()
  }

  /// Every character that a keyboard has.
  @Test func anyPasswordOpensSudo() async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .withPassword)
    let password = " " + String(decoding: Array<UInt8>(0x21...0x7E), as: UTF8.self) + " é€ "
    try Command.run("chpasswd", input: "\(user.name):\(password)\n")
    let root = try await rig.shell(user.name, .password(Secret(password)))
    #expect(try await root.run("id -u").outputText == "0\n")
    await root.close()
  }

  @Test(arguments: ["\n", "\r", "\u{4}", "\u{1B}", "\u{7F}"])
  func passwordWithAControlCharacterIsNotSent(character: String) async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .withPassword)
    let error = try await failure(rig, user, .password(Secret(user.password + character)))
    #expect(error?.message.contains("control character") == true)
  }

  @Test func personIsAskedOnlyIfSudoAsks() async throws {
    let rig = try Rig(), wanting = try UserAccount(sudo: .withPassword), free = try UserAccount(sudo: .passwordless)
    let asked = Counter()
    let prompt = PasswordPrompt { user in
      asked.add()
      return user == wanting.name ? Secret(wanting.password) : nil
    }
    for (user, count) in [(free, 0), (wanting, 1), (wanting, 1)] {
      let root = try await rig.shell(user.name, .askedFor(prompt))
      #expect(try await root.run("id -u").outputText == "0\n")
      #expect(asked.value == count)
      await root.close()
    }
  }

  @Test func personWhoGivesNoPasswordIsToldWhatSudoWants() async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .withPassword)
    let error = try await failure(rig, user, .askedFor(PasswordPrompt { _ in nil }))
    #expect(error?.message == "sudo wants the password of \(user.name)")
  }
}
