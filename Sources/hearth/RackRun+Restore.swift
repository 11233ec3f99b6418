import Bootstrap
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import SSH

extension RackRun {
  /// Decrypts and unpacks a backup beside the rack's keys, and checks that it belongs to this rack.
  func openBackup(_ file: String, passphraseFile: String?) async throws(HearthError) -> BackupArchive {
    let work = "\(stateFolder)/restore"
    try? FileManager.default.removeItem(atPath: work)
    try Folders.create(work)
    var plain = file
    if AgeFile.isEncrypted(file) {
      plain = "\(work)/backup.tar"
      try AgeFile.decrypt(file, to: plain, passphrase: try passphrase(file: passphraseFile, create: false))
    }
    var archive = try await BackupArchive.open(plain, in: "\(work)/content")
    guard archive.manifest.cluster == rack.cluster.name else {
      throw HearthError(
        .refused,
        "this is a backup of the rack \(archive.manifest.cluster), and the inventory names \(rack.cluster.name)",
        subject: Subject(file: file), hint: "take the inventory from the backup: tar -xf … inventory.yaml")
    }
    let store = AuthorityStore(folder: "\(stateFolder)/pki")
    if let own = try store.load(), own.cluster.fingerprint != archive.authority.cluster.fingerprint {
      if own.lineage.contains(archive.authority.cluster.fingerprint) {
        // Authorities that were replaced since stay replaced.
        archive.authority = own
        archive.predatesAuthority = true
        return archive
      }
      throw HearthError(
        .refused, "this machine has keys of another cluster under the same name", subject: Subject(file: store.folder),
        hint: "move that folder away if the backup is what you want")
    }
    try store.save(archive.authority)
    return archive
  }

  /// Names one restore over all runs that it takes; a run that was killed goes on with the same one.
  func restoreID(for what: String) throws(HearthError) -> String {
    let file = "\(stateFolder)/restore-id"
    let lines =
      (FileManager.default.contents(atPath: file)).map { String(decoding: $0, as: UTF8.self) }?
      .split(separator: "\n").map(String.init) ?? []
    if lines.count == 2, lines[0] == what { return lines[1] }
    let id = String(UInt64.random(in: .min ... .max), radix: 36)
    try PrivateFile.write(Array("\(what)\n\(id)\n".utf8), to: file)
    return id
  }

  func forgetRestore() {
    try? FileManager.default.removeItem(atPath: "\(stateFolder)/restore-id")
    try? FileManager.default.removeItem(atPath: "\(stateFolder)/restore")
  }

  /// The newest revision that a living etcd knows, and its host.
  func livingRevision() async -> Int? {
    guard let release = KubernetesRelease.of(rack.cluster.kubernetes) else { return nil }
    let admin = ClusterAdmin(rack: rack, shells: engine.currentShells, release: release)
    let result = try? await admin.etcdctl("endpoint status -w json")
    let text = result?.outputText ?? ""
    guard let range = text.range(of: "\"revision\":") else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }

  /// As if nothing were known of the cluster that was: all members begin together, from the restored data.
  private func planner(_ archive: BackupArchive?) throws(HearthErrors) -> RackPlanner {
    var facts = session.survey.facts
    for name in facts.keys {
      facts[name] = facts[name]?.asNeverJoined
      if facts[name]?.nodeRecord == nil, let record = archive?.records[name] ?? archive?.records.values.first {
        var own = record
        own.name = name
        facts[name]?.nodeRecord = own.text
      }
    }
    return try RackPlanner(
      rack: rack, survey: session.survey, facts: facts, view: ClusterView(), inventory: inventoryText)
  }

  func restore(_ archive: BackupArchive, id: String) async throws {
    let planner = try planner(archive)
    let software = try await software(for: planner.architectures)
    let all = try planner.phases(
      authority: archive.authority, software: software, hosts: Set(session.hosts))
    let before = all.filter { ["host", "software"].contains($0.name) }
    try await applyAll(before)
    try await applyAll(try planner.bootstrap.restorePhases(id: id, archive))
    // Hosts are looked at anew: everything is stopped now.
    try await applyAll(all)
    guard archive.predatesAuthority else { return }
    // What the backup holds for pods to trust and to show is of the authorities that are gone.
    let pods = PodTrust(admin: try admin(), events: events)
    try await pods.renewTokens()
    try await pods.waitUntilPublished()
    try await pods.restart()
  }

  func applyAll(_ phases: [Phase]) async throws {
    let plan = await self.plan(phases, forChange: true)
    guard plan.failures.isEmpty else { throw ExitStatus.failed }
    guard plan.changeCount > 0 else { return }
    try await apply(plan)
    if await hasFailures { throw ExitStatus.failed }
  }
}
