import ArgumentParser

struct ArtifactsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "artifacts", abstract: "")
}
