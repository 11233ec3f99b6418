import Artifacts
import Diagnostics
import Inventory
import PKI
import Provision
import Synchronization
import Templates
import Testing

@testable import Bootstrap

/// Each template of the cluster is rendered here with its real values: a value that is missing fails this test and not
/// somebody's rack.
struct TemplateCoverageTests {
  static let folders = [
    "addons/", "backup/", "certificates/", "cluster/", "conditions/", "containerd/", "dns/", "etcd/", "eviction/",
    "haproxy/",
    "keepalived/", "kubernetes/", "load-balancer/", "manifests/", "metrics/", "network/", "notify/", "reset/",
    "rotation/",
    "upgrade/", "wasm/",
  ]

  @Test func everyTemplateWithValuesIsRendered() throws {
    let authority = try Authority.create(cluster: "home")
    for sample in SampleRack.allCases {
      for dns in [AddOns.DNS.coredns, .dnsmasq, .none] {
        for change in [
          keep, withVirtualAddress, withLoadBalancer, withoutLoadBalancer, withRegistries, fewMemory, withNotify,
          withMetrics, withoutMetrics,
        ] {
          var (rack, facts) = (sample.rack, sample.facts)
          rack.cluster.addons.dns = dns
          change(&rack, &facts)
          var bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
          bootstrap.addOns = [try Self.addOn]
          try renderAll(bootstrap, rack, authority, sample)
        }
      }
      let release = try #require(KubernetesRelease.of(sample.rack.cluster.kubernetes))
      _ = try Survivor.program(release)
      _ = try SecretRewriting.program(key: "key2", release: release)
      _ = try PackageOffers.program(["containerd"])
      _ = try SecretRewriting.program(key: "key1", release: release)
      _ = ClusterView.program(for: sample.rack)
      _ = try KustomizeRenderer.program(
        KustomizeTree(addOn: OwnAddOn(name: "own", path: "/a"), base: "/a", root: "b", files: [:], file: "/a/b"))
    }
    let rendered = Template.rendered.withLock { $0 }
    for name in Self.folders.flatMap({ Template.names(below: $0) }) where !name.hasSuffix(".wasm") {
      guard let parts = try? TemplateText(Template.text(of: name)), !parts.names.isEmpty else { continue }
      #expect(rendered.contains(name), "\(name) is rendered by no test")
    }
  }

  private static var addOn: AddOnManifests {
    get throws {
      func object(_ kind: String) throws -> AddOnObject {
        try #require(AddOnObject(["apiVersion": "v1", "kind": .string(kind), "metadata": ["name": "a"]]))
      }
      return AddOnManifests(
        name: "own",
        objects: try ["Namespace", "CustomResourceDefinition", "Deployment", "Job"].map(object))
    }
  }

  private func keep(_: inout Rack, _: inout [String: Facts]) {}

  private func withVirtualAddress(_ rack: inout Rack, _ facts: inout [String: Facts]) {
    rack.cluster.endpoint = Endpoint(host: "10.77.0.250", isVirtual: true)
    for node in rack.nodes {
      facts[node.name]?.interfaces = [
        NetworkInterface(name: "eth0", addresses: [.init(node.address, prefix: 24)])
      ]
      facts[node.name]?.canLowerOOMScore = true
    }
  }

  private func withMetrics(_ rack: inout Rack, _: inout [String: Facts]) {
    rack.cluster.metrics = Metrics(nodeExporter: true)
  }

  private func withoutMetrics(_ rack: inout Rack, _ facts: inout [String: Facts]) {
    for name in facts.keys { facts[name]?.existingPaths.insert(ClusterNode.metricsProgram) }
  }

  private func withNotify(_ rack: inout Rack, _: inout [String: Facts]) {
    rack.notify = Notify(mail: ["anna@example.org"])
  }

  private func withLoadBalancer(_ rack: inout Rack, _ facts: inout [String: Facts]) {
    withVirtualAddress(&rack, &facts)
    rack.cluster.loadBalancer = AddressRange("10.77.0.200-203").map { LoadBalancer(addresses: $0) }
  }

  private func withRegistries(_ rack: inout Rack, _: inout [String: Facts]) {
    rack.cluster.registries = [Registry(name: "shop.example:5000", mirrors: ["https://mirror.example"])]
  }

  private func withoutLoadBalancer(_ rack: inout Rack, _ facts: inout [String: Facts]) {
    for name in facts.keys { facts[name]?.existingPaths.insert(ClusterNode.addressPool) }
  }

  private func fewMemory(_ rack: inout Rack, _ facts: inout [String: Facts]) {
    for node in rack.nodes { facts[node.name]?.memoryBytes = 1 << 30 }
  }

  private func renderAll(
    _ bootstrap: ClusterBootstrap, _ rack: Rack, _ authority: Authority, _ sample: SampleRack
  ) throws {
    let phases = try bootstrap.phases(authority: authority, software: sample.software)
    try make(phases.flatMap { $0.resources.values.joined() })
    let lead = try #require(try bootstrap.lead(authority, sample.software))
    let member = EtcdMember(id: "a1", name: "pi2", peerURL: "https://10.77.0.12:2380", clientURL: "")
    let join = MembershipPlan.Join(node: "pi2", address: "10.77.0.12", initialCluster: "pi2=https://10.77.0.12:2380")
    try make([
      lead.announce(join), lead.promote(join), lead.remove(member), lead.deleted("pi2", isGone: true),
      lead.deleted("pi2", isGone: false), lead.readdress(member, to: "https://10.77.0.43:2380"),
    ])
    try make(try lead.etcd(join))
    let moves = [NodeMove(node: "pi1", from: rack.nodes[0].address, to: IPv4Address(bits: 0x0A4D_002B))]
    try make(try bootstrap.bridge(moves).resources.values.flatMap { $0 })
    let conditions = ClusterConditions(rack: rack, release: bootstrap.release, nodes: bootstrap.nodes)
    try make([conditions.etcdHealthy()])
    let archive = BackupArchive(
      manifest: BackupManifest(
        format: 1, cluster: "home", host: "pi1", created: "", kubernetes: "v1.36.2", revision: 1, snapshotSHA256: "s"),
      authority: authority, snapshot: .init(path: "/s", sha256: "s", bytes: 1), records: [:], inventory: nil)
    try make(try bootstrap.restorePhases(id: "r1", archive).flatMap { $0.resources.values.joined() })
  }

  /// Programs of custom resources are made when they are due.
  private func make(_ resources: [Resource]) throws {
    for case .custom(let custom) in resources { _ = try custom.program() }
  }
}
