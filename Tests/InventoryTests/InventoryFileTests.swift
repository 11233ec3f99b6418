import Diagnostics
import Inventory
import Testing

struct InventoryFileTests {
  static let text = """
    cluster:
      name: home
      kubernetes: v1.36.2
      networks: {pods: 10.245.0.0/16, podPrefixPerNode: 25}
      endpoint: {host: api.home.example}
      addons: {dns: none}
      artifacts: {folder: ./artifacts}
    defaults:
      ssh: {user: admin, identityFiles: [~/.ssh/rack, keys/rack], knownHosts: [/etc/ssh/known]}
      sudo: {password: "${RACK_PASSWORD}"}
      labels: {disk: sd, example.com/row: top}
      taints: ["slow:PreferNoSchedule"]
    nodes:
      - name: pi1
        address: 192.168.1.11
        roles: [control-plane, worker]
        hardware: pi4b-8gb
        labels: {disk: ssd}
        taints: []
        ssh: {port: 2222}
      - {name: pi2, address: "${PREFIX:-192.168.1}.12", slot: left}
    rack:
      switch: 8-port switch
      supply: {name: charger, model: usb-60w}
    lab: default
    """

  @Test func everyKeyReachesTheRack() throws {
    let rack = try InventoryFile.decode(
      text: Self.text, file: "/racks/home.yaml", environment: ["HOME": "/home/me", "RACK_PASSWORD": "cost$$1"])
    #expect(rack.cluster.name == "home")
    #expect(rack.cluster.kubernetes == KubernetesVersion(1, 36, 2))
    #expect(rack.cluster.networks == Networks(pods: try #require(IPv4Network("10.245.0.0/16")), podPrefixPerNode: 25))
    #expect(rack.cluster.endpoint == Endpoint(host: "api.home.example", port: 6443))
    #expect(rack.cluster.addons == AddOns(dns: .none))
    #expect(rack.cluster.artifacts == .folder("/racks/artifacts"))
    #expect(rack.hardware.networkSwitch == .init(name: "8-port switch"))
    #expect(rack.hardware.supply == .init(name: "charger", model: "usb-60w"))
    #expect(rack.lab == "default")

    let one = try #require(rack.nodes.first)
    #expect(one.roles == [.controlPlane, .worker])
    #expect(one.labels == ["disk": "ssd", "example.com/row": "top"])
    #expect(one.taints.isEmpty)
    #expect(one.ssh.port == 2222)
    #expect(one.ssh.user == "admin")
    #expect(one.ssh.identityFiles == ["/home/me/.ssh/rack", "/racks/keys/rack"])
    #expect(one.ssh.knownHosts == ["/etc/ssh/known"])
    #expect(one.sudo == .password(Secret("cost$$1")))
    #expect(one.source == Subject(host: "pi1", file: "/racks/home.yaml", line: 14, column: 5))

    let two = try #require(rack.nodes.last)
    #expect(two.address == IPv4Address("192.168.1.12"))
    #expect(two.roles == [.worker])
    #expect(two.slot == "left")
    #expect(two.taints == [Node.Taint(key: "slow", effect: .preferNoSchedule)])
    #expect(two.ssh.port == 22)
  }
}
