import Diagnostics
import Inventory
import Provision
import Templates

/// Addresses for Services of type LoadBalancer. Control planes give them out by the API server; among the nodes keepalived
/// settles who carries each, so that an address moves in a second or two also while no API server answers.
extension ClusterNode {
  static let addressPool = "/etc/hearth/lb/pool"
  static let addressFolder = "/etc/hearth/lb"
  private static let carrierConfig = "/etc/hearth/lb/keepalived.conf"
  private static let ownAddressFile = "/etc/hearth/lb/node"
  private static let programs = "/usr/local/lib/hearth"
  private static let units = "/etc/systemd/system"
  private static let carrierUnit = "hearth-lb.service"
  private static let watcherUnit = "hearth-lb-watch.service"
  static let assignerUnit = "hearth-lb-assign.service"
  static let assignerFiles =
    ["\(units)/\(assignerUnit)"]
    + ["assign-addresses", "services.gotemplate", "known.gotemplate"].map { "\(programs)/\($0)" }

  /// This host has been told of a range, now or by a former run.
  var hasAddressPool: Bool { facts.existingPaths.contains(Self.addressPool) }

  func loadBalancer() throws(HearthError) -> [Resource] {
    guard let balancer = rack.cluster.loadBalancer else { return hasAddressPool ? withoutLoadBalancer() : [] }
    try refuseStrictlessIPVS()
    let interface = try interface(of: balancer.addresses)
    let pool = balancer.addresses.addresses.map { "\($0)\n" }.joined()
    let (watcher, unit) = ("\(Self.programs)/watch-addresses", "\(Self.units)/\(Self.watcherUnit)")
    let carrierFile = "\(Self.units)/\(Self.carrierUnit)"
    var all: [Resource] = [
      .directory(.init(Self.addressFolder)),
      .file(.init(Self.addressPool, pool)), .file(.init(Self.ownAddressFile, address + "\n")),
      .file(.init(Self.carrierConfig, try carriers(of: balancer.addresses, on: interface))),
      .file(.init(carrierFile, try Template.text(of: "load-balancer/\(Self.carrierUnit)"))),
      .file(.init(watcher, try Template.text(of: "load-balancer/watch-addresses"), mode: 0o755)),
      .file(.init(unit, try Template.text(of: "load-balancer/\(Self.watcherUnit)"))),
      .unit(.init(Self.carrierUnit, restartOn: [Self.carrierConfig, carrierFile], reloads: true)),
      .unit(
        .init(
          Self.watcherUnit,
          restartOn: [Self.addressPool, Self.ownAddressFile, watcher, unit, "\(Self.pki)/ca.crt"])),
    ]
    guard isControlPlane else { return all }
    for path in Self.assignerFiles {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      let mode: UInt16 = name == "assign-addresses" ? 0o755 : 0o644
      all.append(.file(.init(path, try Template.text(of: "load-balancer/\(name)"), mode: mode)))
    }
    all.append(
      .unit(.init(Self.assignerUnit, restartOn: [Self.addressPool, "\(Self.pki)/ca.crt"] + Self.assignerFiles)))
    return all
  }

  /// On control planes the list of addresses stays until Services have given theirs back; see
  /// ``ClusterObjects/releasedAddresses()``.
  private func withoutLoadBalancer() -> [Resource] {
    let units = (isControlPlane ? [Self.assignerUnit] : []) + [Self.watcherUnit, Self.carrierUnit]
    let files =
      [
        Self.carrierConfig, Self.ownAddressFile, "\(Self.programs)/watch-addresses",
        "\(Self.units)/\(Self.carrierUnit)", "\(Self.units)/\(Self.watcherUnit)", "/run/hearth-lb",
      ] + (isControlPlane ? Self.assignerFiles : [Self.addressFolder])
    return units.map { .unit(.init($0, state: .stopped, enabled: false)) } + files.map { .absent(path: $0) }
  }

  /// Each address begins on another node, and the others follow in turn.
  private func carriers(of range: AddressRange, on interface: String) throws(HearthError) -> String {
    let peers = rack.nodes.filter { $0.name != name }.map(\.address.description)
    let (count, index) = (rack.nodes.count, rack.nodes.firstIndex { $0.name == name } ?? 0)
    let instances = range.addresses.map { address -> [String: Any] in
      // Racks do not mix: each host speaks to its own peers only.
      let number = Int(address.bits & 255)
      return [
        "number": number, "address": address.description, "interface": interface, "own": self.address,
        "priority": max(1, 250 - (index + number) % count * max(1, min(10, 240 / count))),
        "peers": peers, "hasPeers": !peers.isEmpty,
      ]
    }
    return try Template("load-balancer/keepalived.conf").render([
      "name": name, "hasPeers": !peers.isEmpty, "instances": instances,
    ])
  }

  private func interface(of range: AddressRange) throws(HearthError) -> String {
    let hint = "take free addresses of that network for `cluster.loadBalancer.addresses`"
    var found = ""
    for end in [range.first, range.last] {
      let (name, own) = try interface(reaching: end, named: "the address \(end) for Services", hint: hint)
      found = name
      let mask = IPv4Network.mask(own.prefix)
      if own.prefix < 31, end.bits & ~mask == 0 || end.bits | mask == .max {
        throw HearthError(
          .unsupported, "\(end) means the whole network \(node.address)/\(own.prefix): no Service can have it",
          subject: Subject(host: self.name), hint: hint)
      }
    }
    // Once the pool is there, what hosts have of it they carry for Services.
    let held = hasAddressPool ? [] : facts.interfaces.flatMap(\.addresses).map(\.address).filter(range.contains)
    if let address = held.first {
      throw HearthError(
        .unsupported, "this host has the address \(address) itself, which Services are to get",
        subject: Subject(host: name), hint: hint, command: "ip -4 -brief address")
    }
    if let gateway = facts.defaultRoute?.gateway, range.contains(gateway) {
      throw HearthError(
        .unsupported, "the addresses \(range) for Services hold this host's gateway \(gateway)",
        subject: Subject(host: name), hint: hint)
    }
    return found
  }

  /// Where kube-proxy puts the addresses of Services on an interface of each node, all nodes would answer for them.
  private func refuseStrictlessIPVS() throws(HearthError) {
    let settings = node.settings[.kubeProxy]
    guard settings["mode"] == "ipvs", settings["ipvs"]["strictARP"] != true else { return }
    throw HearthError(
      .unsupported, "with `mode: ipvs` every node answers for the addresses of Services", subject: Subject(host: name),
      hint: "set `kubeProxy: {mode: ipvs, ipvs: {strictARP: true}}`, or leave out the mode")
  }
}
