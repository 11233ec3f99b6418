package import Diagnostics
import Foundation

/// A command of the user's own that must succeed after each node's turn before the next one begins.
package struct UserGate: Sendable {
  /// For `sh -c`, on this machine.
  package var command: String

  package init(command: String) { self.command = command }

  /// - Throws: ``HearthError`` with the last lines that the command printed.
  func pass(after node: String, events: any EventSink) async throws(HearthError) {
    events.emit(.condition(name: "own-check", host: node, state: .waiting, detail: command))
    let result = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: run(node)) }
    }
    guard result.status == 0 else {
      throw HearthError(
        .refused, "your own check failed after \(node) (exit status \(result.status))", subject: Subject(host: node),
        hint: "put right what it found", output: result.lines, command: command)
    }
    events.emit(.condition(name: "own-check", host: node, state: .met, detail: command))
  }

  private struct Result: Sendable {
    var status: Int32
    var lines: [String]
  }

  private func run(_ node: String) -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    var environment = ProcessInfo.processInfo.environment
    environment["HEARTH_NODE"] = node
    process.environment = environment
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    do {
      try process.run()
    } catch {
      return Result(status: 127, lines: [error.localizedDescription])
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(15).map(String.init)
    return Result(status: process.terminationStatus, lines: lines)
  }
}
