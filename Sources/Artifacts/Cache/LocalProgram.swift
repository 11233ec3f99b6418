package import Diagnostics
import Subprocess

/// A program on the operator's machine.
package enum LocalProgram {
  /// Runs to the end and returns standard output.
  ///
  /// - Throws: ``HearthError`` `local` when the program is missing or its status is not 0, with its last lines.
  @discardableResult
  package static func run(_ name: String, _ arguments: [String]) async throws(HearthError) -> String {
    let typed = ([name] + arguments).map(quoted).joined(separator: " ")
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments),
        output: .string(limit: 16 << 20), error: .string(limit: 1 << 16))
    } catch is CancellationError {
      throw HearthError(.cancelled, "stopped while \(name) was running")
    } catch {
      throw HearthError(
        .local, "cannot run \(name)", hint: "Install it: it is part of Debian.", cause: error.reason,
        command: "command -v \(name)")
    }
    guard result.terminationStatus.isSuccess else {
      if Task.isCancelled { throw HearthError(.cancelled, "stopped while \(name) was running") }
      let lines = result.standardError.split(separator: "\n").suffix(10).map(String.init)
      let full = lines.contains { $0.contains("No space left") }
      throw HearthError(
        .local, full ? "the disk is full: \(name) could not write" : "\(name) failed",
        hint: full ? "Free space and run the command again." : "Run the command by hand to see more.",
        output: lines, command: typed)
    }
    return result.standardOutput
  }

  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_./:=,+@%".utf8.contains(byte)
      }
    }
    return plain && !word.isEmpty
      ? word
      : "'"
        + word.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
