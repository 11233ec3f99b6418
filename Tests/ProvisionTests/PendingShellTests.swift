import Diagnostics
import SSH
import Testing

@testable import Provision

@Suite struct PendingShellTests {
  /// Answers with its own name.
  private struct Named: RootShell {
    let host: String
    var execCount: Int { get async { 7 } }
    func run(
      _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
    ) async throws(HearthError) -> ExecResult {
      ExecResult(status: 0, standardOutput: Array(host.utf8))
    }
    func upload(
      _ source: UploadSource, to path: String, mode: UInt16, owner: String,
      progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)?
    ) async throws(HearthError) {}
    func close() async {}
  }

  @Test func waitsForTheLoginAndThenIsTheHost() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let shell = PendingShell("pi1") {
      for await _ in gate { break }
      return .success(Named(host: "pi1"))
    }
    async let answer = shell.run("hostname")
    open.yield()
    #expect(try await answer.outputText == "pi1")
    #expect(await shell.execCount == 7)
  }

  @Test func everyUseTellsWhyTheLoginFailed() async {
    let shell = PendingShell("pi1") { .failure(HearthError(.unreachable, "no way")) }
    for _ in 1...2 {
      let error = await #expect(throws: HearthError.self) { try await shell.run("true") }
      #expect(error?.message == "no way" && error?.subject.host == "pi1")
    }
    #expect(await shell.execCount == 0)
    await shell.close()
  }

  /// One host that cannot be reached says nothing about the others.
  @Test func aPlanNamesTheHostThatCannotBeReached() async {
    let engine = Engine(
      hosts: ["pi1": PendingShell("pi1") { .failure(HearthError(.unreachable, "no way")) }], events: SilentSink())
    let plan = await engine.plan(EngineTests.phases([.absent(path: "/srv/x")], on: "pi1"))
    #expect(plan.failures["pi1"]?.code == .unreachable)
    #expect(plan.changeCount == 0)
  }
}
