package import Diagnostics
import Subprocess
import Untrusted

/// A program on the operator's machine.
package enum LocalProgram {
  /// Runs to the end and returns standard output.
  ///
  /// - Throws: ``HearthError`` `local` when the program is missing or its status is not 0, with its last lines.
  @discardableResult
  package static func run(_ name: String, _ arguments: [String]) async throws(HearthError) -> String {
    let typed = ([name] + arguments).shellWords
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments),
        output: .string(limit: 16 << 20), error: .string(limit: 1 << 16))
    } catch is CancellationError {
      throw HearthError(.cancelled, "stopped while \(name) was running")
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw HearthError(
        .local, "cannot run \(name)", hint: "Install it: it is part of Debian.", cause: error.reason,
        command: "command -v \(name.shellQuoted)")
    } catch {
      throw HearthError(
        .local, "\(name) could not be run to its end", hint: "Run the command by hand to see more.",
        cause: error.reason, command: typed)
    }
    guard result.terminationStatus.isSuccess else {
      if Task.isCancelled { throw HearthError(.cancelled, "stopped while \(name) was running") }
      let lines = result.standardError.lastLines(10)
      let full = lines.contains { $0.contains("No space left") }
      throw HearthError(
        .local, full ? "the disk is full: \(name) could not write" : "\(name) failed",
        hint: full ? "Free space and run the command again." : "Run the command by hand to see more.",
        output: lines, command: typed)
    }
    return result.standardOutput
  }
}
