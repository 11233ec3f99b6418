import Foundation

/// Runs a program and waits for it.
package enum Command {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// - Returns: standard output without its last newline.
  /// - Throws: ``Failure`` with both outputs when the exit status is not 0.
  @discardableResult
  package static func run(_ program: String, _ arguments: String..., input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let output = Pipe(), feed = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = feed
    try process.run()
    try feed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try feed.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(text)")
    }
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
