import Inventory

extension HealthCondition {
  package static let virtualAddress = HealthCondition(
    "virtual-address", "one control plane has the virtual address", .cluster, seenIn: .hosts,
    where: { $0.cluster.endpoint?.virtualAddress != nil },
    remedy: { place in
      Remedy(
        "it is only on a host whose API server is ready; look at what keepalived says on each control-plane host",
        command: "sudo journalctl -u hearth-vip -n 50 --no-pager", on: place.controlPlaneHost)
    },
    judge: { observation, place in
      let address = place.rack.cluster.endpoint?.host ?? ""
      let holders = place.rack.controlPlane.map(\.name).filter { observation.hosts[$0]?.hasEndpoint == true }
      return switch holders.count {
      case 1: .met("\(address) is on \(holders[0])")
      case 0: .failed(expected: "\(address) on one control-plane host", seen: "it is on none that could be asked")
      default: .failed(expected: "\(address) on one host", seen: "it is on \(holders.joined(separator: " and "))")
      }
    })
}
