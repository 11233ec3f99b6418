package import Diagnostics

/// The end of a smoke test: every named condition at every place, in the order of the list of conditions.
package struct SmokeReport: Sendable, Equatable, Codable {
  package var results: [ConditionResult]
  /// Seconds of the whole run, clean-up included.
  package var seconds: Double
  /// Seconds by stage, in order.
  package var stages: [Stage]
  /// What is not a failure but worth knowing, such as "this CNI enforces no NetworkPolicy".
  package var warnings: [String]

  package struct Stage: Sendable, Equatable, Codable {
    package var name: String
    package var seconds: Double
  }

  package init(
    results: [ConditionResult] = [], seconds: Double = 0, stages: [Stage] = [], warnings: [String] = []
  ) {
    self.results = results
    self.seconds = seconds
    self.stages = stages
    self.warnings = warnings
  }

  /// True when something was tested and nothing failed.
  package var passed: Bool { counts.failed == 0 && counts.passed > 0 }

  package var counts: (passed: Int, failed: Int, skipped: Int) {
    (
      results.count { $0.state == .passed }, results.count { $0.state == .failed },
      results.count { $0.state == .skipped }
    )
  }

  /// The failed conditions as errors, ready to be printed.
  package var errors: [HearthError] { results.compactMap(\.error) }
}
