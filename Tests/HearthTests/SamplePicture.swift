@testable import Dashboard
@testable import Smoke

/// Pictures of racks, for screens.
enum SamplePicture {
  /// 30 November 2026, 12:30 in UTC.
  static let now = 1_796_041_800

  private static func host(_ index: Int, _ name: String, isControlPlane: Bool = false) -> HostPicture {
    var host = HostPicture(
      name: name, slot: "\(index)", address: "192.168.1.\(10 + index)",
      roles: isControlPlane ? ["control-plane", "worker"] : ["worker"], standing: .good, state: "Ready")
    host.load = 0.12 * Double(index % 7 + 1)
    host.cpus = 4
    host.memoryPercent = 30 + index
    host.memoryBytes = 8_200_000_000
    host.temperature = 45.5 + Double(index % 9)
    host.diskPercent = 20 + index
    host.diskBytes = 62_000_000_000
    host.certificateDays = isControlPlane ? 331 : 6
    host.certificates = [.init(path: "/etc/kubernetes/pki/kubelet.pem", daysLeft: isControlPlane ? 331 : 6)]
    host.pods = .init(total: 9 + index, missing: 0, webAssembly: index)
    host.webAssembly = .init(backend: "wrapper", version: "wasmtime 49.0.3", works: true)
    host.units = ["containerd", "kubelet", "kube-proxy"].map {
      .init(name: $0, state: "running", isUp: true, restarts: 0)
    }
    host.booted = now - 86_400 * 5
    host.model = "Raspberry Pi 4 Model B Rev 1.4"
    host.kubelet = "v1.36.2"
    host.runtime = "containerd://2.3.1"
    host.kernel = "6.12.47+rpt-rpi-v8"
    host.system = "Debian GNU/Linux 13 (trixie)"
    host.podCIDR = "10.244.\(index).0/24"
    if isControlPlane {
      host.etcd = .init(
        isHealthy: true, isLeader: index == 1, bytes: 24_100_000, quotaBytes: 2_147_483_648, lag: index == 1 ? 0 : 2,
        writeMicroseconds: 2_400)
      host.backup = now - 36_000
    }
    return host
  }

  static var four: RackPicture {
    var hosts = [host(1, "pi1", isControlPlane: true), host(2, "pi2"), host(3, "pi3"), host(4, "pi4")]
    hosts[0].hasEndpoint = true
    hosts[0].watts = 5.2
    hosts[2] = HostPicture(
      name: "pi3", slot: "3", address: "192.168.1.13", roles: ["worker"], standing: .failed, state: "unreachable")
    hosts[2].problems = [
      .init(
        title: "unreachable", detail: "no route to 192.168.1.13:22", hint: "see whether it has power and network")
    ]
    hosts[3].standing = .warned
    hosts[3].notes = ["under-voltage now"]
    hosts[3].throttling = ["under-voltage now", "under-voltage since boot"]
    hosts[3].temperature = 81.4
    return RackPicture(
      cluster: "home", server: "v1.36.2", time: now - 4, hosts: hosts, problems: [],
      warnings: [
        "the CNI bridge enforces no NetworkPolicy: every pod reaches every pod",
        "one control-plane node: while pi1 is off, nothing in the cluster changes",
      ],
      onItsWay: "hosts: 3 of 4 answer; nodes: 3 of 4 Ready", pods: .init(total: 42, missing: 2, webAssembly: 7),
      addOns: [.init(name: "coredns", kind: "Deployment", ready: 2, wanted: 2)],
      events: [
        .init(
          time: now - 40, isWarning: true, reason: "BackOff", object: "Pod shop/web-5d4f6c7b8-x2x9p",
          message: "Back-off restarting failed container web in pod web-5d4f6c7b8-x2x9p", count: 17),
        .init(
          time: now - 300, isWarning: false, reason: "NodeNotReady", object: "Node pi3",
          message: "Node pi3 status is now: NodeNotReady"),
        .init(
          time: now - 7300, isWarning: false, reason: "Scheduled", object: "Pod default/clock-1",
          message: "Successfully assigned default/clock-1 to pi2"),
      ],
      backup: now - 36_000,
      power: .init(
        watts: 18.4, isModelled: false, isWhole: true,
        meters: [.init(name: "plug", covers: ["all"], watts: 18.4, time: now - 60)], currency: "EUR",
        electricityPerHour: 0.00552, totalPerHour: 0.0311, hours: bars(hours: 150, of: 3600),
        days: bars(hours: 80, of: 86_400)))
  }

  /// A draw that rises by day, with a gap.
  private static func bars(hours count: Int, of seconds: Int) -> [PowerPicture.Bar] {
    (0..<count).filter { !(60..<68).contains($0) }.map { index in
      let watts = 16 + 3 * Double((index * 7) % 24) / 24
      let energy = watts * Double(seconds) / 3_600_000
      return .init(start: now - (count - index) * seconds, watts: watts, kilowattHours: energy, cost: energy * 0.3)
    }
  }

  /// Text from hosts that would like to be markup.
  static var hostile: RackPicture {
    var picture = four
    let attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    picture.warnings = [attack]
    picture.problems = [.init(title: attack, detail: attack, hint: attack, command: attack)]
    picture.events = [.init(time: 0, isWarning: true, reason: attack, object: attack, message: attack)]
    picture.hosts[0].notes = [attack]
    picture.hosts[0].model = attack
    picture.hosts[0].slot = attack
    picture.hosts[0].name = "a/b#c%20d"
    picture.hosts[3].state = attack
    picture.hosts[3].units = [.init(name: attack, state: attack, isUp: false, restarts: 0)]
    return picture
  }

  static var thirty: RackPicture {
    var hosts = (1...30).map { host($0, "node\($0)", isControlPlane: $0 <= 3) }
    hosts[16].standing = .failed
    hosts[16].state = "NotReady"
    hosts[16].problems = [.init(title: "node is Ready", detail: "expected Ready=True, saw Ready=Unknown")]
    hosts[27].standing = .working
    hosts[27].state = "Ready, cordoned"
    hosts[9].standing = .working
    hosts[9].notes = ["anna@laptop is working on it"]
    hosts[20].standing = .warned
    hosts[20].notes = ["hot"]
    return RackPicture(
      cluster: "hall", server: "v1.36.2", time: now - 4, hosts: hosts, problems: [], warnings: ["a warning"],
      onItsWay: nil, pods: .init(total: 400, missing: 0, webAssembly: 12), addOns: [],
      events: [
        .init(time: now - 40, isWarning: false, reason: "Scheduled", object: "Pod default/a", message: "assigned")
      ],
      backup: nil, power: nil)
  }
}
