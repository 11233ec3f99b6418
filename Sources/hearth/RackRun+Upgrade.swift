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
}
