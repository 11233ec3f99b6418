import Artifacts
import Diagnostics
import Foundation
import Inventory
import Operations
import PKI
import SSH
import Synchronization

@testable import Bootstrap
@testable import Provision

/// A rack of values: hosts remember which phases they were brought to, the cluster answers kubectl, and time passes only
/// where an operation sleeps.
final class FakeRack: RackPort {
  struct LivingNode {
    var version: KubernetesVersion
    var isReady = true
    var isCordoned = false
    var annotations: [String: String] = [:]
    var pods: [String] = []
    /// `NAMESPACE/NAME` of pods without a controller.
    var bare: [String] = []
    /// Its budget lets none of its pods go.
    var isHeld = false
    /// Its kubelet renews its lease.
    var isAlive = true
  }

  struct State {
    var nodes: [String: LivingNode] = [:]
    var members: [EtcdMember] = []
    /// Peer URLs of members that will have moved once etcd is told.
    var moved: [String: String] = [:]
    /// Its members do not find each other.
    var isApart = false
    /// Nobody can log in there.
    var silent: Set<String> = []
    /// Hosts that fail in a phase, and those whose new kubelet never comes.
    var failing: [String: String] = [:]
    var stuck: Set<String> = []
    /// Who holds hosts, if somebody else does.
    var holder: String?
    /// As the API server lists them.
    var volumes: [SampleVolume] = []
    var metrics = "apiserver_request_total{code=\"200\"} 7\n"
    var isStopping = false
    /// Whoever only looks finds nothing to do.
    var isInOrder = false
    var done: Set<String> = []
    var failures: [HearthError] = []
    /// What the summary will say beside changes.
    var actions: [String] = []
    /// False where no control-plane host has the rack's keys; what it keeps of the inventory.
    var hostsHoldKeys = true
    var keptInventory = ""
    /// What was done to the rack, in order.
    var log: [String] = []
    var seconds = 0
  }

  let command: String
  let rack: Rack
  let facts: [String: Facts]
  let folder: String
  let notes = NoteLog()
  var events: any EventSink { notes }
  private let state: Mutex<State>
  /// Sees each entry of the log as it is made.
  private let watch: @Sendable (inout State, String) -> Void
  /// Of the cluster that lives.
  let keys: Authority
  /// What runs now.
  private let work = Mutex<Task<[HearthError], Never>?>(nil)

  init(
    _ command: String, planes: Int = 1, workers: Int = 2,
    running version: KubernetesVersion = KubernetesVersion(1, 36, 2),
    folder: String = "/nonexistent", keys: Authority? = nil, fresh: [String] = [],
    records: [String: String]? = nil, endpoint: Endpoint? = nil, services: AddressRange? = nil,
    _ prepare: (inout State) -> Void = { _ in },
    watch: @escaping @Sendable (inout State, String) -> Void = { _, _ in }
  ) throws {
    self.command = command
    self.folder = folder
    self.watch = watch
    var rack = SampleNode.rack(planes: planes, workers: workers)
    rack.cluster.endpoint = endpoint
    rack.cluster.loadBalancer = services.map(LoadBalancer.init)
    self.rack = rack
    var facts = Dictionary(uniqueKeysWithValues: rack.nodes.map { ($0.name, SampleNode.facts($0)) })
    for name in fresh {
      facts[name] = facts[name]?.asNeverJoined
      facts[name]?.nodeRecord = nil
    }
    let keys = try keys ?? Authority.create(cluster: rack.cluster.name)
    // As hosts of a cluster keep them; some may be others than the inventory thinks.
    for node in rack.nodes where records != nil {
      let name = records?[node.name] ?? node.name
      facts[node.name]?.nodeRecord =
        NodeRecord(name: name, cluster: keys.cluster.fingerprint, podRanges: [:]).text
    }
    self.facts = facts
    self.keys = keys
    var state = State()
    for node in rack.nodes { state.nodes[node.name] = LivingNode(version: version, pods: ["web-\(node.name)"]) }
    for (index, node) in rack.controlPlane.enumerated() {
      state.members.append(
        EtcdMember(
          id: "\(index)", name: node.name, peerURL: EtcdMember.peerURL(of: node.address.description),
          clientURL: "https://\(node.address):2379", isHealthy: true))
    }
    prepare(&state)
    state.failures += Self.failures(of: state.silent).values
    self.state = Mutex(state)
  }

