import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterNode {
  /// The local load balancer through which this host reaches the API servers.
  func balancer() throws(HearthError) -> [Resource] {
    let config = "/etc/hearth/api.cfg"
    let unit = "/etc/systemd/system/hearth-api.service"
    let servers = controlPlane.map { ["name": $0.name, "address": $0.address.description] }
    return [
      .file(.init(config, try Template("haproxy/api.cfg").render(["servers": servers]))),
      .file(.init(unit, try Template.text(of: "haproxy/hearth-api.service"))),
      self.unit(
        "hearth-api.service", watching: [config, unit, "\(Self.pki)/ca.crt", "/etc/hearth/pki/api-check.pem"]),
    ]
  }
}
