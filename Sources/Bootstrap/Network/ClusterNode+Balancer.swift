import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterNode {
  /// The local load balancer through which this host reaches the API servers. Changes are loaded without cutting the
  /// connections that there are.
  func balancer() throws(HearthError) -> [Resource] {
    let config = "/etc/hearth/api.cfg"
    let state = "/etc/hearth/api.state"
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
          "hearth-api.service",
          restartOn: [config, state, unit, "\(Self.pki)/ca.crt", "/etc/hearth/pki/api-check.pem"]
            + credentials.filter { $0.path == "/etc/hearth/pki/api-check.pem" }.map { $0.resource.id },
          reloads: true)),
    ]
  }
}
