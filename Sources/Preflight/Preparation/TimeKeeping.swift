import Diagnostics
import Inventory
import Provision
import Templates

/// Who keeps a host's clock right. Control planes run chrony, agree with one another and serve time to the rack; the
/// others follow them with what they have. Where the clock belongs to the machine below, nothing is set up.
package struct TimeKeeping {
  package static let chronyFile = "/etc/chrony/conf.d/hearth.conf"
  package static let chronyUnit = "chrony.service"
  package static let timesyncdFile = "/etc/systemd/timesyncd.conf.d/90-hearth.conf"
  package static let timesyncdUnit = "systemd-timesyncd.service"

  enum Service { case chrony, timesyncd, ntpsec, none }

  let rack: Rack
  let node: Node
  let facts: Facts

  var service: Service {
    guard facts.canSetTime else { return .none }
    if node.roles.contains(.controlPlane) || facts.packages["chrony"] != nil { return .chrony }
    // A service of the owner's choice stays where it need not serve others.
    if facts.packages["ntpsec"] != nil { return .ntpsec }
    if facts.timeSync.service == .openntpd || facts.timeSync.service == .ntpd { return .none }
    return facts.packages["systemd-timesyncd"] != nil ? .timesyncd : .chrony
  }

  /// Debian packages that the service comes from.
  var packages: [String] { service == .chrony ? ["chrony"] : [] }

  func resources() throws(HearthError) -> [Resource] {
    let sources = rack.controlPlane.filter { $0.name != node.name }.map(\.address.description)
    switch service {
    case .none: return []
    case .chrony:
      let path = Self.chronyFile
      let isControlPlane = node.roles.contains(.controlPlane)
      let text = try Template("host-preparation/chrony.conf").render([
        "sources": sources, "isControlPlane": isControlPlane, "networks": networks,
      ])
      return [.file(.init(path, text)), .unit(.init(Self.chronyUnit, restartOn: [path]))]
    case .ntpsec:
      let path = "/etc/ntpsec/ntp.d/hearth.conf"
      let text = try Template("host-preparation/ntpsec.conf").render(["sources": sources])
      return [
        .directory(.init("/etc/ntpsec/ntp.d")), .file(.init(path, text)),
        .unit(.init("ntpsec.service", restartOn: [path])),
      ]
    case .timesyncd:
      let path = Self.timesyncdFile
      let text = try Template("host-preparation/timesyncd.conf").render(["sources": sources])
      return [
        .directory(.init("/etc/systemd/timesyncd.conf.d")), .file(.init(path, text)),
        .unit(.init(Self.timesyncdUnit, restartOn: [path])),
      ]
    }
  }

  /// Who may ask: the hosts of the rack, nobody else.
  private var networks: [String] { rack.nodes.filter { $0.name != node.name }.map(\.address.description) }
}
