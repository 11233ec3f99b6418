import Diagnostics
import Inventory
import PKI
import Preflight
import Provision
import Testing

@testable import Bootstrap

struct VirtualAddressTests {
  private func phases(
    _ endpoint: Endpoint?, controlPlanes: Int = 3, _ change: (inout Facts) -> Void = { _ in }
  ) throws -> (bootstrap: ClusterBootstrap, phases: [Phase]) {
    let sample = SampleRack.boardsNew
    var rack = sample.rack
    rack.cluster.endpoint = endpoint
    for index in rack.nodes.indices where index >= controlPlanes { rack.nodes[index].roles = [.worker] }
    var facts = sample.facts
    for node in rack.nodes {
      facts[node.name]?.interfaces = [
        NetworkInterface(name: "eth0", addresses: [.init(node.address, prefix: 24)])
      ]
      change(&facts[node.name, default: Facts()])
    }
    let bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
    let authority = try Authority.create(cluster: "home")
    return (bootstrap, try bootstrap.phases(authority: authority, software: sample.software))
  }

  private func file(_ path: String, on host: String, _ phases: [Phase]) -> String? {
    for resource in phases.flatMap({ $0.resources[host] ?? [] }) {
      if case .file(let file) = resource, file.path == path { return String(decoding: file.content, as: UTF8.self) }
    }
    return nil
  }

  @Test func everyControlPlaneHostMayCarryItAndNoWorker() throws {
    let (bootstrap, phases) = try phases(Endpoint(host: "10.77.0.99", isVirtual: true))
    for (host, priority) in [("pi1", 200), ("pi2", 190), ("pi3", 180)] {
      let text = try #require(file("/etc/hearth/vip.conf", on: host, phases))
      #expect(text.contains("10.77.0.99/32 dev eth0") && text.contains("priority \(priority)"))
      #expect(bootstrap.needs[host]?.packages.names.contains("keepalived") == true)
    }
    #expect(try #require(file("/etc/hearth/vip.conf", on: "pi2", phases)).contains("    10.77.0.11\n    10.77.0.13\n"))
    #expect(file("/etc/hearth/vip.conf", on: "pi4", phases) == nil)
    #expect(bootstrap.needs["pi4"]?.packages.names.contains("keepalived") == false)
    let table = try #require(file("/etc/hearth/certificates", on: "pi3", phases))
    #expect(table.contains("IP:10.77.0.99"))
  }

  /// keepalived refuses a configuration that speaks of peers and names none.
  @Test func oneControlPlaneHasNoPeers() throws {
    let (_, phases) = try phases(Endpoint(host: "10.77.0.99", isVirtual: true), controlPlanes: 1)
    let text = try #require(file("/etc/hearth/vip.conf", on: "pi1", phases))
    #expect(!text.contains("unicast") && text.contains("10.77.0.99/32"))
  }

  @Test func anAddressThatNobodyWouldFindIsRefused() {
    let errors = #expect(throws: HearthErrors.self) { try phases(Endpoint(host: "10.78.0.99", isVirtual: true)) }
    #expect(errors?.errors.first?.message.contains("outside this host's network 10.77.0.11/24") == true)
  }

  @Test func itGoesWhenTheInventoryForgetsIt() throws {
    let endpoint = Endpoint(host: "10.77.0.99")
    let never = try phases(endpoint).phases.flatMap { $0.resources["pi1"] ?? [] }
    #expect(!never.contains { $0.id.contains("vip") })
    let (_, later) = try phases(endpoint) { $0.existingPaths.insert("/etc/hearth/vip.conf") }
    let ids = later.flatMap { $0.resources["pi1"] ?? [] }.map(\.id).filter { $0.contains("vip") }
    #expect(ids.contains("unit hearth-vip.service") && ids.contains { $0.hasSuffix("/etc/hearth/vip.conf") })
  }
}
