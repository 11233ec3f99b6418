import Diagnostics
import Inventory
import Provision
import Templates

/// What tells people, on control-plane hosts.
package enum NotifyProgram {
  package static let path = "/usr/local/lib/hearth/notify"
}

extension ClusterNode {
  static let notifyProgram = NotifyProgram.path
  private static let vitalsProgram = "/usr/local/lib/hearth/tell-vitals"
  static let notifySettings = "/etc/hearth/notify"

  /// What tells people: every host says how it is, control-plane hosts look at it and at the cluster.
  func notices() throws(HearthError) -> [Resource] {
    guard let notify = rack.notify, !notify.isEmpty else {
      return formerCare("hearth-notify", Self.notifyProgram, [Self.notifySettings])
        + formerCare("hearth-vitals", Self.vitalsProgram, [])
    }
    let vitals = try care("hearth-vitals", Self.vitalsProgram, seconds: 60)
    guard isControlPlane else { return vitals }
    return try vitals + [
      .file(.init(Self.notifySettings, notifyText(notify), mode: 0o600, sensitive: true))
    ] + care("hearth-notify", Self.notifyProgram, seconds: notify.everySeconds)
  }

  private func care(_ name: String, _ program: String, seconds: Int) throws(HearthError) -> [Resource] {
    let units = "/etc/systemd/system"
    let template = "notify/\(program.split(separator: "/").last ?? "")"
    return [
      .file(.init(program, try Template.text(of: template), mode: 0o755)),
      .file(.init("\(units)/\(name).service", try Template.text(of: "notify/\(name).service"))),
      .file(.init("\(units)/\(name).timer", try Template("notify/\(name).timer").render(["seconds": seconds]))),
      .unit(.init("\(name).timer", restartOn: ["\(units)/\(name).timer"])),
    ]
  }

  /// Of an inventory that told people, and does not any more.
  private func formerCare(_ name: String, _ program: String, _ files: [String]) -> [Resource] {
    guard facts.existingPaths.contains(program) else { return [] }
    let units = ["timer", "service"].map { "/etc/systemd/system/\(name).\($0)" }
    return [.unit(.init("\(name).timer", state: .stopped, enabled: false))]
      + (units + [program] + files).map { .absent(path: $0) }
  }

  /// A word and its values on each line; the inventory takes no values with blanks.
  func notifyText(_ notify: Notify) -> String {
    var lines = ["cluster \(rack.cluster.name)"]
    lines += rack.controlPlane.map { "plane \($0.name) \($0.address)" }
    lines += rack.nodes.map { "node \($0.name)" }
    lines += [
      "disk \(notify.diskPercent)", "heat \(notify.heatCelsius)", "backup \(notify.backupHours)",
      "certificate \(notify.certificateDays)", "endDays \(notify.endDays)",
    ]
    let version = rack.cluster.kubernetes
    if let release = ReleaseTable.embedded.release(of: version) {
      lines.append("end \(release.ends) Kubernetes 1.\(release.minor)")
    }
    for (word, address) in [("ntfy", notify.ntfy), ("webhook", notify.webhook)] {
      guard let address else { continue }
      lines.append(([word, address.url.reveal()] + [address.token?.reveal()].compactMap { $0 }).joined(separator: " "))
    }
    lines += notify.mail.map { "mail \($0)" }
    if let command = notify.command { lines.append(["command", command].joined(separator: " ")) }
    return lines.map { $0 + "\n" }.joined()
  }
}
