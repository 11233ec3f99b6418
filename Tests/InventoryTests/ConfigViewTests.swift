import Testing

@testable import Inventory

struct ConfigViewTests {
  private func view(_ text: String, _ environment: [String: String] = [:]) throws -> [String: ConfigView.Line] {
    let lines = try ConfigView(text: text, file: "hearth.yaml", environment: environment).lines
    return Dictionary(lines.map { ($0.path.joined(separator: "."), $0) }) { first, _ in first }
  }

  @Test("own values, values of the defaults section, and hearth's own, each with its source")
  func sources() throws {
    let view = try view(
      InventoryFileTests.text, ["RACK_PASSWORD": "never shown", "RACK_PREFIX": "10.1.1"])
    func expect(_ path: String, _ value: String?, _ source: String) {
      #expect(view[path]?.value == value && view[path]?.source == source, "\(path): \(String(describing: view[path]))")
    }
    expect("cluster.kubernetes", "v1.36.2", "line 3")
    expect("cluster.networks", nil, "line 4")
    expect("cluster.networks.podPrefixPerNode", "25", "line 4")
    expect("cluster.networks.services", "10.96.0.0/12", "default")
    expect("cluster.failover", nil, "default")
    expect("cluster.failover.heartbeat", "4", "default")
    expect("cluster.backup.keep", "7", "default")
    expect("nodes.pi1.ssh.port", "2222", "line 20")
    expect("nodes.pi1.ssh.user", "admin", "defaults, line 9")
    expect("nodes.pi1.labels", "{example.com/row: top, disk: ssd}", "line 18")
    expect("nodes.pi1.sudo.password", "${RACK_PASSWORD}", "defaults, ${RACK_PASSWORD}, line 10")
    expect("nodes.pi2.address", "10.1.1.12", "${RACK_PREFIX:-192.168.1}.12, line 21")
    expect("nodes.pi2.ssh.port", "22", "default")
    expect("nodes.pi2.taints", "[slow:PreferNoSchedule]", "defaults, line 12")
    #expect(view["notify"] == nil && view["proxy"] == nil)
    #expect(!view.values.contains { $0.value?.contains("never shown") == true })
  }
}
