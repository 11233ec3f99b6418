import Artifacts
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import SSH

/// How authorities are replaced.
struct RotationOptions {
  /// Ends the run when this stage is complete; the next run goes on.
  var until: AuthorityRotation.Stage
  var restartsPods: Bool
  var mergesKubeconfig: Bool
  var approve: (String) throws(HearthError) -> Void
}

extension RackRun {
  /// Replaces the authorities of a living cluster. A run that was ended goes on where it stood: the stage is read from
  /// the keys, and hosts that have come to it are left alone.
  func rotateAuthorities(_ options: RotationOptions) async throws {
    guard !(await hasFailures) else {
      throw HearthError(
        .refused, "not every host answers: one that is left behind would trust nobody afterwards",
        hint: "bring them back, or take them out with `hearth node remove`")
    }
    var own = try await authority(create: false)
    let upcoming = AuthorityStore(folder: "\(stateFolder)/rotation/next")
    let next = try await nextAuthority(after: own, in: upcoming)
    let rotation = AuthorityRotation(to: next)
    pause()
    try options.approve(Self.summary(rotation.stage(of: own), planes: rack.controlPlane.count, nodes: rack.nodes.count))
    try upcoming.save(next)
    let planner = try RackPlanner(rack: rack, survey: session.survey, view: await view(), inventory: inventoryText)
    let software = try await software(for: planner.architectures)
    let store = AuthorityStore(folder: "\(stateFolder)/pki")
    let isComplete = try await engine.holding(session.hosts) { () throws(HearthErrors) in
      do {
        while true {
          if let stage = rotation.stage(of: own) {
            try await bring(own, to: stage, planner, software, options)
            if stage == options.until { return stage == .drop }
          }
          guard let advanced = rotation.advanced(from: own) else { return true }
          try store.save(advanced)
          own = advanced
        }
      } catch let errors as HearthErrors {
        throw errors
      } catch let error as HearthError {
        throw HearthErrors([error])
      } catch {
        throw HearthErrors([HearthError(.cluster, "the change of authorities stopped; see above", hint: Self.goOn)])
      }
    }
    guard isComplete else {
      return events.emit(.note(level: .info, host: nil, text: "both old and new authorities are trusted; \(Self.goOn)"))
    }
    try? FileManager.default.removeItem(atPath: "\(stateFolder)/rotation")
    events.emit(
      .note(
        level: .info, host: nil,
        text: "the authorities are new and the old ones count for nothing any more. Backups hold keys: take a new one "
          + "(`hearth backup`). On other machines `hearth adopt` fetches the new keys"))
  }

  private static let goOn = "`hearth certs rotate-ca` goes on from here"

  private static func summary(_ stage: AuthorityRotation.Stage?, planes: Int, nodes: Int) -> String {
    let hosts = planes == 1 ? "the control plane" : "\(planes) control planes"
    let workers = nodes == planes ? "" : ", then the workers"
    let begun = stage.map { "This rotation was begun and has come to the stage “\($0.rawValue)”. " } ?? ""
    return begun
      + "New authorities replace the old ones in three rounds over \(hosts)\(workers), one by one: all trust both; every certificate is "
      + "made anew; the old ones are dropped. After the first round whatever uses the API in pods is started anew, one "
      + "workload after another. Kubeconfigs that you gave to other people end with the second round."
  }

  /// The keys that shall remain: those of a rotation that was begun, or new ones.
  private func nextAuthority(after own: Authority, in store: AuthorityStore) async throws -> Authority {
    if let begun = try store.load() { return begun }
    let plan = try await plan(forChange: false)
    guard plan.failures.isEmpty else { throw ExitStatus.failed }
    guard plan.changeCount == 0 else {
      throw HearthError(
        .refused, "the rack is not as the inventory says: \(plan.changeCount) changes wait",
        hint: "authorities are replaced on a rack that is in order", command: "hearth up")
    }
    return try own.successor(cluster: rack.cluster.name)
  }

  private func bring(
    _ authority: Authority, to stage: AuthorityRotation.Stage, _ planner: RackPlanner,
    _ software: [Architecture: Software], _ options: RotationOptions
  ) async throws {
    events.emit(.condition(name: "authorities", host: nil, state: .waiting, detail: stage.words))
    // Twice: what a host made anew by itself, while another still had older keys, is found the second time.
    for _ in 1...2 {
      let steps = try planner.bootstrap.rotationSteps(
        authority: authority, software: software, holder: await addressHolder())
      for step in steps { try await take(step) }
    }
    let pods = PodTrust(admin: try admin(), events: events)
    try await pods.waitUntilPublished()
    switch stage {
    case .trust:
      if options.restartsPods, !arePodsRenewed {
        try await pods.restart()
        try PrivateFile.write([], to: podsMark)
      }
    case .sign: break
    case .drop: try await pods.forgetOldAuthorities()
    }
    events.emit(.condition(name: "authorities", host: nil, state: .met, detail: stage.words))
    if options.mergesKubeconfig { try await mergeKubeconfig() }
  }

  /// The next run starts them anew once more.
  func forgetRenewedPods() { try? FileManager.default.removeItem(atPath: podsMark) }

  private var podsMark: String { "\(stateFolder)/rotation/pods-started-anew" }
  private var arePodsRenewed: Bool { FileManager.default.fileExists(atPath: podsMark) }

  private func take(_ step: RotationStep) async throws {
    if engine.isCancelled { throw HearthError(.cancelled, "stopped between two steps", hint: Self.goOn) }
    let plan = await self.plan([step.phase], forChange: true)
    if let failure = plan.failures.first { throw failure.value.at(Subject(host: failure.key)) }
    guard plan.changeCount > 0 else { return }
    try await refuseThinQuorum(stopping: step.host)
    if let quiet = step.quiet { try await applyAll([quiet]) }
    try await applyAll([step.phase])
    try await waitUntilSteady(step.host)
  }

  /// A kubelet that was started anew first repeats what the cluster believed, then that it is not ready, then that it is.
  private func waitUntilSteady(_ node: String) async throws(HearthError) {
    let path = #"'{.status.conditions[?(@.type=="Ready")].status}'"#
    let deadline = ContinuousClock.now + .seconds(120)
    var looks = 0
    while looks < 4 {
      do { try await Task.sleep(for: .seconds(1)) } catch { throw HearthError(.cancelled, "stopped between two steps") }
      let isReady = (try? await admin().run("get node \(node) -o jsonpath=\(path)")) == "True"
      looks = isReady ? looks + 1 : 0
      guard ContinuousClock.now < deadline else {
        throw HearthError(
          .timedOut, "the node is not ready 120 s after its kubelet was started anew", subject: Subject(host: node),
          hint: "nothing was begun on the hosts after this one; mend it, then \(Self.goOn)",
          command: "sudo journalctl -u kubelet -n 50 --no-pager")
      }
    }
  }

  /// The control-plane host that has the rack's virtual address now.
  private func addressHolder() async -> String? {
    guard let address = rack.cluster.endpoint?.virtualAddress else { return nil }
    for node in rack.controlPlane {
      let found = try? await engine.currentShells[node.name]?.run("ip -4 -o address show to \(address)")
      if found?.outputText.isEmpty == false { return node.name }
    }
    return nil
  }
}

extension AuthorityRotation.Stage {
  fileprivate var words: String {
    switch self {
    case .trust: "old and new are trusted everywhere"
    case .sign: "every certificate is made by the new ones"
    case .drop: "only the new ones are trusted"
    }
  }
}
