import Foundation
import Glibc

/// A server in Python, beside the tests that need it. It prints one line when it is ready and ends when its standard
/// input is closed: with this object, or with the test process if that dies first.
package final class ScriptServer: Sendable {
  /// What the script printed when it was ready.
  package let greeting: String
  private let process: ChildProcess
  private let input: FileHandle

  /// - Parameters:
  ///   - script: absolute path.
  ///   - wrapper: a program that starts it, such as `ip netns exec NAME`.
  package init(_ script: String, _ arguments: [String] = [], wrapper: [String] = []) throws {
    let feed = Pipe(), output = Pipe()
    for end in [feed, output] {
      for handle in [end.fileHandleForReading, end.fileHandleForWriting] {
        _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
      }
    }
    let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Servers").path
    process = try ChildProcess(
      wrapper + ["env", "PYTHONPATH=\(shared)", "PYTHONDONTWRITEBYTECODE=1", "python3", script] + arguments,
      input: feed.fileHandleForReading.fileDescriptor,
      output: output.fileHandleForWriting.fileDescriptor)
    input = feed.fileHandleForWriting
    try feed.fileHandleForReading.close()
    try output.fileHandleForWriting.close()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else {
        process.wait()
        throw Command.Failure(
          description: "\(script) did not start; is python3 installed? \(String(decoding: line, as: UTF8.self))")
      }
      line += bytes
    }
    greeting = String(decoding: line.dropLast(), as: UTF8.self)
  }

  deinit {
    try? input.close()
    process.wait()
  }
}
