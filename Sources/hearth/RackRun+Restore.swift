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
    guard FileManager.default.fileExists(atPath: file) else {
      throw HearthError(
        .usage, "there is no such file", subject: Subject(file: file), command: "ls '\(stateFolder)/backups'")
    }
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
    guard let minor = KubernetesVersion(archive.manifest.kubernetes)?.minor, minor == rack.cluster.kubernetes.minor
    else {
      throw HearthError(
        .refused,
        "the backup is of Kubernetes \(archive.manifest.kubernetes), and the inventory names \(rack.cluster.kubernetes)",
        subject: Subject(file: file),
        hint: "set `kubernetes: \(archive.manifest.kubernetes)`, restore, and then `hearth upgrade`")
    }
    guard let own = try authorities.load() else { return archive }
    let then = archive.authority
    guard ([own.cluster.fingerprint] + own.lineage).contains(then.cluster.fingerprint) else {
      throw HearthError(
        .refused, "this machine has keys of another cluster under the same name",
        subject: Subject(file: authorities.folder), hint: "move that folder away if the backup is what you want")
    }
    // Authorities that were replaced since stay replaced, and what was dropped stays dropped.
    archive.authority = own
    archive.predatesAuthority =
      own.cluster.fingerprint != then.cluster.fingerprint
      || own.serviceAccount.publicPEM != then.serviceAccount.publicPEM
    return archive
  }

  private var authorities: AuthorityStore { AuthorityStore(folder: "\(stateFolder)/pki") }

  /// Names one restore over all runs that it takes; a run that was killed goes on with the same one.
  func restoreID(for what: String) throws(HearthError) -> String {
    let lines =
      (FileManager.default.contents(atPath: restoreFile)).map { String(decoding: $0, as: UTF8.self) }?
      .split(separator: "\n").map(String.init) ?? []
    if lines.count == 2, lines[0] == what {
      events.emit(.note(level: .info, host: nil, text: "the restore that was begun and not finished goes on"))
      return lines[1]
    }
    let id = String(UInt64.random(in: .min ... .max), radix: 36)
    try PrivateFile.write(Array("\(what)\n\(id)\n".utf8), to: restoreFile)
    return id
  }

  private var restoreFile: String { "\(stateFolder)/restore-id" }

  /// A restore was begun from this machine and has not come to its end.
  var hasUnfinishedRestore: Bool { FileManager.default.fileExists(atPath: restoreFile) }

  /// It is over, or something else has brought the rack to where it should be.
  func forgetRestore() {
    try? FileManager.default.removeItem(atPath: restoreFile)
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

  /// What still runs must not go on with what came after the backup.
  func refuseSilentHosts() throws(HearthError) {
    guard !silentHosts.isEmpty else { return }
    let names = silentHosts.joined(separator: ", ")
    throw HearthError(
      .refused, "a restore needs every host of the inventory, and these do not answer: \(names)",
      hint:
        "bring them back; if they are gone, take their lines out of the inventory, and clean them before they join again "
        + "(`hearth reset`)")
  }

  func restore(_ archive: BackupArchive, id: String) async throws {
    try authorities.save(archive.authority)
    // Pods are what they were then.
    forgetRenewedPods()
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
