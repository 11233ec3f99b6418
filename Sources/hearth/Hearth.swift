import ArgumentParser

@main
struct Hearth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "hearth", abstract: "A rack of machines becomes a Kubernetes cluster.")
}
