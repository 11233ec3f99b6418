import ArgumentParser
import Diagnostics
import Inventory

struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "Check an inventory, or print its JSON Schema for your editor.",
    subcommands: [Validate.self, Schema.self])

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read the inventory and name every mistake; no host is asked.")
    @OptionGroup var rackOptions: RackOptions

    func run() throws {
      let rack = try rackOptions.load()
      let planes = rack.controlPlane.map(\.name).joined(separator: ", ")
      Terminal.writeOutput(
        "\(try rackOptions.path()): \(rack.cluster.name), Kubernetes \(rack.cluster.kubernetes), "
          + "\(rack.nodes.count) nodes, control plane on \(planes)\n")
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the JSON Schema of inventories.")
    func run() { Terminal.writeOutput(InventorySchema.json()) }
  }
}
