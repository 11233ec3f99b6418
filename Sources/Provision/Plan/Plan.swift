package import Diagnostics

/// What a run would do: the difference between what is wanted and what was observed. A pure value: it can be printed,
/// saved, compared and approved before anything is touched.
package struct Plan: Sendable {
  /// What is wanted, with the programs that bring it about.
  package let desired: [Phase]
  /// What it was compared with.
  package let observation: Observation
  /// All phases, in order, with the changes of each host; phases without changes have no hosts.
  package let phases: [PhasePlan]
  /// Hosts that could not be observed, are held by somebody else, or lack what a resource needs.
  package let failures: [String: HearthError]

  package init(_ desired: [Phase], observed observation: Observation) {
    var comparison = Comparison(observation: observation)
    self.desired = desired
    self.observation = observation
    let compared = desired.map { comparison.compare($0) }
    let failures = comparison.failures
    // A host that cannot be brought to the end is not begun.
    phases = compared.map { phase in
      PhasePlan(name: phase.name, title: phase.title, hosts: phase.hosts.filter { failures[$0.key] == nil })
    }
    self.failures = failures
  }

  /// True when every host could be observed and matches what is wanted.
  package var isEmpty: Bool { changeCount == 0 && failures.isEmpty }

  /// Resources that would change, on all hosts together.
  package var changeCount: Int {
    phases.reduce(0) { sum, phase in phase.hosts.values.reduce(sum) { $0 + $1.count } }
  }

  /// Hosts on which something would change, sorted by name.
  package var changedHosts: [String] { Set(phases.flatMap(\.hosts.keys)).sorted() }

  /// What carrying this out will be, for whoever watches.
  var announcement: Event {
    var steps: [String: Int] = [:]
    for phase in phases { for (host, changes) in phase.hosts { steps[host, default: 0] += changes.count } }
    return .planned(phases: phases.filter { !$0.hosts.isEmpty }.map(\.name), steps: steps)
  }

  package var saved: SavedPlan { saved(of: nil) }

  /// - Parameter origin: what the plan was made from; stands in the file for people and programs that read it.
  package func saved(of origin: SavedPlan.Origin?) -> SavedPlan {
    var saved = SavedPlan(phases: phases.filter { !$0.hosts.isEmpty }, failures: failures)
    saved.origin = origin
    return saved
  }
}
