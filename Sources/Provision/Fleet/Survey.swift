package import Diagnostics
package import Inventory
package import SSH

/// All hosts of a run, connected, with what they say of themselves. A host is either in `facts` or in `failures`.
package struct Survey: Sendable {
  package let fleet: Fleet
  package let facts: [String: Facts]
  package let failures: [String: HearthError]
  /// What the companion program printed on each host.
  package let companions: [String: String]

  /// Logs in and gathers facts, host by host side by side: nobody waits for the slowest.
  ///
  /// - Parameters:
  ///   - withFacts: false for commands that need none; a host is then in neither `facts` nor `failures`.
  ///   - companion: a program that changes nothing, run beside the facts' in the same remote command.
  package static func take(
    of nodes: [Node], access: HostAccess, on reactor: Reactor, withFacts: Bool = true,
    companion: String? = nil, timeout: Duration = .seconds(15)
  ) async -> Survey {
    let visits = await concurrently(nodes) { node in
      await visit(node, access, reactor, withFacts, companion, timeout)
    }
    var shells: [String: any RootShell] = [:]
    var facts: [String: Facts] = [:]
    var failures: [String: HearthError] = [:]
    var companions: [String: String] = [:]
    for (node, visit) in zip(nodes, visits) {
      shells[node.name] = visit.shell
      facts[node.name] = visit.facts
      companions[node.name] = visit.companion
      failures[node.name] = visit.failure?.at(Subject(host: node.name))
    }
    return Survey(
      fleet: Fleet(shells: shells, failures: failures), facts: facts, failures: failures, companions: companions)
  }

  /// Begins to log in everywhere and does not wait: whoever uses a host does. For runs that need no facts.
  package static func begin(
    of nodes: [Node], access: HostAccess, on reactor: Reactor, timeout: Duration = .seconds(15)
  ) -> Survey {
    var shells: [String: any RootShell] = [:]
    for node in nodes {
      shells[node.name] = PendingShell(node.name) {
        await Fleet.connect(node, access: access, on: reactor, timeout: timeout)
      }
    }
    return Survey(fleet: Fleet(shells: shells, failures: [:]), facts: [:], failures: [:], companions: [:])
  }

  /// All failures, in the inventory's order.
  package func errors(in rack: Rack) -> [HearthError] { rack.nodes.compactMap { failures[$0.name] } }

  private struct Visit: Sendable {
    var shell: (any RootShell)?
    var facts: Facts?
    var companion: String?
    var failure: HearthError?
  }

  private static func visit(
    _ node: Node, _ access: HostAccess, _ reactor: Reactor, _ withFacts: Bool, _ companion: String?,
    _ timeout: Duration
  ) async -> Visit {
    switch await Fleet.connect(node, access: access, on: reactor, timeout: timeout) {
    case .failure(let error):
      return Visit(failure: error)
    case .success(let shell):
      guard withFacts else { return Visit(shell: shell) }
      do throws(HearthError) {
        let answer = try await FactsProgram.gather(from: shell, with: companion)
        return Visit(shell: shell, facts: answer.facts, companion: companion.map { _ in answer.companion })
      } catch {
        return Visit(shell: shell, failure: error)
      }
    }
  }
}
