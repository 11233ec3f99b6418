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
