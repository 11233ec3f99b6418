import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import SSH

/// A host that never stops sending fails alone: it holds neither the thread that all connections share nor this machine's
/// memory.
@Suite(
  .enabled(if: Rig.missing(programs: ["python3"]) == nil, "needs \(Rig.missing(programs: ["python3"]) ?? "nothing")"))
struct FloodTests {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Support/Servers/flooding.py").path

  private func flood(_ kind: String, timeout: Duration, on reactor: Reactor) async throws -> HearthError? {
    let server = try ScriptServer(Self.script, [kind])
    let target = SSHTarget(
      name: "flood", address: "127.0.0.1", port: try #require(UInt16(server.greeting)), user: "root")
    let connection = SSHConnection(target, on: reactor)
    let error = await #expect(throws: HearthError.self) {
      try await connection.connect(
        credentials: [.password(Secret("p"))], hostKeys: HostKeyPolicy(knownHostsFiles: []), timeout: timeout)
    }
    await connection.close()
    return error
  }

  @Test(arguments: ["ignore", "lines"]) func othersAreServedAndTheDeadlineCounts(_ kind: String) async throws {
    let rig = try Rig()
    async let flooded = flood(kind, timeout: .seconds(2), on: rig.reactor)
    let shell = try await rig.shell()
    for number in 0..<5 { #expect(try await shell.run("echo \(number)").outputText == "\(number)\n") }
    await shell.close()
    let error = try await flooded
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("accepts connections but does not speak SSH in time") == true)
  }

  @Test func whatNobodyAskedForIsNotKept() async throws {
    let rig = try Rig()
    let error = try await flood("banner", timeout: .seconds(60), on: rig.reactor)
    #expect(error?.code == .unreachable)
    #expect(error?.message == "127.0.0.1 sends more than 1 MiB that nobody asked for")
  }
}

struct KeyboardAnswerTests {
  @Test(arguments: [
    ([[true]], [["p"]]), ([[false]], [[""]]), ([[true, true]], [["p", ""]]), ([[false, true]], [["", "p"]]),
    ([[true], [true], [true, false]], [["p"], [""], ["", ""]]), ([[], [true]], [[], ["p"]]),
  ])
  func onePromptGetsThePassword(_ rounds: [[Bool]], _ wanted: [[String]]) {
    let answer = KeyboardAnswer(Secret("p"))
    #expect(rounds.map { answer.answers(to: $0) } == wanted)
  }
}
