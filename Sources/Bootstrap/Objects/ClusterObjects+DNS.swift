import Artifacts
import Diagnostics
import Inventory
import Templates

extension ClusterObjects {
  /// The cluster's DNS by the kind that the inventory names; both kinds go by the same names, so that a change of kind
  /// is a change of the same objects.
  func dns(_ image: Software.Image) throws(HearthError) -> [JSONValue] {
    let networks = rack.cluster.networks
    let values: [String: Any?] = [
      "image": image.reference, "address": networks.dnsService.description, "domain": networks.domain,
      "replicas": nodes.count > 1 ? 2 : 1, "forward": forwarding.target, "architecture": dnsArchitecture?.rawValue,
    ]
    switch rack.cluster.addons.dns {
    case .coredns: return try Template("dns/coredns.yaml").documents(values)
    case .dnsmasq:
      let script = try Template.text(of: "dns/names")
      return try Template("dns/dnsmasq.yaml").documents(values.merging(["script": script]) { $1 })
    case .none: return []
    }
  }
}