  var now: State { state.withLock { $0 } }
  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  /// Nodes that take no pods at the end.
  var cordoned: [String] { now.nodes.filter(\.value.isCordoned).keys.sorted() }

  func did(_ entry: String) {
    let isStopping = state.withLock { state in
      state.log.append(entry)
      watch(&state, entry)
      return state.isStopping
    }
    // As a first Ctrl-C does.
    if isStopping { work.withLock { $0?.cancel() } }
  }

  /// Runs an operation as a command does.
  ///
  /// - Returns: what ended it.
  func run(_ work: @escaping @Sendable (FakeRack) async throws -> Void) async -> [HearthError] {
    let task = Task { () -> [HearthError] in
      while self.work.withLock({ $0 == nil }) { await Task.yield() }
      do {
        try await work(self)
        return []
      } catch let error as HearthError {
        return [error]
      } catch let errors as HearthErrors {
        return errors.errors
      } catch is Reported {
        return now.failures
      } catch {
        return [HearthError(.internalError, "\(error)")]
      }
    }
    self.work.withLock { $0 = task }
    defer { self.work.withLock { $0 = nil } }
    return await task.value
  }

  func record(_ action: String) async { change { $0.actions.append(action) } }

  /// What a control-plane host says where it is asked for the rack's keys.
  var keysOnHost: String {
    guard now.hostsHoldKeys else { return "" }
    return AuthorityFiles(keys).texts.sorted { $0.key < $1.key }.map { "=== \($0)\n\($1.reveal())\n" }.joined()
  }

  // MARK: - The port

  var hosts: [String] { rack.nodes.map(\.name) }
  var inventoryText: String? { nil }
  var stateFolder: String { folder }
  var clock: any Clock<Duration> { FakeClock(rack: self) }
  var isStopping: Bool { now.isStopping }

  var survey: Survey {
    let silent = now.silent
    let failures = Self.failures(of: silent)
    return Survey(
      fleet: Fleet(shells: shells, failures: failures), facts: facts.filter { !silent.contains($0.key) },
      failures: failures, companions: [:])
  }

  private static func failures(of silent: Set<String>) -> [String: HearthError] {
    silent.reduce(into: [:]) {
      $0[$1] = HearthError(.unreachable, "no route to host", subject: Subject(host: $1))
    }
  }

  var shells: [String: any RootShell] {
    let silent = now.silent
    return Dictionary(
      uniqueKeysWithValues: hosts.filter { !silent.contains($0) }.map { ($0, FakeShell(host: $0, rack: self)) })
  }

  func authority(create: Bool) async throws(HearthError) -> Authority {
    try AuthorityStore(folder: "\(folder)/pki").load() ?? keys
  }

  /// What tells one round over the hosts from the next.
  private var round: String {
    guard let own = try? AuthorityStore(folder: "\(folder)/pki").load() else { return "" }
    return "\(own.cluster.fingerprint) \(own.cluster.alsoTrusted.count) \(own.encryptionKeys.map(\.name))"
  }

  private func key(_ phase: Phase, _ host: String) -> String {
    "\(phase.name)@\(host)" + (phase.name.hasPrefix("authorities-") || phase.name.hasPrefix("quiet-") ? round : "")
  }

  func software(for architectures: Set<Architecture>) async throws -> [Architecture: Software] {
    SampleNode.software(rack)
  }

  func view() async -> ClusterView {
    let state = now
    let planes = rack.controlPlane.map(\.name)
    return ClusterView(
      members: state.isApart ? [] : state.members, holders: Set(planes), ready: Set(planes).subtracting(state.silent),
      nodes: state.nodes.sorted { $0.key < $1.key }.map { name, node in
        ClusterView.Node(
          name: name, isReady: node.isReady, isCordoned: node.isCordoned,
          address: rack.node(name)?.address.description ?? "", machineID: "machine-\(name)", serial: "serial-\(name)")
      })
  }

