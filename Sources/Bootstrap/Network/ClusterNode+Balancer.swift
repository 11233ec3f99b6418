import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterNode {
  static let balancerConfig = "/etc/hearth/api.cfg"
  static let balancerState = "/etc/hearth/api.state"
  static let balancerUnit = "hearth-api.service"

  /// The local load balancer through which this host reaches the API servers. Changes are loaded without cutting the
  /// connections that there are.
  func balancer() throws(HearthError) -> [Resource] {
    let (config, state) = (Self.balancerConfig, Self.balancerState)
    let unit = "/etc/systemd/system/hearth-api.service"
    let servers = controlPlane.enumerated().map { index, node in
      ["number": "\(index + 1)", "name": node.name, "address": node.address.description]
    }
    return [
      .file(.init(config, try Template("haproxy/api.cfg").render(["servers": servers]))),
      .file(.init(state, try Template("haproxy/api.state").render(["servers": servers]))),
      .file(.init(unit, try Template.text(of: "haproxy/hearth-api.service"))),
      .unit(
        .init(
          Self.balancerUnit,
          restartOn: [config, state, unit, "\(Self.pki)/ca.crt", NodePath.apiCheck]
            + credentials.filter { $0.path == NodePath.apiCheck }.map { $0.resource.id },
          reloads: true)),
    ]
  }
}
