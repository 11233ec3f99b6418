import Dashboard
import Diagnostics
import Smoke

/// All that is known of one host.
struct HostPage {
  var style: Style
  var time: ScreenTime

  func lines(_ host: HostPicture, of picture: RackPicture) -> [Styled] {
    let place = host.slot.map { ", slot \($0)" } ?? ""
    var lines = [style.bold(host.name) + "  \(host.address)\(place)  " + state(host)]
    lines += host.notes.map { "  " + style.yellow($0) }
    lines += host.problems.flatMap(problem)
    lines += [""] + facts(host).compactMap { name, text in text.map { style.dim("  " + name.padding(13)) + $0 } }
    lines += section("Units", host.units.map(unit))
    lines += section(
      "Certificates",
      host.certificates.map { "\($0.daysLeft < 0 ? "expired" : "\($0.daysLeft) d")".padding(9) + $0.path }.map {
        Styled($0)
      })
    let events = picture.events.filter { $0.object.hasSuffix(" \(host.name)") || $0.object.hasSuffix("/\(host.name)") }
    lines += section("Events", events.map { EventLine(style: style, time: time).line($0) })
    return lines
      + section(
        "Go on with",
        [
          "logs kubelet --limit", "logs host --limit", "node locate", "node drain",
        ].map { "hearth \($0) \(host.name.shellQuoted)" }.map { Styled($0) })
  }

  private func state(_ host: HostPicture) -> Styled {
    switch host.standing {
    case .failed: style.red(host.state)
    case .working, .warned: style.yellow(host.state)
    case .good: style.green(host.state)
    }
  }

  private func problem(_ problem: RackPicture.Problem) -> [Styled] {
    [style.red("✗ ") + "\(problem.title): \(problem.detail)"]
      + (problem.hint.map { ["    \($0)"] } ?? []) + (problem.command.map { ["    try: \($0)"] } ?? [])
  }

  private func facts(_ host: HostPicture) -> [(name: String, text: String?)] {
    [
      ("roles", host.roles.joined(separator: ", ") + (host.hasEndpoint ? ", carries the virtual address" : "")),
      ("board", host.model),
      ("load", host.load.map { "\(Quantity.number($0, 2)) for each of \(host.cpus ?? 1) processors" }),
      ("memory", amount(host.memoryPercent, host.memoryBytes)),
      ("temperature", host.temperature.map { "\(Quantity.number($0, 1)) °C" }),
      ("throttling", host.throttling.isEmpty ? nil : host.throttling.joined(separator: ", ")),
      ("disk", amount(host.diskPercent, host.diskBytes)),
      ("disk wear", host.diskWearPercent.map { "about \($0) % of its planned life" }),
      ("power", host.watts.map { "\(Quantity.number($0, 1)) W" }),
      ("pods", host.pods.map { "\($0.total), \($0.missing) not ready, \($0.webAssembly) WebAssembly" }),
      (
        "WebAssembly",
        host.webAssembly.map { "\($0.backend), \($0.version), self-test \($0.works ? "passed" : "failed")" }
      ),
      ("etcd", host.etcd.map(etcd)),
      ("backup", host.backup.map { "\(time.age($0)) ago" }),
      ("up for", host.booted.map { time.age($0) }),
      ("kubelet", host.kubelet), ("runtime", host.runtime), ("kernel", host.kernel), ("system", host.system),
      ("pod CIDR", host.podCIDR),
    ]
  }

  /// Entries that a member may be behind because it was asked a moment before another.
  private static let sameMoment = 50

  private func amount(_ percent: Int?, _ bytes: Int?) -> String? {
    percent.map { percent in bytes.map { "\(percent) % of \(Quantity.bytes($0))" } ?? "\(percent) %" }
  }

  private func etcd(_ etcd: HostPicture.Etcd) -> String {
    [
      etcd.isHealthy ? (etcd.isLeader ? "leader" : "member") : "unwell",
      etcd.bytes.map { bytes in
        Quantity.bytes(bytes) + (etcd.quotaBytes.flatMap { $0 > 0 ? " of \(Quantity.bytes($0))" : nil } ?? "")
      },
      etcd.lag.map { $0 <= Self.sameMoment ? "in step" : "\($0) entries behind" },
      etcd.writeMicroseconds.map { "\(Quantity.microseconds($0)) a write" },
    ].compactMap(\.self).joined(separator: ", ")
  }

  private func unit(_ unit: HostPicture.Unit) -> Styled {
    let restarts = unit.restarts > 0 ? ", restarted \(unit.restarts) \(unit.restarts == 1 ? "time" : "times")" : ""
    return (unit.isUp ? style.green("✓") : style.red("✗")) + " \(unit.name)  \(unit.state)\(restarts)"
  }

  private func section(_ title: String, _ lines: [Styled]) -> [Styled] {
    lines.isEmpty ? [] : ["", style.bold(title)] + lines.map { "  " + $0 }
  }
}
