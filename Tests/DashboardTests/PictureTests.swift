import Cost
import Diagnostics
import Foundation
import Inventory
import Metering
import Testing
import Units

@testable import Dashboard
@testable import Smoke

/// What was seen of a rack becomes one picture of it.
struct PictureTests {
  private static let rack = Rack(
    cluster: Cluster(name: "home", kubernetes: KubernetesVersion(1, 36, 2)),
    nodes: ["pi1", "pi2"].enumerated().map { index, name in
      var node = Node(
        name: name, address: IPv4Address(bits: 0xC0A8_010B + UInt32(index)),
        roles: index == 0 ? [.controlPlane] : [.worker])
      node.slot = "\(index + 1)"
      return node
    })

  private static func node(_ name: String, isReady: Bool = true, isCordoned: Bool = false) -> ClusterState.Node {
    .init(
      name: name, roles: [], kubelet: "v1.36.2", kernel: "6.12", runtime: "containerd://2.2.1", system: "Debian",
      architecture: "arm64", podRange: nil, unschedulable: isCordoned,
      conditions: [.init(type: "Ready", status: isReady ? "True" : "False", reason: "", message: "")])
  }

  private static func status(
    _ change: (inout HostState) -> Void = { _ in }, node: ClusterState.Node = node("pi2"), unreachable: String? = nil,
    pods: [PodCount] = []
  ) -> ClusterStatus {
    var state = HostState(units: [.init(name: "kubelet", load: "loaded", active: "active", sub: "running", restarts: 0)]
    )
    state.vitals = Vitals()
    change(&state)
    return ClusterStatus(
      cluster: "home", server: "v1.36.2",
      hosts: [
        .init(
          name: "pi1", address: "192.168.1.11", roles: ["control-plane"], state: HostState(), node: Self.node("pi1")),
        .init(
          name: "pi2", address: "192.168.1.12", roles: ["worker"], unreachable: unreachable,
          state: unreachable == nil ? state : nil, node: node),
      ],
      addOns: [], pods: pods, events: [], conditions: [], warnings: [], stages: [])
  }

  private static func pi2(_ status: ClusterStatus) -> HostPicture {
    RackPicture(rack: rack, status: status, time: 0).hosts[1]
  }

  @Test("a host that serves is good, and knows its slot")
  func good() {
    let host = Self.pi2(Self.status())
    #expect(host.standing == .good && host.state == "Ready" && host.slot == "2" && host.notes.isEmpty)
  }

  @Test("load is told for each processor, memory and disk as what is in use")
  func numbers() {
    let host = Self.pi2(
      Self.status { state in
        state.vitals?.load = 3
        state.vitals?.cpus = 4
        state.vitals?.memoryBytes = 1000
        state.vitals?.availableMemoryBytes = 250
        state.vitals?.diskBytes = 0
        state.vitals?.freeDiskBytes = 0
        state.vitals?.temperatureMillicelsius = 48_300
      })
    #expect(host.load == 0.75 && host.memoryPercent == 75 && host.diskPercent == nil && host.temperature == 48.3)
  }

  struct Doubt: Sendable, CustomStringConvertible {
    var description: String
    var change: @Sendable (inout HostState) -> Void
    init(_ note: String, _ change: @escaping @Sendable (inout HostState) -> Void) {
      description = note
      self.change = change
    }
  }

  @Test(
    "what somebody should look at is a warning, in words",
    arguments: [
      Doubt("under-voltage now") { $0.vitals?.throttling = 1 << 0 },
      Doubt("throttled now") { $0.vitals?.throttling = 1 << 2 },
      Doubt("under-voltage since boot") { $0.vitals?.throttling = 1 << 16 },
      Doubt("hot") { $0.vitals?.temperatureMillicelsius = 80_000 },
      Doubt("disk 85 % full") {
        $0.vitals?.diskBytes = 100
        $0.vitals?.freeDiskBytes = 15
      },
      Doubt("memory 95 % used") {
        $0.vitals?.memoryBytes = 100
        $0.vitals?.availableMemoryBytes = 5
      },
      Doubt("certificate ends in 30 d") { $0.certificates = [.init(path: "/a", notAfter: 0, daysLeft: 30)] },
      Doubt("WebAssembly self-test failed") {
        $0.webAssembly = .init(backend: "shim", version: "1", passed: false)
      },
    ])
  func warned(_ doubt: Doubt) {
    let host = Self.pi2(Self.status(doubt.change))
    #expect(host.standing == .warned && host.notes == ["\(doubt)"])
  }

