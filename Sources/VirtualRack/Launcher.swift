import Diagnostics
import Foundation
import Subprocess
import Templates

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Runs the shell programs of `templates/lab` and understands what they say.
struct Launcher: Sendable {
  let lab: String
  let labsFolder: String
  let cacheFolder: String
  /// The programs' place on disk. A running host goes on using them when hearth is gone or newer.
  let programsFolder: String

  /// Runs one verb to its end.
  /// - Returns: What it printed.
  @discardableResult
  func run(
    _ verb: String, _ arguments: [String] = [], events: any EventSink = SilentSink()
  ) async throws(HearthError) -> String {
    let command = try commandLine(verb, arguments)
    var options = PlatformOptions()
    // In a group of its own a Ctrl-C in the terminal does not reach it: hearth decides when it ends.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
    ]
    do {
      let result = try await Subprocess.run(
        .name(command[0]), arguments: Arguments(Array(command.dropFirst())), platformOptions: options, input: .none,
        output: .string(limit: 1 << 20), error: .sequence
      ) { execution in
        var complaint = LauncherDiagnostics()
        for try await line in execution.standardError.strings() {
          if let note = complaint.read(line) { events.emit(.note(level: .info, host: nil, text: note)) }
        }
        return complaint
      }
      guard result.terminationStatus.isSuccess else {
        if Task.isCancelled { throw HearthError(.cancelled, "lab \(verb) was stopped before its end") }
        throw result.closureResult.error(doing: verb, by: command)
      }
      return result.standardOutput
    } catch let error as HearthError {
      throw error
    } catch {
      if Task.isCancelled { throw HearthError(.cancelled, "lab \(verb) was stopped before its end") }
      throw HearthError(.local, "the virtual rack's program did not run", cause: error.reason)
    }
  }

  /// What one would type: complete in itself, whatever the environment.
  func commandLine(_ verb: String, _ arguments: [String]) throws(HearthError) -> [String] {
    guard geteuid() == 0 else {
      throw HearthError(
        .privilege, "the virtual rack makes namespaces and mounts, which needs root",
        hint: "Run the same command with sudo.",
        command: (["sudo"] + CommandLine.arguments).joined(separator: " "))
    }
    try placePrograms()
    return [
      "env", "HEARTH_LAB_STATE=\(labsFolder)", "HEARTH_LAB_CACHE=\(cacheFolder)", "sh", "\(programsFolder)/rack.sh",
      lab,
      verb,
    ] + arguments
  }

  /// Writes the programs where they are missing or from another hearth. A shell reads its program while it runs it, so a
  /// file is replaced as a whole, never changed.
  private func placePrograms() throws(HearthError) {
    try Folders.create(programsFolder)
    for name in Template.names(below: "lab/") {
      let text = Data(try Template.text(of: name).utf8)
      let file = "\(programsFolder)/\(name.dropFirst("lab/".count))"
      if FileManager.default.contents(atPath: file) == text { continue }
      do {
        try text.write(to: URL(fileURLWithPath: file), options: .atomic)
      } catch {
        throw HearthError(
          .local, "a program of the virtual rack cannot be written", subject: Subject(file: file),
          cause: error.localizedDescription)
      }
    }
  }
}
