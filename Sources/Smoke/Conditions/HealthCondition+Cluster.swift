import Inventory

extension HealthCondition {
  package static let nodeReady = HealthCondition(
    "node-ready", "node is Ready", .eachNode, seenIn: .cluster,
    remedy: { place in
      Remedy(
        "look at the kubelet's own words; it needs containerd, the pod network and a way to the API server",
        command: "sudo journalctl -u kubelet -u containerd -n 50 --no-pager", on: place.host)
    },
    judge: { observation, place in
      observation.judgeNode(place) { node in
        guard let ready = node.conditions.first(where: { $0.type == "Ready" }) else {
          return .failed(expected: "Ready=True", seen: "the kubelet has not reported yet")
        }
        guard ready.status == "True" else {
          return .failed(
            expected: "Ready=True", seen: "Ready=\(ready.status), \(joined([ready.reason, ready.message], ": "))")
        }
        guard !observation.isRemembered(node.name) else {
          return .failed(expected: "Ready=True", seen: "nothing from its kubelet since the host booted")
        }
        // All other conditions name trouble, and are False on a healthy node.
        let troubles = node.conditions.filter { $0.type != "Ready" && $0.status == "True" }
        guard troubles.isEmpty else {
          return .failed(
            expected: "no trouble beside Ready",
            seen: troubles.map { "\($0.type) (\(joined([$0.reason, $0.message], ": ")))" }.joined(separator: ", "))
        }
        return .met(node.unschedulable ? "Ready, cordoned" : "Ready")
      }
    })

  package static let podRange = HealthCondition(
    "pod-range", "node has a pod range of its own", .eachNode, seenIn: .cluster,
    remedy: { place in
      Remedy(
        "compare the ranges of all nodes; `hearth up` gives each node its own",
        command: ClusterAccess.standard.typed([
          "get", "nodes", "-o", "custom-columns=NAME:.metadata.name,RANGE:.spec.podCIDR",
        ]),
        on: place.controlPlaneHost)
    },
    judge: { observation, place in
      observation.judgeNode(place) { node in
        let pods = place.rack.cluster.networks.pods
        guard let text = node.podRange, let range = IPv4Network(text) else {
          return .failed(expected: "a range within \(pods)", seen: node.podRange ?? "none")
        }
        guard pods.contains(range.base), range.prefix >= pods.prefix else {
          return .failed(expected: "a range within \(pods)", seen: text)
        }
        let twin = observation.cluster?.nodes.first { other in
          other.name != node.name && other.podRange.flatMap(IPv4Network.init)?.overlaps(range) == true
        }
        if let twin { return .failed(expected: "a range of its own", seen: "\(text), shared with \(twin.name)") }
        return .met(text)
      }
    })

  package static let dnsReady = HealthCondition(
    "dns-ready", "cluster DNS is running", .cluster, seenIn: .cluster,
    remedy: { place in
      Remedy(
        "look at the DNS pods and their events",
        command: ClusterAccess.standard.typed(["-n", "kube-system", "get", "pods", "-o", "wide"]),
        on: place.controlPlaneHost)
    },
    judge: { observation, place in
      if place.rack.cluster.addons.dns == .none { return .skipped("the inventory says dns: none") }
      guard let cluster = observation.cluster else {
        return .failed(expected: "an API server that answers", seen: observation.clusterProblem ?? "none was asked")
      }
      guard let dns = cluster.dns else {
        return .failed(
          expected: "a workload named coredns, dnsmasq or *dns* in kube-system",
          seen: cluster.addOns.isEmpty ? "no workload" : cluster.addOns.map(\.name).joined(separator: ", "))
      }
      let seen = "\(dns.name): \(dns.ready) of \(dns.wanted) ready"
      return dns.ready >= max(dns.wanted, 1) ? .met(seen) : .failed(expected: "all pods ready", seen: seen)
    })
}

extension ClusterState {
  /// The workload that answers the cluster's names.
  var dns: AddOn? { addOns.first { $0.name.contains("dns") } }
}

extension Observation {
  /// Judges what the API server says of a node; a node that it does not know fails the condition.
  func judgeNode(_ place: Place, _ judge: (ClusterState.Node) -> Verdict) -> Verdict {
    guard let name = place.host else { return .skipped("no node") }
    guard let cluster else {
      return .failed(expected: "an API server that answers", seen: clusterProblem ?? "none was asked")
    }
    guard let node = cluster.node(name) else {
      return .failed(expected: "a registered node", seen: "the API server knows no node of this name")
    }
    return judge(node)
  }
}

/// The parts that are not empty.
func joined(_ parts: [String?], _ separator: String) -> String {
  parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: separator)
}
