import ArgumentParser
import Diagnostics
import Inventory
import Templates

struct MetricsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "What your Prometheus needs to know of the rack (`cluster.metrics` in the inventory).",
    subcommands: [Rules.self, Targets.self])

  struct Rules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the alert rules, a file for Prometheus' `rule_files`.",
      discussion: """
        Example:

          hearth metrics rules >/etc/prometheus/hearth.rules.yaml
        """.flowing)

    func run() async throws { Terminal.writeOutput(try Template.text(of: "metrics/rules.yaml")) }
  }

  struct Targets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the rack's node-exporters, a file for Prometheus' `file_sd_configs`.",
      discussion: """
        Example:

          hearth metrics targets >/etc/prometheus/hearth.targets.yaml
        """.flowing)

    @OptionGroup var rackOptions: RackOptions

    func run() async throws {
      let rack = try rackOptions.load()
      guard rack.cluster.metrics.nodeExporter else {
        throw HearthError(
          .usage, "the inventory has no node-exporter on its nodes",
          hint: "add `metrics: {nodeExporter: yes}` to `cluster`, then run `hearth up`")
      }
      for name in try rackOptions.hosts(of: rack) {
        guard let node = rack.node(name) else { continue }
        let target: JSONValue = [
          "targets": [.string("\(node.address):\(Metrics.nodeExporterPort)")],
          "labels": ["node": .string(name), "cluster": .string(rack.cluster.name)],
        ]
        Terminal.writeOutput("- \(target.line)\n")
      }
    }
  }
}
