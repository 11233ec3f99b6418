import Diagnostics
import Inventory
import Testing

struct MetricsKeyTests {
  private func decode(_ cluster: String) throws -> Rack {
    try InventoryFile.decode(
      text: """
        cluster:
          name: home
          \(cluster)
        nodes:
          - {name: pi1, address: 192.168.1.11, roles: [control-plane, worker]}
        """, file: "x.yaml", environment: ["HOME": "/home/me"])
  }

  @Test(arguments: [
    ("metrics: {nodeExporter: yes}", true), ("metrics: {nodeExporter: no}", false), ("kubernetes: v1.36.2", false),
  ])
  func `node-exporter comes with its switch alone`(_ text: String, _ isThere: Bool) throws {
    #expect(try decode(text).cluster.metrics.nodeExporter == isThere)
  }

  @Test func `Another key is refused with its line`() throws {
    let errors = #expect(throws: HearthErrors.self) { try decode("metrics: {nodeexporter: yes}") }
    #expect(errors?.errors.first?.subject.line == 3)
    #expect(errors?.errors.first?.code == .inventory)
  }
}
