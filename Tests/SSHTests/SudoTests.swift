import Diagnostics
import Foundation
import SSH
import TestSupport
import Testing

/// Real sudo, real accounts, through a real sshd.
@Suite(.enabled(if: Rig.missing(programs: ["sudo"]) == nil, "needs \(Rig.missing(programs: ["sudo"]) ?? "nothing")"))
struct SudoTests {
  private let program = "id -u; cat"

  @Test(arguments: ["/bin/bash", "/bin/dash", "/usr/bin/zsh", "/usr/bin/fish"])
  func everyLoginShellWillDo(shell: String) async throws {
    try #require(FileManager.default.isExecutableFile(atPath: shell), "needs \(shell)")
    let rig = try Rig(), user = try UserAccount(shell: shell, sudo: .passwordless)
    let root = try await rig.shell(user.name, .passwordless)
    let result = try await root.run(program, input: Array("x\ny".utf8), timeout: .seconds(60), onOutput: nil)
    #expect(result == ExecResult(status: 0, standardOutput: Array("0\nx\ny".utf8)))
    #expect(await root.execCount == 1)
    await root.close()
  }

  @Test(arguments: ["", "use_pty", "!use_pty"])
  func passwordGoesToSudoOnly(defaults: String) async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .withPassword, defaults: defaults)
    let root = try await rig.shell(user.name, .password(Secret(user.password)))
    let result = try await root.run(program, input: Array("x".utf8), timeout: .seconds(60), onOutput: nil)
    #expect(result == ExecResult(status: 0, standardOutput: Array("0\nx".utf8)))
    #expect(await root.execCount == 1)
    await root.close()
  }

  @Test func passwordThatSudoDoesNotWantIsNotSent() async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .passwordless)
    let root = try await rig.shell(user.name, .password(Secret("not asked for")))
    let result = try await root.run(program, input: Array("x".utf8), timeout: .seconds(60), onOutput: nil)
    #expect(result == ExecResult(status: 0, standardOutput: Array("0\nx".utf8)))
    await root.close()
  }

  @Test func wrongPasswordIsTriedOnce() async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .withPassword)
    let root = try await rig.shell(user.name, .password(Secret("wrong")))
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.code == .privilege)
    #expect(error?.message == "sudo refused the password of \(user.name)")
    #expect(error?.output.contains { $0.contains("1 incorrect password attempt") } == true)
    #expect(await root.execCount == 1)
    // The connection has not suffered.
    #expect(try await root.connection.execute("echo ok").outputText == "ok\n")
    await root.close()
  }

  @Test func missingPasswordIsNamed() async throws {
    let rig = try Rig(), user = try UserAccount(sudo: .withPassword)
    let root = try await rig.shell(user.name, .passwordless)
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.code == .privilege)
    #expect(error?.message == "sudo wants the password of \(user.name)")
    #expect(error?.hint?.contains("sudo: ask") == true)
    await root.close()
  }

  @Test func userOutsideSudoersIsNamed() async throws {
    let rig = try Rig(), user = try UserAccount()
    let root = try await rig.shell(user.name, .password(Secret(user.password)))
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.code == .privilege)
    #expect(error?.message == "\(user.name) may not use sudo")
    await root.close()
  }

  @Test func userWhoIsNotRootIsNamed() async throws {
    let rig = try Rig(), user = try UserAccount()
    let root = try await rig.shell(user.name, .none)
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.code == .privilege)
    #expect(error?.message.contains("is not root") == true)
    await root.close()
  }

  @Test func missingSudoIsNamed() async throws {
    let programs = try TemporaryFolder()
    for name in ["env", "sh"] {
      try FileManager.default.createSymbolicLink(
        atPath: programs.file(name), withDestinationPath: "/usr/bin/\(name)")
    }
    let rig = try Rig(options: ["SetEnv PATH=\(programs.path)"]), user = try UserAccount(shell: "/bin/dash")
    let root = try await rig.shell(user.name, .passwordless)
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.code == .privilege)
    #expect(error?.message == "sudo is not installed")
    await root.close()
  }

  @Test func accountWithoutShellIsNamed() async throws {
    let rig = try Rig(), user = try UserAccount(shell: "/usr/sbin/nologin", sudo: .passwordless)
    let root = try await rig.shell(user.name, .passwordless)
    let error = await #expect(throws: HearthError.self) { try await root.run(program) }
    #expect(error?.code == .privilege)
    #expect(error?.output.contains { $0.contains("not available") } == true)
    await root.close()
  }

  @Test func noiseOfTheLoginShellIsNoOutput() async throws {
    let rig = try Rig(options: ["SetEnv SHLVL=0"]), user = try UserAccount(sudo: .passwordless)
    try Data("echo noise; echo more >&2\n".utf8).write(to: URL(fileURLWithPath: "/home/\(user.name)/.bashrc"))
    let root = try await rig.shell(user.name, .passwordless)
    let result = try await root.run("echo out; echo err >&2")
    #expect(result == ExecResult(status: 0, standardOutput: Array("out\n".utf8), standardError: Array("err\n".utf8)))
    await root.close()
  }
}
