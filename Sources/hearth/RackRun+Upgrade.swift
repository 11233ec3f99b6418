import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Provision
import SSH

/// How an upgrade is done.
struct UpgradeOptions {
  /// Workers together.
  var atOnce: Int
  var drain: Drain.Options
  var allowRemovedAPIs: Bool
  var approve: (String) throws(HearthError) -> Void
}

extension RackRun {
  func admin() throws(HearthError) -> ClusterAdmin {
    ClusterAdmin(rack: rack, shells: engine.currentShells, release: try release)
  }

  /// What runs now, by the words of every API server and of the nodes.
  func versions() async throws(HearthError) -> VersionSkew {
    let release = try release
    var servers: [String: KubernetesVersion] = [:]
    for node in rack.controlPlane {
      guard let shell = engine.currentShells[node.name] else { continue }
      let one = ClusterAdmin(hosts: [shell], etcdctl: release.paths.etcdctl)
      guard let text = try? await one.run("get --raw /version"), let range = text.range(of: "\"gitVersion\": \"") else {
        continue
      }
      servers[node.name] = KubernetesVersion(String(text[range.upperBound...].prefix { $0 != "\"" }))
    }
    var kubelets: [String: KubernetesVersion] = [:]
    let path = #"'{range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion}{"\n"}{end}'"#
    for line in try await admin().run("get nodes -o jsonpath=\(path)").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2 { kubelets[words[0]] = KubernetesVersion(words[1]) }
    }
    return VersionSkew(servers: servers, kubelets: kubelets)
  }

  func upgrade(_ options: UpgradeOptions) async throws {
    let target = rack.cluster.kubernetes
    let skew = try await versions()
    var objections = skew.objections(to: target)
    if let oldest = skew.oldestServer, !options.allowRemovedAPIs {
      var metrics: [String] = []
      for node in rack.controlPlane {
        guard let shell = engine.currentShells[node.name] else { continue }
        let one = ClusterAdmin(hosts: [shell], etcdctl: try release.paths.etcdctl)
        metrics.append(
          (try? await one.run("get --raw /metrics | grep ^apiserver_requested_deprecated_apis || :")) ?? "")
      }
      objections += RemovedAPI.objections(from: oldest, to: target, metrics: metrics)
    }
    guard objections.isEmpty else { throw HearthErrors(objections) }
    guard !(await hasFailures) else {
      throw HearthError(
        .refused, "not every host answers: an upgrade begins only when all do",
        hint: "bring them back, or take them out with `hearth node remove`")
    }
    let packages = try await packageOffers()
    let planner = try RackPlanner(rack: rack, survey: session.survey, view: await view(), inventory: inventoryText)
    let software = try await software(for: planner.architectures)
    let keys = try await authority(create: false)
    let steps = try planner.bootstrap.upgradeSteps(
      authority: keys, software: software, packages: packages, atOnce: options.atOnce)
    // What belongs to the new version besides programs: objects, images, programs that nobody runs by name.
    let rest = try planner.phases(authority: keys, software: software, hosts: Set(session.hosts))
    let from = skew.servers.values.min()?.description ?? "unknown"
    let begun = try await cordonedByUpgrade()
    var whole = await plan(steps.map(\.phase), forChange: false)
    if whole.changeCount == 0, begun.isEmpty {
      // May be left from an upgrade that was ended.
      whole = await plan(rest, forChange: false)
      if whole.changeCount == 0, whole.failures.isEmpty {
        let text = "Nothing to upgrade: every host runs \(target), and apt offers nothing newer"
        return events.emit(.note(level: .info, host: nil, text: text))
      }
    }
    guard whole.failures.isEmpty else { throw ExitStatus.failed }
    pause()
    try options.approve(whole.text + "\n" + summary(from: from, packages, steps: steps.count))
    try await holding(session.hosts) {
      for step in steps {
        do {
          try await upgradeStep(step, options)
        } catch let errors as HearthErrors {
          throw HearthErrors(errors.errors.map { wayOut($0, step, from) })
        } catch let error as HearthError {
          throw HearthErrors([wayOut(error, step, from)])
        } catch {
          throw HearthErrors([wayOut(HearthError(.cluster, "\(step.phase.title) failed; see above"), step, from)])
        }
      }
      try await applyAll(rest)
    }
  }

  private func summary(from: String, _ packages: [PackageOffer], steps: Int) -> String {
    let target = rack.cluster.kubernetes
    let versions =
      ["Kubernetes \(from == target.description ? from : "\(from) → \(target)")"]
      + PackageOffer.summary(packages, of: rack.nodes.map(\.name))
    return versions.joined(separator: "\n")
      + "\nin \(steps) steps: etcd, API servers, controllers, then \(rack.nodes.count) nodes, drained"
  }

  private func upgradeStep(_ step: UpgradeStep, _ options: UpgradeOptions) async throws {
    if engine.isCancelled { throw HearthError(.cancelled, "stopped between two steps; `hearth upgrade` goes on") }
    let plan = await self.plan([step.phase], forChange: true)
    if let failure = plan.failures.first { throw failure.value.at(Subject(host: failure.key)) }
    if plan.changeCount > 0, step.stopsEtcd {
      for host in step.phase.resources.keys { try await refuseThinQuorum(stopping: host) }
    }
    let begun = try await cordonedByUpgrade()
    guard plan.changeCount > 0 || step.drained.contains(where: begun.contains) else { return }
    let drain = Drain(admin: try admin(), release: try release, events: events)
    let cordoned = Set(await view().nodes?.filter(\.isCordoned).map(\.name) ?? [])
    for node in step.drained where rack.nodes.count > 1 && plan.phases.contains(where: { $0.hosts[node] != nil }) {
      // A node that somebody cordoned stays so afterwards.
      if !cordoned.contains(node) {
        try await admin().run("annotate node \(node) \(Self.upgradeMark)=\(rack.cluster.kubernetes) --overwrite")
      }
      try await drain.run(node, options.drain)
    }
    if plan.changeCount > 0 {
      try await apply(plan)
      if await hasFailures { throw ExitStatus.failed }
    }
    for node in step.drained {
      try await waitForKubelet(node)
      guard try await cordonedByUpgrade().contains(node) else { continue }
      try await drain.uncordon(node)
      try await admin().run("annotate node \(node) \(Self.upgradeMark)-")
    }
  }

  /// On nodes that an upgrade has emptied and not given back yet.
  private static let upgradeMark = "hearth/upgrade"

  private func cordonedByUpgrade() async throws(HearthError) -> Set<String> {
    let path = #"'{range .items[*]}{.metadata.name} {.metadata.annotations.hearth/upgrade}{"\n"}{end}'"#
    let text = try await admin().run("get nodes -o jsonpath=\(path)")
    return Set(
      text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        return words.count == 2 ? String(words[0]) : nil
      })
  }

  private func waitForKubelet(_ node: String) async throws(HearthError) {
    let target = rack.cluster.kubernetes.description
    let path = #"'{.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status}'"#
    let deadline = ContinuousClock.now + .seconds(240)
    var told = ""
    while true {
      let words = ((try? await admin().run("get node \(node) -o jsonpath=\(path)")) ?? "").split(separator: " ")
      if words.count == 2, words[0] == target, words[1] == "True" {
        events.emit(.condition(name: "node-upgraded", host: node, state: .met, detail: target))
        return
      }
      let seen = words.joined(separator: ", Ready=")
      if seen != told {
        told = seen
        events.emit(
          .condition(name: "node-upgraded", host: node, state: .waiting, detail: seen.isEmpty ? "no answer" : seen))
      }
      guard ContinuousClock.now < deadline else {
        throw HearthError(
          .timedOut, "the node did not come back as \(target) within 240 s: \(seen.isEmpty ? "no answer" : seen)",
          subject: Subject(host: node), command: "sudo journalctl -u kubelet -u containerd -n 50 --no-pager")
      }
      do { try await Task.sleep(for: .seconds(1)) } catch {
        throw HearthError(.cancelled, "stopped while waiting for \(node)")
      }
    }
  }

  /// Every failure of an upgrade says how to go on and how to go back.
  private func wayOut(_ error: HearthError, _ step: UpgradeStep, _ from: String) -> HearthError {
    var error = error
    var way = "the upgrade stopped at “\(step.phase.title)”; nothing after it was begun. Go on with `hearth upgrade`"
    if from != rack.cluster.kubernetes.description {
      way += "; to go back set `kubernetes: \(from)` in the inventory and run `hearth upgrade`"
    }
    error.hint = error.hint.map { "\($0); \(way)" } ?? way
    return error
  }

  /// Replacing running programs by another version, everywhere at once, is no `up`. Programs of the right version that are
  /// not what they should be are mended.
  func refuseUpgrade(_ plan: Plan) async throws {
    // A rack that was never complete has nothing to upgrade.
    guard session.survey.facts.values.contains(where: \.hasJoined) else { return }
    func hosts(updating paths: [String]) -> Set<String> {
      let ids = Set(paths.map { "file \($0)" })
      let found = plan.phases.flatMap { phase in
        phase.hosts.filter { $0.value.contains { ids.contains($0.id) && $0.action == .update } }.keys
      }
      return Set(found)
    }
    let order = "`hearth upgrade` does it in order, node by node, and says what stands in its way"
    if !hosts(updating: ["/usr/local/bin/kube-apiserver", "/usr/local/bin/kubelet"]).isEmpty {
      let target = rack.cluster.kubernetes
      let running: Set<KubernetesVersion>
      if let skew = try? await versions() {
        running = Set(skew.servers.values).union(skew.kubelets.values)
      } else {
        running = Set(try await installedVersions().values.joined())
      }
      if let other = running.subtracting([target]).min() {
        throw HearthError(
          .refused, "the cluster runs \(other) and the inventory names \(target): this is an upgrade", hint: order)
      }
    }
    let etcd = hosts(updating: ["/usr/local/bin/etcd"])
    let beside = etcd.union(hosts(updating: ["/usr/local/bin/containerd", "/usr/local/sbin/runc"]))
    guard beside.count < 2 else {
      throw HearthError(
        .refused,
        "etcd, containerd or runc would be replaced on \(beside.count) hosts at once: this is an upgrade, although "
          + "Kubernetes stays as it is", hint: order)
    }
    for host in etcd { try await refuseThinQuorum(stopping: host) }
  }

  /// By the words of the programs that lie on the hosts; those that are missing or damaged say nothing.
  func installedVersions() async throws -> [String: Set<KubernetesVersion>] {
    let program = "for name in kubelet kube-apiserver; do /usr/local/bin/$name --version 2>/dev/null; done; :"
    let answers = await Fleet(shells: engine.currentShells, failures: [:]).run(program, timeout: .seconds(30))
    return answers.compactMapValues { try? $0.get().outputText }.mapValues { text in
      Set(text.matches(of: /Kubernetes (v\S+)/).compactMap { KubernetesVersion(String($0.output.1)) })
    }
  }

  /// A newcomer gets the version that the inventory names; the cluster must have come to it before.
  ///
  /// - Parameter newcomer: what still runs under its name does not matter.
  func refuseUnevenVersions(besides newcomer: String) async throws {
    let target = rack.cluster.kubernetes
    let servers = try await versions().servers.filter { $0.key != newcomer }
    guard let other = Set(servers.values).subtracting([target]).min() else { return }
    throw HearthError(
      .refused, "the cluster runs \(other) and the inventory names \(target), which a new node would get",
      hint: "run `hearth upgrade` first, or set `kubernetes: \(other)` for now")
  }

  /// Commands that stop etcd on one host after another ask before each. A member that was stopped before may need a moment.
  func refuseThinQuorum(stopping host: String) async throws {
    for attempt in 1...10 {
      guard let objection = Quorum.objection(stopping: host, among: await view().members) else { return }
      if attempt == 10 { throw objection }
      try await Task.sleep(for: .seconds(2))
    }
  }
}
