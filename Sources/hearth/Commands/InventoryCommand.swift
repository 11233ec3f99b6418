import ArgumentParser
import Diagnostics
import Inventory
import Provision
import SSH

struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "Check an inventory, or print its JSON Schema for your editor.",
    subcommands: [Validate.self, Schema.self, Logins.self])

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read the inventory and name every mistake; no host is asked.")
    @OptionGroup var rackOptions: RackOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try rackOptions.refuseLimit() }

    private struct Document: Encodable {
      var file, cluster, kubernetes: String
      var nodes, controlPlane, remarks: [String]
    }

    func run() throws {
      let rack = try rackOptions.load()
      if output.output == .json {
        return try JSONSink.write(
          Document(
            file: rackOptions.path(), cluster: rack.cluster.name, kubernetes: rack.cluster.kubernetes.description,
            nodes: rack.nodes.map(\.name), controlPlane: rack.controlPlane.map(\.name),
            remarks: InventoryFile.remarks(path: rackOptions.path()).map { "\($0)" }), as: .inventory)
      }
      for remark in InventoryFile.remarks(path: try rackOptions.path()) {
        Terminal.writeError("note: \(remark)\n")
      }
      let planes = rack.controlPlane.map(\.name).joined(separator: ", ")
      Terminal.writeOutput(
        "\(try rackOptions.path()): \(rack.cluster.name), Kubernetes \(rack.cluster.kubernetes), "
          + "\(rack.nodes.count) nodes, control plane on \(planes)\n")
    }
  }

  struct Logins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show how each host is logged in to, and what of it comes from ~/.ssh/config; no host is asked.")
    @OptionGroup var rackOptions: RackOptions
    @OptionGroup var output: OutputOptions

    private struct Line: Encodable {
      var host, command: String
      var origin: String?
      var notes: [String]
    }

    func run() async throws {
      let rack = try rackOptions.load()
      let hosts = try rackOptions.hosts(of: rack)
      // Nobody is asked for a password here.
      let nodes = rack.nodes.filter { hosts.contains($0.name) }
      let access = try await HostAccess(nodes: [], person: Operator(), networkNamespace: rack.networkNamespace)
      if output.output == .json {
        let lines = try nodes.map { node in
          let login = access.login(node)
          return Line(
            host: node.name, command: try access.target(node).command, origin: login.origin, notes: login.notes)
        }
        return try JSONSink.write(["logins": lines], as: .logins)
      }
      for node in nodes {
        let login = access.login(node)
        Terminal.writeOutput("\(node.name)  \(try access.target(node).command)\n")
        if let origin = login.origin { Terminal.writeOutput("  \(origin)\n") }
        for note in login.notes { Terminal.writeOutput("  note: \(note)\n") }
      }
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the JSON Schema of inventories.")
    func run() { Terminal.writeOutput(InventorySchema.json()) }
  }
}
