import Inventory

extension HealthCondition {
  private static func proxyRemedy(_ place: Place) -> Remedy {
    Remedy(
      "check that kube-proxy runs on the node and that its rules name the Service",
      command: "systemctl status --no-pager kube-proxy; sudo iptables -t nat -S KUBE-SERVICES", on: place.host)
  }

  package static let serviceFromPod = HealthCondition(
    "service-from-pod", "the pod reaches Services by their ClusterIP", .eachNode, seenIn: .trials,
    remedy: proxyRemedy,
    judge: { observation, place in
      observation.judgeFromPod(place) { trials, node, results in
        trials.judgeServices(results, except: node)
      }
    })

  package static let serviceHairpin = HealthCondition(
    "service-hairpin", "the pod reaches itself through its Service", .eachNode, seenIn: .trials,
    remedy: { place in
      Remedy(
        "check that the CNI bridge lets packets return to where they came from (hairpinMode)",
        command: "grep -r hairpinMode /etc/cni/net.d; cat /sys/class/net/cni0/brif/*/hairpin_mode", on: place.host)
    },
    judge: { observation, place in
      observation.judgeFromPod(place) { trials, node, results in
        let label = trials.label("service", node)
        let wrong = Reply.mismatch(results[label], trials.wanted(label, node: node))
        return wrong.map { .failed(expected: "an answer from itself", seen: $0) } ?? .met("answered")
      }
    })

  package static let serviceFromHost = HealthCondition(
    "service-from-host", "the host itself reaches Services by their ClusterIP", .eachNode, seenIn: .trials,
    remedy: proxyRemedy,
    judge: { observation, place in
      observation.judgeTrials(place) { trials, node in
        guard let results = trials.fromHost[node], !results.isEmpty else {
          return .skipped("no answer from the host")
        }
        return trials.judgeServices(results, except: nil)
      }
    })

  package static let nodePort = HealthCondition(
    "node-port", "the node's NodePort answers outside the rack", .eachNode, seenIn: .trials,
    remedy: { place in
      Remedy(
        "check kube-proxy's rules, the firewall and FORWARD of the node",
        command: "sudo iptables -t nat -S KUBE-NODEPORTS; sudo iptables -S FORWARD", on: place.host)
    },
    judge: { observation, place in
      observation.judgeTrials(place) { trials, node in
        guard trials.pods.values.contains(where: \.ready) else { return .skipped("no pod runs") }
        guard let attempts = trials.fromOutside[node], !attempts.isEmpty else {
          return .skipped("nothing outside the rack could ask")
        }
        let wrong = attempts.compactMap { Reply.mismatch($0, trials.wanted(trials.label("port", node))) }
        guard let first = wrong.first else { return .met("\(attempts.count) of \(attempts.count) requests answered") }
        return .failed(
          expected: "\(attempts.count) answers",
          seen: "\(attempts.count - wrong.count), and \(wrong.count) times: \(first)")
      }
    })

  package static let clusterNames = HealthCondition(
    "cluster-names", "the pod reaches a Service by its short and its full name", .eachNode, seenIn: .trials,
    remedy: { place in
      Remedy(
        "check the DNS pods and what resolv.conf the pod got",
        command: ClusterAccess.standard.typed(["-n", "kube-system", "get", "pods,services,endpoints", "-o", "wide"]),
        on: place.controlPlaneHost)
    },
    judge: { observation, place in
      if place.rack.cluster.addons.dns == .none { return .skipped("the inventory says dns: none") }
      return observation.judgeFromPod(place) { trials, _, results in
        let wrong = [("short", "short name"), ("full", "full name")].compactMap { label, title in
          Reply.mismatch(results[label], trials.wanted(label)).map { "\(title): \($0)" }
        }
        return wrong.isEmpty
          ? .met("both names")
          : .failed(expected: "an answer by either name", seen: wrong.joined(separator: "; "))
      }
    })

  package static let rollingUpdate = HealthCondition(
    "rolling-update", "a Deployment rolls to new pods without losing a request", .cluster, seenIn: .trials,
    remedy: { place in
      Remedy(
        "check controller manager, scheduler and the readiness of new pods",
        command: "sudo journalctl -u kube-controller-manager -u kube-scheduler -n 50 --no-pager",
        on: place.controlPlaneHost)
    },
    judge: { observation, _ in
      guard let trials = observation.trials else { return .skipped("no smoke test ran") }
      guard let rollout = trials.rollout else { return .skipped("no pod could watch it") }
      let expected = "new pods in place of the old ones, every request answered"
      if let trouble = rollout.trouble { return .failed(expected: expected, seen: trouble) }
      if rollout.failed > 0 {
        let total = rollout.failed + rollout.old + rollout.new
        return .failed(
          expected: expected,
          seen: "\(rollout.failed) of \(total) requests failed, the first: \(rollout.firstFailure ?? "no answer")")
      }
      if rollout.old == 0 { return .failed(expected: expected, seen: "the old pods never answered") }
      if rollout.new == 0 { return .failed(expected: expected, seen: "the new pods never answered") }
      return .met("\(rollout.old + rollout.new) requests, none lost")
    })
}

extension TrialResults {
  /// Every Service of one pod, and the one of all pods.
  func judgeServices(_ results: [String: Trial], except: String?) -> Verdict {
    let targets = expectation.nodes.filter { $0 != except && pods[$0]?.ready == true }
    guard pods.values.contains(where: \.ready) else { return .skipped("no pod runs") }
    var wrong = targets.compactMap { target -> String? in
      let label = label("service", target)
      return Reply.mismatch(results[label], wanted(label, node: target)).map {
        "Service of the pod on \(target): \($0)"
      }
    }
    if let reason = Reply.mismatch(results["service"], wanted("service")) {
      wrong.append("Service of all pods: \(reason)")
    }
    return wrong.isEmpty
      ? .met("\(targets.count + 1) Services")
      : .failed(expected: "answers of \(targets.count + 1) Services", seen: wrong.joined(separator: "; "))
  }
}

extension HealthCondition {
  package static let virtualAddress = HealthCondition(
    "virtual-address", "one control plane has the virtual address", .cluster, seenIn: .hosts,
    where: { $0.cluster.endpoint?.virtualAddress != nil },
    remedy: { place in
      Remedy(
        "it is only on a host whose API server is ready; look at what keepalived says on each control-plane host",
        command: "sudo journalctl -u hearth-vip -n 50 --no-pager", on: place.controlPlaneHost)
    },
    judge: { observation, place in
      let address = place.rack.cluster.endpoint?.host ?? ""
      let holders = place.rack.controlPlane.map(\.name).filter { observation.hosts[$0]?.hasEndpoint == true }
      return switch holders.count {
      case 1: .met("\(address) is on \(holders[0])")
      case 0: .failed(expected: "\(address) on one control-plane host", seen: "it is on none that could be asked")
      default: .failed(expected: "\(address) on one host", seen: "it is on \(holders.joined(separator: " and "))")
      }
    })
}
