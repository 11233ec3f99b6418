import Schema

extension InventoryRule {
  static let version = InventoryRule { document, decoding in
    guard let version = document.cluster.kubernetes, !version.value.isSupported else { return }
    decoding.add(
      "Kubernetes \(version.value) is not supported", at: version.place,
      hint: "supported are \(KubernetesVersion.supportedList); the current release is \(KubernetesVersion.current)")
  }

  static let endpoint = InventoryRule { document, decoding in
    guard let endpoint = document.cluster.endpoint else { return }
    if let port = endpoint.port, let holder = Endpoint.takenPorts[UInt16(clamping: port.value)] {
      decoding.add(
        "port \(port.value) is taken: \(holder) listens there on the nodes", at: port.place,
        hint: "take 6443 or another free port")
    }
    guard let address = IPv4Address(endpoint.host.value) else {
      if endpoint.host.value.allSatisfy({ $0.isNumber || $0 == "." }) {
        decoding.add("`host` is neither an IPv4 address nor a host name", at: endpoint.host.place)
      }
      return
    }
    for (name, network) in document.networks(containing: address) {
      decoding.add(
        "the endpoint \(address) lies inside the \(name) network \(network)", at: endpoint.host.place,
        hint: "take an address of your LAN, or another network for \(name)")
    }
  }
}

extension Endpoint {
  /// Every node reaches the API servers through its own balancer on this port of 127.0.0.1.
  package static let localBalancerPort: UInt16 = 7443

  /// Ports of the nodes on which the API can not be served, and who holds them.
  static let takenPorts: [UInt16: String] = [
    22: "SSH", 2379: "etcd", 2380: "etcd", localBalancerPort: "the node's own balancer for the API",
    10248: "the kubelet", 10249: "kube-proxy", 10250: "the kubelet", 10256: "kube-proxy",
    10257: "the controller manager", 10259: "the scheduler",
  ]
}

extension InventoryRule {
  /// One heartbeat may come late and one may be lost; a node is not.
  static let patience = InventoryRule { document, decoding in
    let section = document.cluster.failover
    let failover = Failover(section)
    guard failover.lostAfterSeconds < 3 * failover.heartbeatSeconds else { return }
    decoding.add(
      "a node with a heartbeat every \(failover.heartbeatSeconds) s would count as lost after \(failover.lostAfterSeconds) s",
      at: document.place(of: section.lostAfter?.place, section.heartbeat?.place),
      hint: "set `lostAfter` to three heartbeats or more, which is \(3 * failover.heartbeatSeconds)")
  }
}

extension InventoryRule {
  /// What is named in `cluster.versions` must go with the Kubernetes release, and be hearth's to install.
  static let partVersions = InventoryRule { document, decoding in
    let table = ReleaseTable.embedded
    guard let release = table.release(of: document.cluster.kubernetes?.value ?? table.current) else { return }
    for part in ReleaseTable.Part.allCases {
      guard let version = document.cluster.versions[part] else { continue }
      if release.source == .debian, part.isPackaged {
        decoding.add(
          "with Kubernetes 1.\(release.minor), \(part.title) comes from Debian's packages", at: version.place,
          hint: "leave the key out")
      } else if let choice = release.parts[part], !choice.range.contains(version.value) {
        decoding.add(
          "\(part.title) \(version.value) does not go with Kubernetes 1.\(release.minor)", at: version.place,
          hint: "take \(choice.range)\(choice.usual.map { "; the usual one is \($0)" } ?? "")")
      }
    }
  }
}

extension InventoryRule {
  /// An address that control-plane nodes carry in turns belongs to none of them, and the API answers there on its own port.
  /// Whether it lies in the nodes' network only the nodes can tell.
  static let virtualEndpoint = InventoryRule { document, decoding in
    guard let endpoint = document.cluster.endpoint, endpoint.isVirtual?.value == true else { return }
    let place = endpoint.host.place
    if let port = endpoint.port, port.value != 6443 {
      decoding.add(
        "a virtual endpoint has the API server's own port 6443, not \(port.value)", at: port.place,
        hint: "leave `port` out")
    }
    guard let address = IPv4Address(endpoint.host.value) else {
      decoding.add(
        "a virtual endpoint needs an IPv4 address as `host`", at: place,
        hint: "take an address of the nodes' network that no machine has and no DHCP server gives away")
      return
    }
    if let node = document.nodes.first(where: { $0.address?.value == address }) {
      decoding.add(
        "the virtual endpoint \(address) is the address of \(node.name?.value ?? "a node")", at: place,
        hint: "take an address of the same network that no machine has, or leave `virtual` out")
    }
    for (network, meaning) in special where network.contains(address) {
      decoding.add("a virtual endpoint cannot have the address \(address): \(network) stands for \(meaning)", at: place)
    }
  }
}
