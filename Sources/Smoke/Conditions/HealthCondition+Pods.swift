import Inventory

extension HealthCondition {
  package static let podRuns = HealthCondition(
    "pod-runs", "a pod runs on the node, in the pod network", .eachNode, seenIn: .trials,
    remedy: { place in
      Remedy(
        "look at what the kubelet and containerd say of the pod; the test image comes with `hearth up`",
        command: "sudo journalctl -u kubelet -u containerd -n 50 --no-pager", on: place.host)
    },
    judge: { observation, place in
      observation.judgeTrials(place) { trials, node in
        guard let pod = trials.pods[node] else {
          return .failed(expected: "a pod that is Ready", seen: "the pod was not made")
        }
        guard pod.ready, let text = pod.address, let address = IPv4Address(text) else {
          return .failed(expected: "a pod that is Ready", seen: pod.trouble ?? "no address")
        }
        let range = observation.cluster?.node(node)?.podRange.flatMap(IPv4Network.init)
        guard range?.contains(address) ?? true else {
          return .failed(expected: "an address in \(range.map(\.description) ?? "")", seen: text)
        }
        return .met("Ready at \(text)")
      }
    })

  package static let podToPod = HealthCondition(
    "pod-to-pod", "the pod reaches the pods of all other nodes, source address kept", .eachNode, seenIn: .trials,
    remedy: { place in
      Remedy(
        "compare routes and forwarding of both nodes: each needs a route to the other's pod range and FORWARD must not drop",
        command: "ip route; sudo iptables -S FORWARD; sysctl net.ipv4.ip_forward", on: place.host)
    },
    judge: { observation, place in
      observation.judgeFromPod(place) { trials, node, results in
        let others = trials.expectation.nodes.filter { $0 != node }
        guard !others.isEmpty else { return .skipped("the rack has one node") }
        let running = others.filter { trials.pods[$0]?.ready == true }
        let peer = trials.pods[node]?.address
        let wrong = running.compactMap { other -> String? in
          let label = trials.label("pod", other)
          return Reply.mismatch(results[label], trials.wanted(label, node: other, peer: peer))
            .map { "to \(other): \($0)" }
        }
        guard wrong.isEmpty else {
          return .failed(
            expected: "answers from the pods on \(running.joined(separator: ", "))",
            seen: wrong.joined(separator: "; "))
        }
        let without = others.filter { !running.contains($0) }
        guard !running.isEmpty else { return .skipped("no pod runs on \(without.joined(separator: ", "))") }
        let note = without.isEmpty ? "" : "; no pod runs on \(without.joined(separator: ", "))"
        return .met("\(running.joined(separator: ", "))\(note)")
      }
    })

  package static let serviceAccount = HealthCondition(
    "service-account", "the pod reads from the API server with its own token", .eachNode, seenIn: .trials,
    remedy: { place in
      Remedy(
        "check the way from pods to the API server's Service address and the service account's keys",
        command: ClusterAccess.standard.typed(["get", "endpoints", "kubernetes"])
          + "; sudo iptables -t nat -S KUBE-SERVICES | grep default/kubernetes",
        on: place.host)
    },
    judge: { observation, place in
      observation.judgeFromPod(place) { trials, _, results in
        let wanted = trials.expectation.secretPayload
        let expected = "the object that only the test's account may read"
        switch results["api"]?.outcome {
        case nil: return .failed(expected: expected, seen: "not tried")
        case .failed(let reason)?: return .failed(expected: expected, seen: reason)
        case .answered(let text)?:
          return text.contains(wanted)
            ? .met("read with a projected token")
            : .failed(expected: expected, seen: "another answer: \(text.prefix(120))")
        }
      }
    })

  package static let exec = HealthCondition(
    "exec", "commands run in the pod", .eachNode, seenIn: .trials,
    remedy: { place in
      Remedy(
        "check that the API server reaches the kubelet on port 10250 of the node and that both trust the cluster's authority",
        command: "sudo journalctl -u kubelet -n 50 --no-pager", on: place.host)
    },
    judge: { observation, place in
      observation.judgeTool(place, \.exec) { trials, text in
        let nonce = trials.expectation.nonce
        return text.contains(nonce) ? nil : "another answer: \(text.prefix(80))"
      }
    })

  package static let logs = HealthCondition(
    "logs", "the pod's log can be read", .eachNode, seenIn: .trials,
    remedy: exec.remedy,
    judge: { observation, place in
      observation.judgeTool(place, \.logs) { trials, text in
        text.contains(trials.expectation.payload) ? nil : "a log without this run's payload: \(text.prefix(80))"
      }
    })

  package static let portForward = HealthCondition(
    "port-forward", "a port of the pod can be forwarded", .eachNode, seenIn: .trials,
    remedy: exec.remedy,
    judge: { observation, place in
      observation.judgeTool(place, \.portForward) { trials, text in
        Reply.mismatch(Trial(.answered(text)), trials.wanted("forward", node: place.host, peer: nil))
      }
    })
}

extension TrialResults {
  /// How a request to a pod or Service of one node is called, such as `pod.3`.
  func label(_ kind: String, _ node: String) -> String {
    "\(kind).\(expectation.nodes.firstIndex(of: node) ?? -1)"
  }

  func wanted(_ label: String, node: String? = nil, peer: String? = nil) -> Reply.Wanted {
    Reply.Wanted(payload: expectation.payload, nonce: "\(expectation.nonce).\(label)", node: node, peer: peer)
  }
}

extension Observation {
  /// Judges what a smoke test brought back for a node that takes part.
  func judgeTrials(_ place: Place, _ judge: (TrialResults, String) -> Verdict) -> Verdict {
    guard let trials else { return .skipped("no smoke test ran") }
    guard let node = place.host else { return .skipped("no node") }
    if let reason = trials.absent[node] { return .skipped(reason) }
    return judge(trials, node)
  }

  /// Judges what was tried from within the node's pod.
  func judgeFromPod(
    _ place: Place, _ judge: (TrialResults, String, [String: Trial]) -> Verdict
  ) -> Verdict {
    judgeTrials(place) { trials, node in
      guard trials.pods[node]?.ready == true else { return .skipped("no pod runs on \(node)") }
      guard let results = trials.fromPod[node], !results.isEmpty else {
        return .skipped("no command could be run in the pod on \(node)")
      }
      return judge(trials, node, results)
    }
  }

  /// Judges one of kubectl's ways to a pod.
  func judgeTool(
    _ place: Place, _ tool: KeyPath<TrialResults, [String: Trial]>, _ mismatch: (TrialResults, String) -> String?
  ) -> Verdict {
    judgeTrials(place) { trials, node in
      guard trials.pods[node]?.ready == true else { return .skipped("no pod runs on \(node)") }
      let expected = "this run's own words from the pod"
      switch trials[keyPath: tool][node]?.outcome {
      case nil: return .failed(expected: expected, seen: "not tried")
      case .failed(let reason)?: return .failed(expected: expected, seen: reason)
      case .answered(let text)?:
        return mismatch(trials, text).map { .failed(expected: expected, seen: $0) } ?? .met("answered")
      }
    }
  }
}
