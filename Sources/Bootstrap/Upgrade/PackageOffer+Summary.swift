extension PackageOffer {
  /// One line for each package and change of version: `containerd 1.6.20 → 1.7.24 on pi1, pi2`.
  ///
  /// - Parameter hosts: the order in which they are named.
  package static func summary(_ offers: [PackageOffer], of hosts: [String]) -> [String] {
    let changes = Dictionary(grouping: offers) { "\($0.name) \($0.installed) → \($0.candidate)" }
    return changes.sorted { $0.key < $1.key }.map { change, offers in
      let names = Set(offers.map(\.host))
      let place =
        names.count == hosts.count && hosts.count > 1
        ? "all hosts" : hosts.filter(names.contains).joined(separator: ", ")
      return "\(change) on \(place)"
    }
  }
}
