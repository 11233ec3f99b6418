import Foundation
package import Units

/// Processors that run 7-zip's benchmark equally fast per virtual CPU, as measured on one instance of them.
package struct CPUFamily: Sendable, Hashable, Codable {
  package var id: String
  package var name: String
  /// The instance or board that was measured.
  package var measuredOn: String
  /// How many virtual CPUs it had.
  package var vcpus: Int
  /// All threads together.
  package var performance: Performance
  /// Where the figure was read; its confidence is never `live`.
  package var source: PriceSource
  /// Machines that have such processors and do not say so themselves, as `hetzner/cx33`.
  package var holdsFor: [String]

  package init(
    id: String, name: String, measuredOn: String, vcpus: Int, performance: Performance, source: PriceSource,
    holdsFor: [String] = []
  ) {
    self.id = id
    self.name = name
    self.measuredOn = measuredOn
    self.vcpus = vcpus
    self.performance = performance
    self.source = source
    self.holdsFor = holdsFor
  }

  package var perVCPU: Performance { performance / Decimal(vcpus) }
}
