import ArgumentParser
import Diagnostics
import Provision
import SSH
import Synchronization

struct ExecCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Run a command as root on all hosts at once.",
    discussion: """
      Every line of output stands behind its host's name. Ends with 4 when it failed on some host. Examples:

        hearth exec -- uptime
        hearth exec --limit worker -- 'df -h / | tail -n 1'
      """.flowing)

  @Option(help: ArgumentHelp("Seconds that it may take.", valueName: "seconds")) var timeout = 600
  @Flag(help: "Pass bytes on as they come, control characters and escape sequences too.") var raw = false
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions
  @Argument(
    parsing: .postTerminator, help: "The command. One word is a shell's line, several are a program's arguments.")
  var command: [String] = []

  func validate() throws {
    guard (1...604_800).contains(timeout) else { throw ValidationError("--timeout takes 1 to 604800 seconds") }
    if raw, output.output == .json { throw ValidationError("--raw and --output json exclude each other") }
    guard !command.isEmpty else { throw ValidationError("name a command behind `--`, as in: hearth exec -- uptime") }
  }

  fileprivate struct Report: Encodable {
    var host: String
    var status: Int32
    var output: String
  }

  func run() async throws {
    let run = try await RackRun.begin(
      "exec", options: rackOptions, access: access, sink: output.lineSink(), facts: false)
    let everywhere = HostExec(
      line: command.count == 1 ? command[0] : command.map(\.shellQuoted).joined(separator: " "),
      limit: .seconds(timeout), isJSON: output.output == .json, isRaw: raw,
      width: run.session.hosts.map(\.count).max() ?? 0)
    let status = await run.finish { run in
      let errors = await HostCommand(shells: run.engine.currentShells).each { shell throws(HearthError) in
        try await everywhere.run(on: shell)
      }
      guard errors.isEmpty else { throw HearthErrors(errors) }
    }
    guard status == .done else { throw status == .failed ? ExitStatus.someHostsFailed : status }
  }
}

/// One command on one host.
private struct HostExec: Sendable {
  var line: String
  var limit: Duration
  var isJSON: Bool
  var isRaw: Bool
  var width: Int

  func run(on shell: any RootShell) async throws(HearthError) {
    let lines = PrefixedLines(prefix: "\(shell.host.padding(width)) | ", isRaw: isRaw)
    let isJSON = isJSON
    let result = try await shell.run(
      "exec 2>&1 </dev/null\n\(line)\n", input: [], timeout: limit,
      onOutput: { bytes in if !isJSON { lines.feed(bytes) } })
    lines.finish()
    if isJSON {
      try? JSONSink.write(
        ExecCommand.Report(host: shell.host, status: result.status, output: result.outputText), as: .exec)
    }
    guard result.status == 0 else {
      throw HearthError(.remoteCommand, "the command ended with status \(result.status)")
    }
  }
}
