import Diagnostics
import Inventory
import Provision
import Templates

/// The address that people's kubectl asks: one of the control-plane hosts has it, and none whose API server is not ready.
/// Nodes do not need it; they have balancers of their own.
extension ClusterNode {
  static let virtualAddressUnit = "hearth-vip.service"
  private static let virtualAddressConfig = "/etc/hearth/vip.conf"
  private static let virtualAddressCheck = "/usr/local/lib/hearth/api-is-ready"
  private static let virtualAddressUnitFile = "/etc/systemd/system/\(virtualAddressUnit)"
  static let virtualAddressFiles = [virtualAddressUnitFile, virtualAddressCheck, virtualAddressConfig]

  func virtualAddress() throws(HearthError) -> [Resource] {
    guard let address = rack.cluster.endpoint?.virtualAddress else {
      guard facts.existingPaths.contains(Self.virtualAddressConfig) else { return [] }
      return [.unit(.init(Self.virtualAddressUnit, state: .stopped, enabled: false))]
        + Self.virtualAddressFiles.map { .absent(path: $0) }
    }
    let interface = try interface(
      reaching: address, named: "the virtual endpoint \(address)",
      hint: "take a free address of that network for `cluster.endpoint.host`")
    let text = try Template("keepalived/vip.conf").render([
      "name": name, "address": self.address, "virtual": address.description, "interface": interface.name,
      // Peers know each other by it; racks do not mix, for each speaks to its own hosts only.
      "router": max(1, Int(address.bits & 255)), "priority": priority,
      "peers": controlPlane.filter { $0.name != name }.map(\.address.description),
      "hasPeers": controlPlane.count > 1, "check": Self.virtualAddressCheck,
    ])
    return [
      .file(.init(Self.virtualAddressConfig, text)),
      .file(.init(Self.virtualAddressCheck, try Template.text(of: "keepalived/api-is-ready"), mode: 0o755)),
      .file(.init(Self.virtualAddressUnitFile, try Template.text(of: "keepalived/\(Self.virtualAddressUnit)"))),
      .unit(
        .init(
          Self.virtualAddressUnit, restartOn: [Self.virtualAddressConfig, Self.virtualAddressUnitFile], reloads: true)),
    ]
  }

  /// The first of the inventory comes first; equal ones would have to be told apart by their addresses.
  private var priority: Int { 200 - 10 * (controlPlane.firstIndex { $0.name == name } ?? 0) }
}
