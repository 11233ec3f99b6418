import Diagnostics
import Foundation
import Inventory
import PKI
import Preflight
import Provision
import Templates
import Testing

@testable import Bootstrap

/// What hosts hold so that Services get addresses.
struct LoadBalancerTests {
  private static func phases(
    _ range: String?, controlPlanes: Int = 1, nodes: Int = 4,
    _ change: (inout Rack, inout [String: Facts]) -> Void = { _, _ in }
  ) throws -> (bootstrap: ClusterBootstrap, phases: [Phase]) {
    let sample = SampleRack.boardsNew
    var rack = sample.rack
    rack.nodes = Array(rack.nodes.prefix(nodes))
    rack.cluster.loadBalancer = range.flatMap(AddressRange.init).map { LoadBalancer(addresses: $0) }
    for index in rack.nodes.indices { rack.nodes[index].roles = index < controlPlanes ? [.controlPlane] : [.worker] }
    var facts = sample.facts.filter { name, _ in rack.nodes.contains { $0.name == name } }
    for node in rack.nodes {
      facts[node.name]?.interfaces = [
        NetworkInterface(name: "eth0", addresses: [.init(node.address, prefix: 24)])
      ]
    }
    change(&rack, &facts)
    let bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
    let authority = try Authority.create(cluster: "home")
    return (bootstrap, try bootstrap.phases(authority: authority, software: sample.software))
  }

  private static func file(_ path: String, on host: String, _ phases: [Phase]) -> String? {
    for resource in phases.flatMap({ $0.resources[host] ?? [] }) {
      if case .file(let file) = resource, file.path == path { return String(decoding: file.content, as: UTF8.self) }
    }
    return nil
  }

  private static func units(_ phases: [Phase], _ host: String) -> [String] {
    phases.flatMap { $0.resources[host] ?? [] }.map(\.id).filter { $0.hasPrefix("unit hearth-lb") }.sorted()
  }

  @Test func `Every node may carry each address, and each begins on another`() throws {
    let (bootstrap, phases) = try Self.phases("10.77.0.200-203", controlPlanes: 1)
    var first: [Int: [String]] = [:]
    for node in bootstrap.rack.nodes {
      let text = try #require(Self.file("/etc/hearth/lb/keepalived.conf", on: node.name, phases))
      let parts = text.components(separatedBy: "vrrp_instance ").dropFirst()
      #expect(parts.count == 4 && bootstrap.needs[node.name]?.packages.names.contains("keepalived") == true)
      for (index, part) in parts.enumerated() {
        #expect(
          part.contains("10.77.0.\(200 + index)/32 dev eth0") && part.contains("virtual_router_id \(200 + index)"))
        #expect(part.contains("unicast_src_ip \(node.address)") && !part.contains("    \(node.address)\n"))
        let peers = bootstrap.rack.nodes.filter { $0.name != node.name }
        #expect(peers.allSatisfy { part.contains("    \($0.address)\n") })
        if part.contains("priority 250") { first[index, default: []].append(node.name) }
      }
      #expect(Self.file("/etc/hearth/lb/pool", on: node.name, phases)?.contains("10.77.0.201\n") == true)
    }
    #expect(Set(first.values.joined()).count == 4 && first.values.allSatisfy { $0.count == 1 })
    #expect(
      Self.units(phases, "pi1")
        == ["unit hearth-lb-assign.service", "unit hearth-lb-watch.service", "unit hearth-lb.service"])
    #expect(Self.units(phases, "pi4") == ["unit hearth-lb-watch.service", "unit hearth-lb.service"])
  }

  /// keepalived refuses a configuration that speaks of peers and names none.
  @Test func `One node has no peers`() throws {
    let (_, phases) = try Self.phases("10.77.0.200", nodes: 1)
    let text = try #require(Self.file("/etc/hearth/lb/keepalived.conf", on: "pi1", phases))
    #expect(!text.contains("unicast") && text.contains("10.77.0.200/32"))
  }

  @Test(arguments: [
    ("10.78.0.200-203", "the address 10.78.0.200 for Services lies outside this host's network 10.77.0.11/24"),
    ("10.77.0.200-203", "this host has the address 10.77.0.202 itself, which Services are to get"),
    ("10.77.0.240-243", "the addresses 10.77.0.240-243 for Services hold this host's gateway 10.77.0.242"),
  ])
  func `What nobody would find, or somebody has, is refused`(_ range: String, _ message: String) throws {
    let errors = #expect(throws: HearthErrors.self) {
      try Self.phases(range) { _, facts in
        let held = IPv4Address("10.77.0.202") ?? IPv4Address(bits: 0)
        facts["pi1"]?.interfaces[0].addresses.append(.init(held, prefix: 24))
        facts["pi1"]?.defaultRoute = DefaultRoute(
          interface: "eth0", gateway: IPv4Address("10.77.0.242") ?? IPv4Address(bits: 0))
      }
    }
    #expect(errors?.errors.first?.message == message)
  }

  @Test func `Where kube-proxy would let every node answer it is refused`() throws {
    func phases(_ ipvs: JSONValue) throws -> [Phase] {
      try Self.phases("10.77.0.200") { rack, _ in
        rack.nodes[1].settings = OwnSettings([.kubeProxy: ["mode": "ipvs", "ipvs": ipvs]])
      }.phases
    }
    let errors = #expect(throws: HearthErrors.self) { try phases([:]) }
    #expect(errors?.errors.first?.message.contains("every node answers") == true)
    #expect(try !phases(["strictARP": true]).isEmpty)
  }

  @Test func `Without addresses nothing of it is there, and what was there goes`() throws {
    #expect(Self.units(try Self.phases(nil).phases, "pi1") == [])
    let (_, phases) = try Self.phases(nil, controlPlanes: 1) { _, facts in
      for name in facts.keys { facts[name]?.existingPaths.insert("/etc/hearth/lb/pool") }
    }
    for host in ["pi1", "pi4"] {
      let ids = phases.flatMap { $0.resources[host] ?? [] }.map(\.id)
      #expect(ids.contains("unit hearth-lb.service") && ids.contains { $0.hasSuffix("/etc/hearth/lb/keepalived.conf") })
      #expect(ids.filter { $0.hasSuffix("/etc/hearth/lb") }.count == 1)
      #expect(ids.contains { $0.contains("addresses of Services") } == (host == "pi1"))
    }
  }
}
