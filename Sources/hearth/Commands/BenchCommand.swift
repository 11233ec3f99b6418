import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure what the nodes are good for.",
    subcommands: [BenchRuntimeCommand.self, BenchCPUCommand.self])
}
