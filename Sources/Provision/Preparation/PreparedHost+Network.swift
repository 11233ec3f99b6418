import Diagnostics
import Inventory
import Templates

extension PreparedHost {
  /// Keeps the host's network managers from touching pod interfaces and routes to pods.
  func networkManagers() throws(HearthError) -> [Resource] {
    var all: [Resource] = []
    if facts.usesNetworkManager {
      let path = "/etc/NetworkManager/conf.d/90-hearth.conf"
      all += [
        .file(.init(path, try Template("host-preparation/networkmanager.conf").render())),
        .unit(.init("NetworkManager.service", restartOn: [path], reloads: true)),
      ]
    }
    if facts.usesNetworkd {
      let settings = "/etc/systemd/networkd.conf.d/90-hearth.conf"
      let pods = "/etc/systemd/network/05-hearth-pods.network"
      all += [
        .directory(.init("/etc/systemd/networkd.conf.d")),
        .file(.init(settings, try Template("host-preparation/networkd.conf").render())),
        .file(.init(pods, try Template("host-preparation/pods.network").render())),
        .unit(.init("systemd-networkd.service", restartOn: [settings, pods])),
      ]
    }
    if facts.existingPaths.contains("/etc/dhcpcd.conf") { all.append(dhcpcd()) }
    return all
  }

  /// Raspberry Pi OS 11 gives every interface to dhcpcd.
  private func dhcpcd() -> Resource {
    let line = "denyinterfaces cni0 veth*"
    return .custom(
      .init(
        "dhcpcd ignores pods", probe: "grep -qxF '\(line)' /etc/dhcpcd.conf",
        judge: { status, _ in status == 0 ? [] : [FieldChange("line", from: nil, to: line)] },
        apply: { () throws(HearthError) in .init(try Template.text(of: "host-preparation/dhcpcd.sh")) }))
  }
}
