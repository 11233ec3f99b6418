import Artifacts
package import Bootstrap
package import Diagnostics
import Foundation
package import Inventory
import PKI
import Preflight
package import Provision
import SSH
import Untrusted

/// The whole cluster becomes what it was when a backup was taken.
package struct Restore: RackOperation {
  package enum Step: Sendable {
    /// Looked at when its turn has come: what came before has changed the hosts.
    case bring([Phase])
    /// What the backup holds for pods to trust and to show is of the authorities that are gone.
    case renewPods
  }

  /// What is known before anything is changed.
  package struct View: Sendable {
    /// As if nothing were known of the cluster that was: all members begin together, from the restored data.
    var planner: RackPlanner
    var software: [Architecture: Software]
    /// Names this restore over all runs that it takes.
    var id: String
  }

  package let port: any RackPort
  let archive: BackupArchive

  package init(_ port: any RackPort, _ archive: BackupArchive) {
    self.port = port
    self.archive = archive
  }

  /// Software first, while the cluster still serves; then it is stopped everywhere, and begins again from the backup.
  package func steps(_ view: View) throws -> [Step] {
    let all = try view.planner.phases(
      authority: archive.authority, software: view.software, hosts: Set(port.hosts))
    let before = all.filter { [HostPreparation.phaseName, ClusterPhase.software.name].contains($0.name) }
    return [
      .bring(before), .bring(try view.planner.bootstrap.restorePhases(id: view.id, archive)), .bring(all),
    ] + (archive.predatesAuthority ? [.renewPods] : [])
  }

  /// - Parameter approve: is told what becomes of the cluster, and what is lost.
  package func run(approve: (String) throws(HearthError) -> Void) async throws {
    let manifest = archive.manifest
    let loss = RestoreLoss(backup: manifest.revision, living: await livingRevision())
    try approve(
      "The cluster is stopped and becomes what it was at \(manifest.created) (etcd revision \(manifest.revision)). "
        + loss.text)
    let record = RestoreRecord(port)
    let id = try record.id(for: manifest.snapshotSHA256)
    try await port.holding(port.hosts) {
      try AuthorityStore(folder: "\(port.stateFolder)/pki").save(archive.authority)
      // Pods are what they were then.
      RenewedPods(port).forget()
      let planner = try planner()
      let software = try await port.software(for: planner.architectures)
      try await take(all: try steps(View(planner: planner, software: software, id: id)))
    }
    record.forget()
    port.note("restored to \(manifest.created), etcd revision \(manifest.revision). \(loss.text)")
    await port.nameStrangers()
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .bring(let phases): try await port.applyAll(phases)
    case .renewPods:
      let pods = PodCARollout(admin: try port.admin(), events: port.events)
      try await pods.renewTokens()
      try await pods.waitUntilPublished()
      try await pods.restart()
    }
  }

  /// The newest revision that a living etcd knows, if there is one.
  private func livingRevision() async -> Int? {
    let result = try? await port.admin().etcdctl(["endpoint", "status", "-w", "json"])
    return result.flatMap { EtcdAnswer.revision($0.standardOutput) }
  }

  private func planner() throws(HearthErrors) -> RackPlanner {
    var facts = port.survey.facts
    for name in facts.keys {
      facts[name] = facts[name]?.asNeverJoined
      if facts[name]?.nodeRecord == nil, let record = archive.records[name] ?? archive.records.values.first {
        var own = record
        own.name = name
        facts[name]?.nodeRecord = own.text
      }
    }
    return try RackPlanner(
      rack: port.rack, survey: port.survey, facts: facts, view: ClusterView(), inventory: port.inventoryText,
      isNew: false)
  }
}

extension RackPort {
  /// Nodes that the restored cluster knows and the inventory does not.
  func nameStrangers() async {
    let known = Set(rack.nodes.map(\.name))
    for node in await view().nodes ?? [] where !known.contains(node.name) {
      let text =
        "\(node.name) was part of the cluster and is not in the inventory: `hearth node remove \(node.name.shellQuoted)`"
      note(text, .warning)
    }
  }

  /// What still runs must not go on with what came after the backup.
  package func refuseSilentHosts() throws(HearthError) {
    guard !silentHosts.isEmpty else { return }
    let names = silentHosts.joined(separator: ", ")
    throw HearthError(
      .refused, "a restore needs every host of the inventory, and these do not answer: \(names)",
      hint:
        "bring them back; if they are gone, take their lines out of the inventory, and clean them before they join again "
        + "(`hearth reset`)")
  }
}

/// A restore that was begun from this machine and has not come to its end.
package struct RestoreRecord {
  private let port: any RackPort
  private var file: String { "\(port.stateFolder)/restore-id" }

  package init(_ port: any RackPort) { self.port = port }

  package var isUnfinished: Bool { FileManager.default.fileExists(atPath: file) }

  /// Names one restore over all runs that it takes; a run that was killed goes on with the same one.
  package func id(for what: String) throws(HearthError) -> String {
    let lines =
      (try? RegularFile.read(file)).map { String(decoding: $0, as: UTF8.self) }?
      .filledLines ?? []
    if lines.count == 2, lines[0] == what {
      port.note("the restore that was begun and not finished goes on")
      return lines[1]
    }
    let id = String(UInt64.random(in: .min ... .max), radix: 36)
    try PrivateFile.write(Array("\(what)\n\(id)\n".utf8), to: file)
    return id
  }

  /// It is over, or something else has brought the rack to where it should be.
  package func forget() {
    try? FileManager.default.removeItem(atPath: file)
    try? FileManager.default.removeItem(atPath: "\(port.stateFolder)/restore")
  }
}
