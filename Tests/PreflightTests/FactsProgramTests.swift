import Diagnostics
import Foundation
import Provision
import Testing

@Suite("Facts of this machine")
struct FactsProgramTests {
  @Test("The program runs in sh here and says what the machine itself says")
  func thisMachine() throws {
    let output = try LocalShell.run(FactsProgram.script)
    let facts = try FactsProgram.decode(output)
    #expect(facts.machine == LocalShell.text("uname -m"))
    #expect(facts.kernel == LocalShell.text("uname -r"))
    #expect(facts.hostname == LocalShell.text("hostname"))
    #expect(facts.cpuCount == Int(LocalShell.text("getconf _NPROCESSORS_ONLN")))
    #expect(facts.pageSizeBytes == Int(LocalShell.text("getconf PAGESIZE")))
    #expect(facts.memoryBytes > 64 << 20)
    #expect(facts.filesystems["/"]?.totalBytes ?? 0 > 1 << 20)
    #expect(facts.osID == LocalShell.text(". /etc/os-release && echo \"$ID\""))
    #expect(facts.debianArchitecture == LocalShell.text("dpkg --print-architecture"))
    #expect(abs(Double(facts.clock.components.seconds) - Date().timeIntervalSince1970) < 60)
  }

  @Test("An answer that is cut short is an error, not half the facts")
  func cutShort() throws {
    let output = try LocalShell.run(FactsProgram.script)
    #expect(throws: HearthError.self) { try FactsProgram.decode(Array(output.prefix(output.count / 2))) }
    #expect(throws: HearthError.self) { try FactsProgram.decode(Array("Welcome!\n".utf8)) }
  }
}

/// Runs programs with this machine's `sh`, as a host's login would.
enum LocalShell {
  static func run(_ program: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-s"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let writer = Thread {
      input.fileHandleForWriting.write(Data(program.utf8))
      try? input.fileHandleForWriting.close()
    }
    writer.start()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(data)
  }

  static func text(_ program: String) -> String {
    let bytes = (try? run(program)) ?? []
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
