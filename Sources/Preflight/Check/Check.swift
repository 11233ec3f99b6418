package import Diagnostics
package import Inventory
package import Provision
package import Units

/// Judges facts. Pure: what the hosts said goes in, every problem of every host comes out.
package enum Check {
  /// All findings, host by host in the inventory's order, the gravest first; those of the whole rack come last.
  ///
  /// - Parameters:
  ///   - facts: by node name.
  ///   - failures: by node name, for hosts that could not be asked.
  ///   - today: for what gets no updates soon; nil leaves that out.
  package static func problems(
    rack: Rack, facts: [String: Facts], failures: [String: HearthError] = [:], today: Day? = nil
  ) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    for node in rack.nodes {
      var found: [CheckFinding] = []
      if let failure = failures[node.name] {
        found.append(unreachable(node, failure))
      } else if let facts = facts[node.name] {
        let view = HostView(rack: rack, node: node, facts: facts)
        found += view.system() + view.systemEnds(today) + view.libraries() + view.hardware() + view.storage()
        found += view.kernel() + view.time() + view.boot() + view.network() + view.software() + view.webAssembly()
      }
      findings += sorted(found)
    }
    return findings + sorted(RackView(rack: rack, facts: facts).all(today))
  }

  private static func unreachable(_ node: Node, _ failure: HearthError) -> CheckFinding {
    var detail = [failure.message, failure.cause].compactMap { $0 }.joined(separator: ": ")
    // The host's own last words say more than any judgement of ours.
    if !failure.output.isEmpty { detail += "; the host says: " + failure.output.joined(separator: " / ") }
    return CheckFinding(.unreachable, host: node.name, detail, remedy: failure.hint)
  }

  /// Keeps the order of the rules within one severity.
  private static func sorted(_ findings: [CheckFinding]) -> [CheckFinding] {
    findings.enumerated().sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }.map(\.element)
  }
}

/// One host's side of the check; the rules stand in its extensions.
struct HostView {
  let rack: Rack
  let node: Node
  let facts: Facts

  var isControlPlane: Bool { node.roles.contains(.controlPlane) }
  /// hearth has been here before.
  var isOurs: Bool { facts.hasManifest || facts.nodeRecord != nil }

  func finding(_ rule: CheckRule, _ detail: String, remedy: String? = nil) -> CheckFinding {
    CheckFinding(rule, host: node.name, detail, remedy: remedy)
  }
}

/// What shows only when hosts are compared.
struct RackView {
  let rack: Rack
  let facts: [String: Facts]

  /// Nodes that answered, in the inventory's order.
  var answers: [(node: Node, facts: Facts)] {
    rack.nodes.compactMap { node in facts[node.name].map { (node, $0) } }
  }

  func all(_ today: Day?) -> [CheckFinding] { identities() + clocks() + architectures() + ends(today) }
}
