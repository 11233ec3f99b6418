import Inventory
import Provision

extension HostView {
  func kernel() -> [CheckFinding] { controlGroups() + modules() + knownBadKernel() + forwarding() + incoming() }

  private func controlGroups() -> [CheckFinding] {
    var found: [CheckFinding] = []
    let version = "control groups of version \(facts.cgroupVersion)"
    if !facts.cgroupControllers.contains("memory") {
      let inForce = facts.kernelCommandLine.words.contains("cgroup_enable=memory")
      let isUndone = facts.boot?.words.contains("cgroup_disable=memory") ?? false
      let rule: CheckRule =
        !facts.canSetBootParameters
        ? .memoryControllerMissing : inForce && !isUndone ? .memoryControllerIgnored : .memoryControllerOff
      let detail =
        rule == .memoryControllerIgnored ? ", though cgroup_enable=memory is in /proc/cmdline (\(facts.kernel))" : ""
      found.append(finding(rule, "\(version) without the memory controller\(detail)"))
    }
    let missing = ["cpu", "cpuset", "pids"].filter { !facts.cgroupControllers.contains($0) }
    if !missing.isEmpty {
      found.append(finding(.controllersMissing, "\(version) without \(missing.joined(separator: ", "))"))
    }
    if facts.cgroupVersion == 1, rack.cluster.kubernetes >= KubernetesVersion(1, 35, 0) {
      found.append(finding(.cgroupV1, "Kubernetes \(rack.cluster.kubernetes) on \(version)"))
    }
    return found
  }

  private func modules() -> [CheckFinding] {
    let needed = ["overlay", "br_netfilter", "nf_conntrack"]
    let missing = needed.filter { facts.modules[$0] == .missing }
    let locked = needed.filter { facts.modules[$0] == .loadable && !facts.canLoadModules }
    return
      (missing.isEmpty
      ? [] : [finding(.moduleMissing, "\(missing.joined(separator: ", ")); kernel \(facts.kernel)")])
      + (locked.isEmpty ? [] : [finding(.moduleLocked, locked.joined(separator: ", "))])
  }

  /// A dropping chain does no harm where rules before the policy accept the pods' packets in both directions.
  private func forwarding() -> [CheckFinding] {
    let pods = rack.cluster.networks.pods.description
    let accepts = ["-s", "-d"].allSatisfy { flag in
      facts.firewall.forwardRules.contains { $0.contains("\(flag) \(pods) ") && $0.hasSuffix("-j ACCEPT") }
    }
    let dropping = facts.firewall.droppingChains.filter { !(accepts && $0 == "iptables FORWARD") }
    guard !dropping.isEmpty else { return [] }
    let maker = facts.firewall.hasUFWRules ? ", made by ufw" : facts.firewall.hasDockerRules ? ", made by Docker" : ""
    return [finding(.forwardingDropped, "policy drop in \(dropping.joined(separator: ", "))\(maker)")]
  }
}

extension Facts {
  /// A Raspberry Pi with its `cmdline.txt` where hearth finds it.
  package var canSetBootParameters: Bool {
    isRaspberryPi
      && (existingPaths.contains("/boot/firmware/cmdline.txt") || existingPaths.contains("/boot/cmdline.txt"))
  }
}
