import Diagnostics
import Foundation
import Inventory
import Testing
import Units

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
      - {name: pi2, address: "${RACK_PREFIX:-192.168.1}.12", slot: left}
    rack:
      switch: 8-port switch
      supply: {name: charger, model: usb-60w}
    lab: default
    cost:
      currency: USD
      tariff: {zones: [{price: 0.2, from: 22:00, to: 06:00}, {price: 0.4, from: 06:00, to: 22:00}]}
      interest: 4.5
      meters: [{name: plug, kind: tasmota, url: "http://192.168.1.40", covers: [pi1, switch]}]
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
    #expect(rack.hardware.networkSwitch?.name == "8-port switch")
    #expect(rack.hardware.supply?.name == "charger" && rack.hardware.supply?.model == "usb-60w")
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

  @Test func costReachesTheRack() throws {
    let rack = try InventoryFile.decode(
      text: Self.text.replacing(
        "    hardware: pi4b-8gb\n",
        with: "    hardware: pi4b-8gb\n    purchase: {price: 89.00, date: 2025-03-01, life: 60}\n"
          + "    watts: {idle: 3.1, load: 7.4}\n    parts: [{name: SSD, count: 2, purchase: 32, watts: 1}]\n"),
      file: "/racks/home.yaml", environment: ["HOME": "/home/me", "RACK_PASSWORD": "x"])
    let usd = Currency.usd
    #expect(rack.cost.currency == usd)
    #expect(rack.cost.amortisation?.value == .annuity(interest: .percent(Decimal(9, over: 2))))
    guard case .byClock(let zones) = rack.cost.tariff?.value else { throw CocoaError(.coderInvalidValue) }
    #expect(zones.map(\.from) == [1320, 360] && zones.map(\.to) == [360, 1320])
    #expect(zones[0].price == Price(Decimal(2, over: 10), usd))
    #expect(zones[0].contains(minute: 0) && !zones[0].contains(minute: 360) && zones[1].contains(minute: 360))
    let one = try #require(rack.nodes.first)
    #expect(one.purchase.price?.value == Money(89, usd))
    #expect(one.purchase.price?.subject.line == 18)
    #expect(one.purchase.date == Day("2025-03-01") && one.purchase.life == Months(60))
    #expect(one.power == PowerDraw(idle: Watts(Decimal(31, over: 10)), load: Watts(Decimal(74, over: 10))))
    #expect(one.parts.map(\.count) == [2])
    #expect(one.parts[0].power == PowerDraw(constant: Watts(1)))
    #expect(rack.nodes.last?.purchase.price == nil)
    let meter = try #require(rack.cost.meters.first)
    #expect(meter.kind == .tasmota && meter.covers == ["pi1", "switch"] && !meter.isBehindSupply)
  }
}
