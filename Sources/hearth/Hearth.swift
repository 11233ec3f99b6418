import ArgumentParser
import Diagnostics
import Foundation

/// The command line: commands, terminal output, exit codes; no logic of its own.
struct Hearth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hearth",
    abstract: "Turns a rack of machines into a Kubernetes cluster.",
    discussion: """
      One YAML file describes the rack. A first try, on virtual hosts of this machine:

        hearth lab up --nodes 4
        hearth up

      Exit codes: 0 done; 1 failed; 2 wrong use or inventory; 3 refused by you or by a lock; 4 some hosts failed.
      """.flowing,
    version: hearthVersion,
    groupedSubcommands: [
      CommandGroup(
        name: "Make a cluster:",
        subcommands: [
          InitCommand.self, FlashFilesCommand.self, CheckCommand.self, PlanCommand.self, UpCommand.self,
        ]),
      CommandGroup(
        name: "See how it is:",
        subcommands: [
          StatusCommand.self, DashboardCommand.self, TopCommand.self, SmokeCommand.self, KubeconfigCommand.self,
        ]),
      CommandGroup(
        name: "Change it while it serves:",
        subcommands: [NodeCommand.self, ReaddressCommand.self, ResetCommand.self]),
      CommandGroup(name: "Every day:", subcommands: [SSHCommand.self, ExecCommand.self, LogsCommand.self]),
      CommandGroup(name: "What it costs:", subcommands: [CostCommand.self]),
      CommandGroup(
        name: "Keep it:",
        subcommands: [
          UpgradeCommand.self, BackupCommand.self, RestoreCommand.self, CertsCommand.self, AdoptCommand.self,
          RecoveryCardCommand.self, ShutdownCommand.self, StartCommand.self, NotifyCommand.self,
          MetricsCommand.self,
        ]),
      CommandGroup(
        name: "More:",
        subcommands: [
          ImageCommand.self, BenchCommand.self, HostGroup.self, LabCommand.self, InventoryCommand.self,
          ConfigCommand.self,
          ArtifactsCommand.self, RunsCommand.self, LoginCommand.self, CompletionCommand.self, SchemaCommand.self,
          VersionCommand.self,
        ]),
    ]
  )
}

let hearthVersion = "0.1.0"

@main
enum Main {
  static func main() async {
    let work = Task { await run() }
    Interrupts.shared.listen { work.cancel() }
    leave(await work.value)
  }

  private static func run() async -> Int32 {
    do {
      try CommandWords.check(Array(CommandLine.arguments.dropFirst()))
      let command = try Hearth.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
      return 0
    } catch {
      return report(error)
    }
  }

  /// Ends the process without the clean-up of C libraries: threads that wait for hosts which answer no more use them to the
  /// last, and would crash.
  private static func leave(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
  }

  /// The command line asks for JSON; errors before and after a run are JSON then, too.
  private static var wantsJSON: Bool {
    let words = CommandLine.arguments
    return words.contains("--output=json")
      || zip(words, words.dropFirst()).contains { ["-o", "--output"].contains($0) && $1 == "json" }
  }

  /// Prints an error where people look for it and returns the exit code.
  private static func report(_ error: any Error) -> Int32 {
    let text = ErrorText(style: Terminal().style)
    switch error {
    case let error as HearthError:
      if wantsJSON { JSONSink().emit(.failure(error)) } else { Terminal.writeError(text.render(error) + "\n") }
      return ExitStatus(error).rawValue
    case let errors as HearthErrors:
      if wantsJSON {
        for error in errors.errors { JSONSink().emit(.failure(error)) }
      } else {
        Terminal.writeError(text.render(errors.errors) + "\n")
      }
      return (errors.errors.first.map(ExitStatus.init) ?? .failed).rawValue
    case let status as ExitStatus:
      return status.rawValue
    case is CancellationError:
      if wantsJSON {
        JSONSink().emit(.failure(HearthError(.cancelled, "stopped")))
      } else {
        Terminal.writeError("stopped\n")
      }
      return ExitStatus.refused.rawValue
    default:
      // The parser begins with a capital.
      let full = Hearth.fullMessage(for: error)
      let message = full.hasPrefix("Error: ") ? "error: " + full.dropFirst(7) : full
      let code = Hearth.exitCode(for: error)
      if code.isSuccess {
        Terminal.writeOutput(message + "\n")
        return 0
      }
      if wantsJSON {
        JSONSink().emit(.failure(HearthError(.usage, Hearth.message(for: error), hint: "see `--help` of the command")))
      } else {
        Terminal.writeError(message + "\n")
      }
      return ExitStatus.usage.rawValue
    }
  }
}
