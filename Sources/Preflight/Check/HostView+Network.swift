import Inventory
import Provision

extension HostView {
  func network() -> [CheckFinding] {
    segment() + address() + link() + overlap() + serviceAddresses() + wayOut() + ports() + name()
  }

  private func segment() -> [CheckFinding] {
    guard let interface = facts.interface(with: node.address) else {
      // Neither a tunnel's address nor one that moves between hosts, nor the pods' bridge's, is one to write down.
      let own = facts.interfaces.filter { $0.name != "lo" && $0.name != "cni0" && !$0.isTunnel }.flatMap(\.addresses)
        .map(\.address).filter { !rack.movesBetweenHosts($0) }.map(\.description)
      let list = own.isEmpty ? "no address" : own.joined(separator: ", ")
      return [finding(.addressMissing, "the inventory says \(node.address), the host has \(list)")]
    }
    let far = rack.nodes.filter { other in
      other.name != node.name && !interface.addresses.contains { $0.isOnLink(other.address) }
    }
    guard !far.isEmpty else { return [] }
    let own = interface.addresses.first { $0.address == node.address }
    let list = far.map { "\($0.name) (\($0.address))" }.joined(separator: ", ")
    return [
      finding(.notOneSegment, "\(interface.name) with \(node.address)/\(own?.prefix ?? 32) does not reach \(list)")
    ]
  }

  /// Whose address it is, and whether it is still there after a boot.
  private func address() -> [CheckFinding] {
    guard let interface = facts.interface(with: node.address),
      let own = interface.addresses.first(where: { $0.address == node.address })
    else { return [] }
    if interface.isTunnel { return [finding(.addressOnVPN, "\(node.address) is on \(interface.name)")] }
    if own.isLeased { return [finding(.addressLeased, "\(node.address) on \(interface.name)")] }
    // Where no file names any address, this host is configured in a way that is not known here.
    let known = facts.configuredAddresses
    guard facts.interfaces.flatMap(\.addresses).contains(where: { known.contains($0.address.description) }),
      !known.contains(node.address.description)
    else { return [] }
    return [finding(.addressNotKept, "\(node.address) on \(interface.name)")]
  }

  private func link() -> [CheckFinding] {
    guard let interface = facts.interface(with: node.address) else { return [] }
    if interface.isWireless { return [finding(.wireless, interface.name)] }
    if interface.isPhysical, let speed = interface.speedMegabits, speed < 1000 {
      return [finding(.slowLink, "\(interface.name) at \(speed) Mb/s")]
    }
    return []
  }

  /// The cluster's own bridge lies in the pods' network and is none of the host's.
  private func overlap() -> [CheckFinding] {
    let ranges = [("pods", rack.cluster.networks.pods), ("services", rack.cluster.networks.services)]
    var found: [CheckFinding] = []
    for interface in facts.interfaces where interface.name != "cni0" && interface.name != "lo" {
      for address in interface.addresses {
        let base = IPv4Address(bits: address.address.bits & IPv4Network.mask(address.prefix))
        guard let own = IPv4Network("\(base)/\(address.prefix)") else { continue }
        for (name, range) in ranges where range.overlaps(own) {
          found.append(finding(.networkOverlap, "\(name) \(range) and \(own) on \(interface.name)"))
        }
      }
    }
    return found
  }

  /// Nobody would find an address outside of the node's network there.
  private func serviceAddresses() -> [CheckFinding] {
    guard let range = rack.cluster.loadBalancer?.addresses,
      let interface = facts.interface(with: node.address),
      let own = interface.addresses.first(where: { $0.address == node.address }),
      !own.isOnLink(range.first) || !own.isOnLink(range.last)
    else { return [] }
    return [finding(.serviceAddressElsewhere, "\(range), and \(interface.name) has \(node.address)/\(own.prefix)")]
  }

  private func wayOut() -> [CheckFinding] {
    var found: [CheckFinding] = []
    if facts.defaultRoute == nil { found.append(finding(.noDefaultGateway, "no default route")) }
    if facts.resolvers.isEmpty { found.append(finding(.noResolver, "/etc/resolv.conf names none")) }
    return found + loopbackResolver()
  }

  private func loopbackResolver() -> [CheckFinding] {
    let own = facts.resolvers.filter { $0.hasPrefix("127.") || $0 == "::1" }
    guard !own.isEmpty, own.count == facts.resolvers.count else { return [] }
    let list = "/etc/resolv.conf names \(own.joined(separator: ", "))"
    if facts.usesResolvedStub, !facts.resolvedUpstreams.isEmpty {
      var handled = finding(
        .loopbackResolver, "\(list); pods ask \(facts.resolvedUpstreams.joined(separator: ", ")) instead",
        remedy: "Nothing to do: the kubelet takes /run/systemd/resolve/resolv.conf, which names the servers behind it.")
      handled.severity = .info
      return [handled]
    }
    return [finding(.loopbackResolver, list)]
  }

  /// Port to the program that hearth runs there.
  static func neededPorts(isControlPlane: Bool) -> [(port: UInt16, program: String)] {
    let everywhere: [(UInt16, String)] = [
      (7443, "haproxy"), (10248, "kubelet"), (10249, "kube-proxy"), (10250, "kubelet"), (10256, "kube-proxy"),
    ]
    let controlPlane: [(UInt16, String)] = [
      (2379, "etcd"), (2380, "etcd"), (2381, "etcd"), (6443, "kube-apiserver"), (10257, "kube-controller-manager"),
      (10259, "kube-scheduler"),
    ]
    return (isControlPlane ? controlPlane : []) + everywhere
  }

  private func ports() -> [CheckFinding] {
    let forMetrics =
      rack.cluster.metrics.nodeExporter ? [(Metrics.nodeExporterPort, "prometheus-node-exporter")] : []
    return (Self.neededPorts(isControlPlane: isControlPlane) + forMetrics).compactMap { port, program in
      guard let listener = facts.listening.first(where: { $0.port == port }) else { return nil }
      // The kernel cuts names at 15 characters.
      let ours = isOurs && (listener.process == nil || program.hasPrefix(listener.process ?? ""))
      guard !ours else { return nil }
      let owner = listener.process.map { "\($0) listens" } ?? "something listens"
      return finding(.portTaken, "\(owner) on TCP port \(port), which \(program) needs")
    }
  }

  private func name() -> [CheckFinding] {
    guard facts.hostname != node.name || !facts.staticHostname.isEmpty && facts.staticHostname != node.name else {
      return []
    }
    let now = facts.hostname == node.name ? facts.staticHostname : facts.hostname
    return [finding(.hostnameDiffers, "`\(now)` becomes `\(node.name)`")]
  }
}
