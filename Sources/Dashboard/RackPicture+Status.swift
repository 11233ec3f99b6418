package import Inventory
import Provision
package import Smoke
import Untrusted

extension RackPicture {
  /// - Parameters:
  ///   - status: all of it, or what `--limit` leaves.
  ///   - time: of the look, in seconds since 1970.
  ///   - localBackup: the newest backup on this machine.
  package init(
    rack: Rack, status: ClusterStatus, time: Int, power: PowerPicture? = nil, localBackup: Int? = nil
  ) {
    let applied = status.hosts.compactMap { $0.state?.store?.applied }.max()
    let hosts = status.hosts.map { host in
      HostPicture(
        host, node: rack.nodes.first { $0.name == host.name },
        failed: status.conditions.filter { $0.state == .failed && $0.host == host.name },
        pods: status.pods?.filter { $0.node == host.name }, applied: applied,
        watts: power?.watts(of: host.name))
    }
    self.init(
      cluster: status.cluster, server: status.server, time: time, hosts: hosts,
      problems: status.conditions.filter { $0.state == .failed && $0.host == nil }.map(Problem.init),
      warnings: status.warnings, onItsWay: Stage.line(status.stages), pods: status.pods.map(Pods.init),
      addOns: status.addOns, events: status.events ?? [],
      backup: (hosts.map(\.backup) + [localBackup]).compactMap(\.self).max(), power: power)
  }
}

extension HostPicture {
  init(
    _ host: ClusterStatus.Host, node: Node?, failed: [ConditionResult], pods: [PodCount]?, applied: Int?,
    watts: Double?
  ) {
    self.init(
      name: host.name, slot: node?.slot, address: host.address, roles: host.roles, standing: .good, state: "unknown")
    if let vitals = host.state?.vitals { take(vitals) }
    if let state = host.state { take(state, applied: applied) }
    if let member = host.node { take(member) }
    self.pods = pods.map(RackPicture.Pods.init)
    self.watts = watts
    if let reason = host.unreachable {
      state = host.node?.isReady == true ? "Ready, no SSH" : "unreachable"
      // One cause; what follows from it is not told again.
      problems = [RackPicture.Problem(title: "unreachable", detail: reason, hint: failed.first?.hint)]
    } else {
      problems = failed.map(RackPicture.Problem.init)
    }
    judge(holder: host.state?.vitals?.holder)
  }

  private mutating func take(_ vitals: Vitals) {
    load = vitals.load.map { $0 / Double(vitals.cpus ?? 1) }
    cpus = vitals.cpus
    memoryBytes = vitals.memoryBytes
    memoryPercent = Self.used(vitals.memoryBytes, free: vitals.availableMemoryBytes)
    temperature = vitals.temperatureMillicelsius.map { Double($0) / 1000 }
    throttling = vitals.throttling.map { Throttling(rawValue: $0).words } ?? []
    diskBytes = vitals.diskBytes
    diskPercent = Self.used(vitals.diskBytes, free: vitals.freeDiskBytes)
    diskWearPercent = vitals.diskWearPercent
    model = vitals.model
  }

  private mutating func take(_ state: Smoke.HostState, applied: Int?) {
    certificates = state.certificates.sorted { $0.daysLeft < $1.daysLeft }
      .map { Certificate(path: $0.path, daysLeft: $0.daysLeft) }
    certificateDays = certificates.first?.daysLeft
    etcd = state.etcd.map { health in
      Etcd(
        isHealthy: health.healthy, isLeader: state.store?.isLeader ?? false, bytes: state.store?.bytes,
        quotaBytes: state.store?.quotaBytes,
        lag: applied.flatMap { most in state.store?.applied.map { max(0, most - $0) } },
        writeMicroseconds: state.store?.writeMicroseconds)
    }
    webAssembly = state.webAssembly.map { WebAssembly(backend: $0.backend, version: $0.version, works: $0.passed) }
    units = state.units.map {
      Unit(name: $0.name, state: $0.isUp ? $0.sub : $0.active, isUp: $0.isUp, restarts: $0.restarts)
    }
    backup = state.newestBackup
    booted = state.booted
    hasEndpoint = state.hasEndpoint
    let ending = state.certificates.filter { $0.daysLeft < $0.warningDays }.map(\.daysLeft).min()
    hasEndingCertificate = ending != nil
    if let ending { notes.append(ending < 0 ? "certificate expired" : "certificate ends in \(ending) d") }
  }

  private mutating func take(_ node: ClusterState.Node) {
    state = (node.isReady ? "Ready" : "NotReady") + (node.unschedulable ? ", cordoned" : "")
    kubelet = node.kubelet
    runtime = node.runtime
    kernel = node.kernel
    system = node.system
    podCIDR = node.podRange
  }

  /// The kubelet throws pods out from 85 % of the disk of images on; Pis slow down at 80 °C.
  private static let (fullDisk, fullMemory, hot) = (85, 95, 80.0)

  private mutating func judge(holder: String?) {
    let starting = units.filter { $0.state == "activating" }.map(\.name)
    let missing = pods?.missing ?? 0
    var doubts = throttling.filter { $0.hasSuffix("now") }
    if let temperature, temperature >= Self.hot { doubts.append("hot") }
    if let diskPercent, diskPercent >= Self.fullDisk { doubts.append("disk \(diskPercent) % full") }
    if let memoryPercent, memoryPercent >= Self.fullMemory { doubts.append("memory \(memoryPercent) % used") }
    if missing > 0 { doubts.append("\(missing) \(missing == 1 ? "pod" : "pods") not ready") }
    if let webAssembly, !webAssembly.works { doubts.append("WebAssembly self-test failed") }
    doubts += throttling.filter { $0 == "under-voltage since boot" && !doubts.contains("under-voltage now") }
    notes = (holder.map { ["\($0) is working on it"] } ?? []) + starting.map { "\($0) starts" } + doubts + notes
    standing =
      !problems.isEmpty || state.hasPrefix("NotReady")
      ? .failed
      : holder != nil || !starting.isEmpty || state.hasSuffix("cordoned")
        ? .working : notes.isEmpty ? (state == "unknown" ? .failed : .good) : .warned
  }

  private static func used(_ total: Int?, free: Int?) -> Int? {
    guard let total, let free, total > 0, free <= total else { return nil }
    return Int(checked: Double(total - free) / Double(total) * 100)
  }
}
