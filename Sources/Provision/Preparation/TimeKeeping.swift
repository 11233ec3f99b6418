import Diagnostics
import Inventory
import Templates

/// Who keeps a host's clock right. Control planes run chrony, agree with one another and serve time to the rack; the
/// others follow them with what they have. Where the clock belongs to the machine below, nothing is set up.
struct TimeKeeping {
  enum Service { case chrony, timesyncd, none }

  let rack: Rack
  let node: Node
  let facts: Facts

  var service: Service {
    guard facts.canSetTime else { return .none }
    if node.roles.contains(.controlPlane) || facts.packages["chrony"] != nil { return .chrony }
    return facts.packages["systemd-timesyncd"] != nil ? .timesyncd : .chrony
  }

  /// Debian packages that the service comes from.
  var packages: [String] { service == .chrony ? ["chrony"] : [] }

  func resources() throws(HearthError) -> [Resource] {
    let sources = rack.controlPlane.filter { $0.name != node.name }.map(\.address.description)
    switch service {
    case .none: return []
    case .chrony:
      let path = "/etc/chrony/conf.d/hearth.conf"
      let isControlPlane = node.roles.contains(.controlPlane)
      let text = try Template("host-preparation/chrony.conf").render([
        "sources": sources, "isControlPlane": isControlPlane, "networks": networks,
      ])
      return [.file(.init(path, text)), .unit(.init("chrony.service", restartOn: [path]))]
    case .timesyncd:
      let path = "/etc/systemd/timesyncd.conf.d/90-hearth.conf"
      let text = try Template("host-preparation/timesyncd.conf").render(["sources": sources.joined(separator: " ")])
      return [
        .directory(.init("/etc/systemd/timesyncd.conf.d")), .file(.init(path, text)),
        .unit(.init("systemd-timesyncd.service", restartOn: [path])),
      ]
    }
  }

  /// Who may ask: the hosts of the rack, nobody else.
  private var networks: [String] { rack.nodes.filter { $0.name != node.name }.map(\.address.description) }
}
