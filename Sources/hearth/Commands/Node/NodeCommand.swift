import ArgumentParser

struct NodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node",
    abstract: "See, add, replace and remove nodes while the rack serves.",
    discussion: "Example:\n\n  hearth node remove pi4",
    subcommands: [
      NodeList.self, NodeShow.self, NodeAdd.self, NodeRemove.self, NodeReplace.self, NodeDrain.self, NodeCordon.self,
      NodeUncordon.self, NodeLocate.self,
    ]
  )
}
