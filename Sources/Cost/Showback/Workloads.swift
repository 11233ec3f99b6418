package import Units

/// What namespaces used over a period, as averages over it.
package struct Workloads: Sendable, Equatable {
  package struct Namespace: Sendable, Equatable {
    package var name: String
    /// The greater of what was asked for and what was used, averaged.
    package var cores: Cores
    package var memory: Gibibytes

    package init(name: String, cores: Cores, memory: Gibibytes) {
      self.name = name
      self.cores = cores
      self.memory = memory
    }
  }

  package var namespaces: [Namespace]
  /// The highest sum of all namespaces on a day.
  package var peakCores: Cores
  package var peakMemory: Gibibytes
  /// `2026-01-01 to 2026-03-31, 98 % of the hours`.
  package var period: String

  package init(namespaces: [Namespace], peakCores: Cores, peakMemory: Gibibytes, period: String) {
    self.namespaces = namespaces
    self.peakCores = peakCores
    self.peakMemory = peakMemory
    self.period = period
  }
}