  @Test("pods that are not ready are a warning on their node only")
  func pods() {
    let status = Self.status(pods: [
      PodCount(node: "pi1", phase: "Running", isReady: true, count: 3),
      PodCount(node: "pi2", phase: "Running", runtimeClass: "wasmtime", isReady: true, count: 2),
      PodCount(node: "pi2", phase: "Running", isReady: false, count: 1),
      PodCount(node: nil, phase: "Pending", isReady: false, count: 1),
      PodCount(node: "pi2", phase: "Succeeded", isReady: false, count: 7),
    ])
    let picture = RackPicture(rack: Self.rack, status: status, time: 0)
    #expect(picture.pods == .init(total: 7, missing: 2, webAssembly: 2))
    #expect(
      picture.hosts.map(\.pods) == [
        .init(total: 3, missing: 0, webAssembly: 0), .init(total: 3, missing: 1, webAssembly: 2),
      ])
    #expect(picture.hosts.map(\.standing) == [.good, .warned])
  }

  @Test("a host that a command holds, that is cordoned or whose units start, is being worked on")
  func working() {
    #expect(Self.pi2(Self.status { $0.vitals?.holder = "anna@laptop" }).notes == ["anna@laptop is working on it"])
    #expect(Self.pi2(Self.status { $0.vitals?.holder = "anna@laptop" }).standing == .working)
    #expect(Self.pi2(Self.status { $0.units[0].active = "activating" }).standing == .working)
    #expect(Self.pi2(Self.status(node: Self.node("pi2", isCordoned: true))).standing == .working)
  }

  @Test("a host that is not Ready has failed; one that does not answer says one cause")
  func failed() {
    #expect(Self.pi2(Self.status(node: Self.node("pi2", isReady: false))).standing == .failed)
    let dead = Self.pi2(Self.status(node: Self.node("pi2", isReady: false), unreachable: "no route to 192.168.1.12:22"))
    #expect(dead.state == "unreachable" && dead.problems.map(\.detail) == ["no route to 192.168.1.12:22"])
    #expect(Self.pi2(Self.status(unreachable: "no answer")).state == "Ready, no SSH")
  }

  @Test("conditions that fail on a host that does not answer are not told besides its cause")
  func folded() throws {
    var observation = Observation()
    for name in ["pi1", "pi2"] { observation.unreachable[name] = HearthError(.unreachable, "no route") }
    observation.clusterProblem = "no control-plane host could be asked"
    let status = ClusterStatus(rack: Self.rack, observation: observation)
    try #require(status.conditions.count { $0.host == "pi2" && $0.state == .failed } > 1)
    #expect(Self.pi2(status).problems.count == 1)
  }

  @Test("the newest backup counts, wherever it lies")
  func backups() {
    let status = Self.status { $0.newestBackup = 50 }
    #expect(RackPicture(rack: Self.rack, status: status, time: 0).backup == 50)
    #expect(RackPicture(rack: Self.rack, status: status, time: 0, localBackup: 70).backup == 70)
  }

  @Test("a member of etcd that is behind says by how much")
  func lag() {
    var status = Self.status()
    for (index, applied) in [100, 97].enumerated() {
      status.hosts[index].state?.etcd = .init(healthy: true, detail: "")
      status.hosts[index].state?.store = EtcdStore(bytes: 5, isLeader: index == 0, applied: applied)
    }
    let picture = RackPicture(rack: Self.rack, status: status, time: 0)
    #expect(picture.hosts.map { $0.etcd?.lag } == [0, 3])
    #expect(picture.store?.isLeader == true)
  }

  @Test("a picture survives its way through JSON")
  func coding() throws {
    let picture = RackPicture(rack: Self.rack, status: Self.status(), time: 5, power: Self.power())
    #expect(try JSONDecoder().decode(RackPicture.self, from: JSONEncoder().encode(picture)) == picture)
  }

  // MARK: Power

  private static func power(
    readings: [LastReading] = [], covers: [String] = ["all"], cost: RunningCost? = cost, hours: [EnergyHour] = [],
    now: Int = 1000
  ) -> PowerPicture {
    var rack = rack
    rack.cost.meters = [MeterDeclaration(name: "plug", kind: .shelly2, covers: covers)]
    return PowerPicture(rack: rack, cost: cost, readings: readings, hours: hours, days: [], now: now)
  }

  private static let cost = RunningCost(
    tariff: Price(Decimal(string: "0.3") ?? 0, .eur), fixed: Money(Decimal(string: "0.02") ?? 0, .eur), watts: Watts(20)
  )

  @Test("a meter's last reading costs what the tariff says")
  func measured() {
    let power = Self.power(readings: [.init(meter: "plug", time: 900, power: Watts(10))])
    #expect(power.watts == 10 && !power.isModelled && power.isWhole)
    #expect(power.electricityPerHour == 0.003 && power.totalPerHour == 0.023)
  }

  @Test("without a reading of now the model speaks, and says so")
  func modelled() {
    let old = Self.power(readings: [.init(meter: "plug", time: 1000 - 1201, power: Watts(10))])
    #expect(old.isModelled && old.watts == 20 && old.electricityPerHour == 0.006)
    let unknown = Self.power(cost: nil)
    #expect(unknown.watts == nil && unknown.electricityPerHour == nil)
  }

  @Test("a meter of one host is that host's, and not the whole rack's; unknown meters count for nothing")
  func part() {
    let power = Self.power(
      readings: [
        .init(meter: "plug", time: 900, power: Watts(4)), .init(meter: "gone", time: 900, power: Watts(99)),
      ], covers: ["pi2"])
    #expect(!power.isWhole && power.watts == 4 && power.watts(of: "pi2") == 4 && power.watts(of: "pi1") == nil)
  }

  @Test("hours are in their order, with what they cost")
  func hours() {
    func hour(_ start: Int, _ energy: Decimal, _ known: Decimal, _ meter: String = "plug") -> EnergyHour {
      EnergyHour(start: start, meter: meter, energy: WattHours(energy), known: Hours(known))
    }
    let power = Self.power(hours: [
      hour(7200, 10, 1), hour(3600, 5, Decimal(1) / 2), hour(0, 5, 0), hour(0, 9, 1, "gone"),
    ])
    #expect(
      power.hours == [
        .init(start: 3600, watts: 10, kilowattHours: 0.005, cost: 0.0015),
        .init(start: 7200, watts: 10, kilowattHours: 0.01, cost: 0.003),
      ])
  }
}
