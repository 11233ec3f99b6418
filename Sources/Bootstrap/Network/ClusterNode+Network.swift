import Diagnostics
import Inventory
import Provision
import Templates
import Untrusted

extension ClusterNode {
  /// The pod network: the CNI's configuration, routes to the other nodes' pods, and the rule that hides pods from the
  /// world outside.
  func network() throws(HearthError) -> [Resource] {
    let own = try podRange()
    let conflist = try Template("network/hearth.conflist").render(["podRange": own.description])
    return [
      .directory(.init("/etc/cni")), .directory(.init("/etc/cni/net.d")),
      .file(.init("/etc/cni/net.d/10-hearth.conflist", conflist, mode: 0o600)),
      // The plugin's notes on addresses are nobody's business; the folder is gone after a boot, and made again then.
      .file(.init("/etc/tmpfiles.d/hearth.conf", "d /run/hearth/leases 0700 root root -\n")),
      .directory(.init(NodePath.leases, mode: 0o700)),
    ] + (try masquerade()) + (try routes())
  }

  private func masquerade() throws(HearthError) -> [Resource] {
    let rules = "/etc/hearth/masquerade.rules"
    let unit = "/etc/systemd/system/hearth-masquerade.service"
    let values: [String: Any?] = ["pods": networks.pods.description, "services": networks.services.description]
    return [
      .file(.init(rules, try Template("network/masquerade.rules").render(values))),
      .file(.init(unit, try Template.text(of: "network/hearth-masquerade.service"))),
      .unit(.init("hearth-masquerade.service", restartOn: [rules, unit])),
      .custom(
        .init(
          "masquerade rule", probe: "iptables -w -t nat -C POSTROUTING -j HEARTH-MASQUERADE 2>/dev/null",
          judge: { status, _ in status == 0 ? [] : [FieldChange("rule", from: nil, to: "HEARTH-MASQUERADE")] },
          apply: { () throws(HearthError) in .init("exec systemctl restart hearth-masquerade.service") })),
    ]
  }

  static let routesTable = "/etc/hearth/routes"
  static let routesUnit = "hearth-routes.service"
  static let routesToPods = "routes to pods"

  private func routes() throws(HearthError) -> [Resource] {
    let table = Self.routesTable
    let script = "/usr/local/lib/hearth/routes"
    let unit = "/etc/systemd/system/hearth-routes.service"
    let lines = rack.nodes.filter { $0.name != name }.compactMap { other in
      podRanges[other.name].map { "\($0) \(other.address)" }
    }
    let wanted = Set(lines)
    return [
      .file(.init(table, lines.map { $0 + "\n" }.joined())),
      .file(.init(script, try Template.text(of: "network/routes"), mode: 0o755)),
      .file(.init(unit, try Template.text(of: "network/hearth-routes.service"))),
      .unit(.init(Self.routesUnit, restartOn: [table, script, unit])),
      .custom(
        .init(
          Self.routesToPods,
          probe: "ip -4 route show proto 72 | while read -r range _ gateway _; do echo \"$range $gateway\"; done",
          judge: { _, output in
            let have = Set(String(decoding: output, as: UTF8.self).filledLines)
            return wanted.subtracting(have).sorted().map { FieldChange("route", from: nil, to: $0) }
              + have.subtracting(wanted).sorted().map { FieldChange("route", from: $0, to: nil) }
          },
          apply: { () throws(HearthError) in .init("exec \(script.shellQuoted) once") })),
    ]
  }
}
