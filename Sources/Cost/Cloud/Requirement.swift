package import Units

/// What must be matched in a cloud: the whole rack, or what the workloads use of it.
package struct Requirement: Sendable, Equatable {
  package enum Basis: String, Sendable, CaseIterable {
    /// All that the rack could give.
    case provisioned
    /// What workloads ask for or use, with room above it.
    case used
  }
  package struct Machine: Sendable, Hashable {
    package var memory: Gibibytes
    /// Nil when nobody measured such a board.
    package var performance: Performance?
    package init(memory: Gibibytes, performance: Performance?) {
      self.memory = memory
      self.performance = performance
    }
  }

  package var basis: Basis
  package var machines: [Machine]

  package init(basis: Basis, machines: [Machine]) {
    self.basis = basis
    self.machines = machines
  }

  package var memory: Gibibytes { machines.map(\.memory).sum() }
  /// Nil unless all of them are known: half a figure would match too little.
  package var performance: Performance? {
    let known = machines.compactMap(\.performance)
    return known.count == machines.count && !known.isEmpty ? known.sum() : nil
  }
}

extension HomeModel {
  package var provisioned: Requirement {
    Requirement(
      basis: .provisioned,
      machines: nodes.flatMap { node in
        Array(
          repeating: Requirement.Machine(
            memory: node.capacity?.memory ?? .zero, performance: node.capacity?.performance?.value),
          count: node.count)
      })
  }
}
