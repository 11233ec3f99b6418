import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image",
    abstract:
      "Pack WebAssembly into images, look at images before they are deployed, bring them to nodes and registries.",
    subcommands: [
      ImagePackCommand.self, ImageInspectCommand.self, ImageLoadCommand.self, ImageRemoveCommand.self,
      ImagePushCommand.self,
    ]
  )
}
