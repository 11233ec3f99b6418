import Inventory
import Provision

/// What other nodes and pods must reach on this host, and whether its firewall lets them.
extension HostView {
  /// A port, and who comes to it.
  struct NeededPort {
    var port: UInt16
    var program: String
    var fromControlPlaneOnly: Bool
  }

  /// TCP ports that other nodes come to.
  static func portsForOthers(isControlPlane: Bool) -> [NeededPort] {
    let everywhere = [NeededPort(port: 10250, program: "kubelet", fromControlPlaneOnly: true)]
    guard isControlPlane else { return everywhere }
    return [
      NeededPort(port: 6443, program: "kube-apiserver", fromControlPlaneOnly: false),
      NeededPort(port: 2379, program: "etcd", fromControlPlaneOnly: true),
      NeededPort(port: 2380, program: "etcd", fromControlPlaneOnly: true),
    ] + everywhere
  }

  func incoming() -> [CheckFinding] {
    guard !facts.firewall.inputs.isEmpty, let interface = facts.interface(with: node.address) else { return [] }
    var closed: Set<UInt16> = []
    var chains: [String] = []
    func ask(_ source: IPv4Address, _ interface: String, _ port: UInt16) -> Bool {
      let packet = PacketFilter.Packet(source: source, interface: interface, transport: "tcp", port: port)
      let shut = facts.firewall.inputs.filter { !$0.accepts(packet) }.map(\.name)
      chains += shut.filter { !chains.contains($0) }
      return shut.isEmpty
    }
    for needed in Self.portsForOthers(isControlPlane: isControlPlane) {
      for other in rack.nodes where other.name != node.name {
        if needed.fromControlPlaneOnly, !other.roles.contains(.controlPlane) { continue }
        if !ask(other.address, interface.name, needed.port) { closed.insert(needed.port) }
      }
    }
    // Pods of this host come to its own API server by the bridge, with their own address.
    var keepsPodsOut = false
    if isControlPlane, let pod = rack.cluster.networks.pods.address(at: 2), !ask(pod, "cni0", 6443) {
      keepsPodsOut = true
    }
    guard !closed.isEmpty || keepsPodsOut else { return [] }
    let ports = closed.sorted().map(String.init).joined(separator: ", ")
    let pods = keepsPodsOut ? "pods (\(rack.cluster.networks.pods)) cannot reach TCP 6443" : nil
    let nodes = closed.isEmpty ? nil : "other nodes cannot reach TCP \(ports)"
    let what = [nodes, pods].compactMap(\.self).joined(separator: "; ")
    return [
      finding(
        .inputDropped, "\(what): \(chains.joined(separator: ", "))", remedy: remedy(closed, keepsPodsOut, interface))
    ]
  }

  private func remedy(_ ports: Set<UInt16>, _ withPods: Bool, _ interface: NetworkInterface) -> String {
    let own = interface.addresses.first { $0.address == node.address }
    let segment =
      own.map { "\(IPv4Address(bits: $0.address.bits & IPv4Network.mask($0.prefix)))/\($0.prefix)" }
      ?? "\(node.address)/32"
    let pods = rack.cluster.networks.pods
    let list = ports.sorted().map(String.init).joined(separator: ",")
    if facts.packages["ufw"] != nil,
      facts.firewall.inputs.contains(where: { $0.chains.keys.contains { $0.hasPrefix("ufw-") } })
    {
      var commands = ports.isEmpty ? [] : ["`ufw allow proto tcp from \(segment) to any port \(list)`"]
      if withPods { commands.append("`ufw allow proto tcp from \(pods) to any port 6443`") }
      return
        "\(commands.joined(separator: " and ")), or for all that nodes and pods send: `ufw allow from \(segment)` and "
        + "`ufw allow from \(pods)`."
    }
    if facts.packages["firewalld"] != nil, facts.firewall.inputs.contains(where: { $0.name.contains("firewalld") }) {
      return
        "`systemctl disable --now firewalld`, or `firewall-cmd --permanent --zone=trusted --add-source=\(segment)`, the "
        + "same with \(pods), and `firewall-cmd --reload`."
    }
    let pieces = [ports.isEmpty ? nil : "TCP \(list) from \(segment)", withPods ? "TCP 6443 from \(pods)" : nil]
    return
      "Accept \(pieces.compactMap(\.self).joined(separator: " and ")) in the chains that are named, where the rules are kept."
  }
}