  func plan(_ phases: [Phase], forChange: Bool) async -> Plan {
    let state = now
    if state.isInOrder, !forChange { return Plan([], observed: Observation()) }
    var observation = Observation()
    for host in Set(phases.flatMap(\.resources.keys)) {
      if state.silent.contains(host) {
        observation.failures[host] = HearthError(.unreachable, "no route to host", subject: Subject(host: host))
      } else {
        observation.hosts[host] = HostState()
      }
    }
    let left = phases.map { phase in
      var phase = phase
      phase.resources = phase.resources.filter { !state.done.contains(key(phase, $0.key)) }
        .mapValues { $0.map { Self.unmade($0.id) } }
      return phase
    }
    return Plan(left, observed: observation)
  }

  private static func unmade(_ id: String) -> Resource {
    .custom(
      .init(
        id, probe: ":", judge: { _, _ in [FieldChange("state", from: nil, to: "there")] },
        apply: { () throws(HearthError) in .init("") }))
  }

  func apply(_ plan: Plan) async throws {
    try checkStopped()
    var failed: Set<String> = []
    for phase in plan.desired {
      let hosts = plan.phases.first { $0.name == phase.name }?.hosts.keys.sorted() ?? []
      guard !hosts.isEmpty else { continue }
      for host in hosts {
        let isDead = now.failing[host] == phase.name || failed.contains(host)
        guard !isDead, failed.isDisjoint(with: phase.needs) else {
          failed.insert(host)
          let error = HearthError(.remoteCommand, "\(phase.name) failed", subject: Subject(host: host))
          change { if !$0.failures.contains(error) { $0.failures.append(error) } }
          continue
        }
        change { state in
          state.done.insert(key(phase, host))
          state.bring(host, phase, target: rack.cluster.kubernetes)
        }
      }
      did("apply \(phase.name)")
      if isStopping {
        throw HearthError(
          .cancelled, "stopped after the running steps", hint: "run `hearth \(command)` again: it goes on from there")
      }
    }
  }

  func holding(_ hosts: [String], _ work: () async throws -> Void) async throws {
    if let holder = now.holder {
      throw HearthErrors(hosts.map { HearthError(.locked, "held by \(holder)", subject: Subject(host: $0)) })
    }
    did("hold")
    defer { change { $0.log.append("release") } }
    try await work()
  }

  var hasFailures: Bool { get async { !now.failures.isEmpty } }
  func hasFailures(on hosts: [String]) async -> Bool {
    now.failures.contains { $0.subject.host.map(hosts.contains) ?? true }
  }
}

extension FakeRack.State {
  /// What a phase does to the cluster.
  fileprivate mutating func bring(_ host: String, _ phase: Phase, target: KubernetesVersion) {
    if phase.name.hasPrefix("node-"), !stuck.contains(host) { nodes[host]?.version = target }
    if phase.name.hasPrefix("node-"), stuck.contains(host) { nodes[host]?.isReady = false }
    let ids = phase.resources.values.flatMap { $0 }.map(\.id)
    for name in nodes.keys where ids.contains("node \(name) deleted") { nodes[name] = nil }
    if phase.name == "bridge" { isApart = false }
    for index in members.indices where phase.name == "member-\(members[index].name)" {
      members[index].peerURL = moved[members[index].name] ?? members[index].peerURL
    }
    if phase.name == "etcd" { members.removeAll { phase.title == "Take \($0.name) out of etcd" } }
  }
}

private struct SilentSink: EventSink { func emit(_ event: Event) {} }

/// Passes as soon as somebody waits.
struct FakeClock: Clock {
  struct Instant: InstantProtocol {
    var seconds: Double
    func advanced(by duration: Duration) -> Instant { Instant(seconds: seconds + duration / .seconds(1)) }
    func duration(to other: Instant) -> Duration { .seconds(other.seconds - seconds) }
    static func < (one: Instant, other: Instant) -> Bool { one.seconds < other.seconds }
  }

  let rack: FakeRack
  var now: Instant { Instant(seconds: Double(rack.now.seconds)) }
  var minimumResolution: Duration { .seconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    rack.change { $0.seconds = max($0.seconds + 1, Int(deadline.seconds.rounded(.up))) }
  }
}
