import Artifacts
import Inventory
import Provision

extension RackView {
  /// Copied disks and twice-named machines. What follows from two nodes being one machine is not told again.
  func identities() -> [CheckFinding] {
    let same = groups { $0.bootID }
    var found = same.map { CheckFinding(.sameMachine, "\($0.names) answer with the same boot id") }
    let twins = Set(same.flatMap(\.nodes))
    func duplicates(_ rule: CheckRule, _ what: String, _ key: (Facts) -> String) {
      for group in groups(key) where !Set(group.nodes).isSubset(of: twins) {
        found.append(CheckFinding(rule, "\(group.names): \(what) \(group.key)"))
      }
    }
    duplicates(.duplicateMachineID, "machine-id") { $0.machineID }
    duplicates(.duplicateSerial, "serial") { $0.serial }
    duplicates(.duplicateHostname, "host name") { $0.hostname }
    for group in duplicateAddresses() where !Set(group.nodes).isSubset(of: twins) {
      found.append(CheckFinding(.duplicateMAC, "\(group.names): \(group.key)"))
    }
    for (node, facts) in answers where facts.machineID.isEmpty || facts.machineID == "uninitialized" {
      found.append(CheckFinding(.noMachineID, host: node.name, "/etc/machine-id is empty"))
    }
    return found
  }

  private struct Group {
    var key: String
    var nodes: [String]
    var names: String { nodes.joined(separator: ", ") }
  }

  /// Nodes whose facts give the same key, where it is not empty.
  private func groups(_ key: (Facts) -> String) -> [Group] {
    group(answers.map { (key($0.facts), $0.node.name) })
  }

  private func duplicateAddresses() -> [Group] {
    group(answers.map { ($0.facts.interface(with: $0.node.address)?.mac ?? "", $0.node.name) })
  }

  private func group(_ pairs: [(key: String, node: String)]) -> [Group] {
    var order: [String] = []
    var members: [String: [String]] = [:]
    for (key, node) in pairs where !key.isEmpty && key != "uninitialized" {
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(node)
    }
    return order.compactMap { key in
      guard let nodes = members[key], nodes.count > 1 else { return nil }
      return Group(key: key, nodes: nodes)
    }
  }

  /// The operator's clock may itself be wrong, so hosts are compared with one another as well.
  func clocks() -> [CheckFinding] {
    let readings = answers.compactMap { node, facts in facts.clockOffset.map { (name: node.name, offset: $0) } }
    guard let least = readings.min(by: { $0.offset.offset < $1.offset.offset }),
      let most = readings.max(by: { $0.offset.offset < $1.offset.offset })
    else { return [] }
    let distance = most.offset.offset - least.offset.offset
    guard distance - most.offset.uncertainty - least.offset.uncertainty > .seconds(1) else { return [] }
    return [CheckFinding(.clocksDiffer, "\(most.name) is \(distance.words) ahead of \(least.name)")]
  }

  func architectures() -> [CheckFinding] {
    let known = Set(answers.compactMap(\.facts.architecture))
    guard known.count > 1 else { return [] }
    let list = answers.compactMap { node, facts in facts.architecture.map { "\(node.name) \($0.rawValue)" } }
    return [CheckFinding(.mixedArchitectures, list.joined(separator: ", "))]
  }
}
