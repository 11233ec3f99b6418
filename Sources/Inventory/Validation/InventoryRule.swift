import Schema

/// A rule that looks at more than one value, or at what a value means. Each reports what it finds and leaves the rest to
/// the others; values that are missing or wrong in themselves have been reported already.
struct InventoryRule: Sendable {
  let check: @Sendable (InventoryDocument, inout Decoding) -> Void

  static let all: [InventoryRule] = [
    .version, .partVersions, .settings, .ownAddOns, .storageNodes, .endpoint, .virtualEndpoint, .loadBalancer,
    .patience, .registries,
    .separateNetworks, .usableNetworks, .roomForNodes,
    .uniqueNames, .uniqueAddresses, .sensibleAddresses, .addressesOutsideNetworks,
    .controlPlaneCount, .roles,
    .labels, .taints, .sudo,
    .plausibleAmounts, .plausiblePower, .plausibleDates, .tariffZones, .meters, .meterKinds,
  ]
}

extension InventoryDocument {
  /// Given or by default; nil when given but unreadable.
  var pods: IPv4Network? {
    cluster.networks.hasBrokenPods ? nil : cluster.networks.pods?.value ?? .defaultPods
  }

  var services: IPv4Network? {
    cluster.networks.hasBrokenServices ? nil : cluster.networks.services?.value ?? .defaultServices
  }

  /// The networks inside the cluster that contain an address, with the names of their keys.
  func networks(containing address: IPv4Address) -> [(name: String, network: IPv4Network)] {
    [("pods", pods), ("services", services)].compactMap { name, network in
      network.flatMap { $0.contains(address) ? (name, $0) : nil }
    }
  }

  /// Where the first of these values is given; the cluster's map when all hold by default.
  func place(of places: Place?...) -> Place { places.lazy.compactMap { $0 }.first ?? place }
}
