package import Artifacts
package import Bootstrap
package import Diagnostics
package import Inventory
package import PKI
package import Provision
package import SSH

/// Everything that an operation needs of the world: what is known of the rack, and the few things that can be done to it.
/// A command's run on real hosts is one; tests have another, whose hosts and cluster are values.
package protocol RackPort: Sendable {
  /// As a person typed it, behind `hearth`.
  var command: String { get }
  /// As the inventory says, or will say once the command is done.
  var rack: Rack { get }
  /// The hosts that the command is about.
  var hosts: [String] { get }
  var survey: Survey { get }
  var inventoryText: String? { get }
  /// On this machine: keys, backups, and how far something has come.
  var stateFolder: String { get }
  /// Hosts that are logged in to at this moment.
  var shells: [String: any RootShell] { get }
  var events: any EventSink { get }
  var clock: any Clock<Duration> { get }
  /// Somebody has asked for an end: nothing more is begun.
  var isStopping: Bool { get }

  /// What the living control plane knows at this moment.
  func view() async -> ClusterView
  /// - Parameter create: false for what must not make keys where there are none.
  func authority(create: Bool) async throws(HearthError) -> Authority
  func software(for architectures: Set<Architecture>) async throws -> [Architecture: Software]

  /// The difference between these phases and what is; hosts that cannot be reached or observed are told.
  func plan(_ phases: [Phase], forChange: Bool) async -> Plan
  /// Failures of hosts are told and remembered, not thrown.
  func apply(_ plan: Plan) async throws
  /// Nobody else changes these hosts meanwhile.
  func holding(_ hosts: [String], _ work: () async throws -> Void) async throws
  /// Something went wrong since the command began.
  var hasFailures: Bool { get async }
  /// The same on these hosts, or on none in particular.
  func hasFailures(on hosts: [String]) async -> Bool
  /// Something was done that is not a resource of a host, such as `pi3 drained`: the summary says so.
  func record(_ action: String) async
}

/// Ends an operation whose failures have been told.
package enum Reported: Error {
  case failed
  case refused
}

extension RackPort {
  package var release: KubernetesRelease {
    get throws(HearthError) {
      guard let release = KubernetesRelease.of(rack.cluster) else {
        throw HearthError(
          .inventory, "Kubernetes \(rack.cluster.kubernetes) is not supported",
          hint: "choose one of the minor versions \(KubernetesVersion.supportedList)")
      }
      return release
    }
  }

  /// kubectl and etcdctl; hosts whose API server is ready come first.
  ///
  /// - Parameter view: nil asks hosts in the inventory's order.
  package func admin(_ view: ClusterView? = nil) throws(HearthError) -> ClusterAdmin {
    let names = rack.controlPlane.map(\.name)
    let ready = view?.ready ?? []
    let ordered = names.filter(ready.contains) + names.filter { !ready.contains($0) }
    return ClusterAdmin(hosts: ordered.compactMap { shells[$0] }, etcdctl: try release.paths.etcdctl)
  }

  package func note(_ text: String, _ level: Event.Level = .info, host: String? = nil) {
    events.emit(.note(level: level, host: host, text: text))
  }

  /// Hosts of this run to which nobody could log in.
  package var silentHosts: [String] { hosts.filter { survey.failures[$0] != nil } }

  /// The command is about all hosts, and each did its part.
  package var isWhole: Bool {
    get async {
      let failed = await hasFailures
      return hosts.count == rack.nodes.count && !failed
    }
  }

  /// Every control-plane host is there and did its part, whatever became of others.
  package var controlPlaneServes: Bool {
    get async {
      let planes = rack.controlPlane.map(\.name)
      let failed = await hasFailures(on: planes)
      return planes.allSatisfy(hosts.contains) && !failed
    }
  }

  /// What everything on the rack would become, as `up` does it.
  ///
  /// - Parameters:
  ///   - forChange: false for commands that only look: they take no lock.
  ///   - view: nil asks for it.
  package func plan(forChange: Bool, view known: ClusterView? = nil) async throws -> Plan {
    guard !survey.facts.isEmpty else { throw HearthErrors(survey.errors(in: rack)) }
    let view = if let known { known } else { await view() }
    let planner = try RackPlanner(
      rack: rack, survey: survey, view: view, inventory: inventoryText, scope: Set(hosts))
    if forChange, let text = view.policyWarning { note(text, .warning) }
    let authority = try await authority(create: forChange)
    let software = try await software(for: planner.architectures)
    if forChange, rack.cluster.addons.dns == .coredns, let text = planner.bootstrap.forwarding.note { note(text) }
    if forChange { try await checkJoins(of: planner.bootstrap.membership.joins.map(\.node), view: view) }
    let phases = try planner.phases(authority: authority, software: software, hosts: Set(hosts))
    return await plan(phases, forChange: forChange)
  }

  /// - Throws: a refusal that names the first changes that wait.
  package func requireOrder(hint: String) async throws {
    let plan = try await plan(forChange: false)
    guard plan.failures.isEmpty else { throw Reported.failed }
    guard plan.changeCount == 0 else {
      let waiting = plan.phases.flatMap { phase in
        phase.hosts.sorted { $0.key < $1.key }.flatMap { host, changes in changes.map { "\(host): \($0.id)" } }
      }
      throw HearthError(
        .refused, "the rack is not as the inventory says; waiting changes: \(plan.changeCount)", hint: hint,
        output: Array(waiting.prefix(4)), command: "hearth up")
    }
  }

  /// Brings hosts to what these phases say, if they are not there.
  package func applyAll(_ phases: [Phase]) async throws {
    let plan = await plan(phases, forChange: true)
    guard plan.failures.isEmpty else { throw Reported.failed }
    guard plan.changeCount > 0 else { return }
    try await apply(plan)
    if await hasFailures { throw Reported.failed }
  }

  /// The last words of a run that ends between two steps.
  package var stopped: HearthError {
    HearthError(.cancelled, "stopped between two steps", hint: "run `hearth \(command)` again: it goes on from there")
  }

  /// - Throws: `cancelled` when somebody has asked for an end.
  package func checkStopped() throws(HearthError) { if isStopping { throw stopped } }
}
