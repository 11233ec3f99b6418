import ArgumentParser

struct CostCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "What the rack costs at home, and what the same would cost in a cloud.",
    discussion: "Works without a network. Example:\n\n  hearth cost report",
    subcommands: [
      CostReportCommand.self, CostPlanCommand.self, CostPricesCommand.self, CostTariffCommand.self,
      CostTrackCommand.self,
    ])
}
