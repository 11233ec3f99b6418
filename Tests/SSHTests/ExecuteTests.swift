import Diagnostics
import SSH
import TestSupport
import Testing

@Suite(.enabled(if: SSHDaemon.missing == nil, "needs \(SSHDaemon.missing ?? "nothing")"))
struct ExecuteTests {
  @Test func outputErrorAndStatusComeBack() async throws {
    let rig = try Rig()
    let connection = try await rig.connect()
    let result = try await connection.execute("echo out; echo err >&2; cat; exit 3", input: Array("in".utf8))
    #expect(result.outputText == "out\nin")
    #expect(result.errorText == "err\n")
    #expect(result.status == 3)
    await connection.close()
  }

  @Test func rootShellRunsProgramsFromStandardInput() async throws {
    let rig = try Rig()
    let shell = try await rig.shell()
    let result = try await shell.run("id -u; cat", input: Array("rest".utf8), timeout: .seconds(60), onOutput: nil)
    #expect(result.outputText == "0\nrest")
    #expect(result.errorText == "")
    #expect(await shell.execCount == 1)
    await shell.close()
  }
}
