import Diagnostics
import Templates
import Yams

/// Which feature gates a release of Kubernetes takes: one that it does not know stops the process. Data in
/// `templates/feature-gates.yaml`, which is part of the program.
package struct FeatureGates: Sendable {
  struct Release: Decodable {
    var minor: Int
    /// Of later releases.
    var unknown: Set<String>?
    /// Gone by then.
    var removed: Set<String>?
    /// Those that may only be given this value.
    var locked: [String: Bool]?
  }

  /// Oldest first.
  var releases: [Release]

  /// A test reads it, so it can be read.
  package static let embedded = FeatureGates(
    releases: ((try? YAMLDecoder().decode([Release].self, from: Template.text(of: "feature-gates.yaml"))) ?? [])
      .sorted { $0.minor < $1.minor })

  package var minors: [Int] { releases.map(\.minor) }

  /// What is wrong with a gate; nil where nothing is known against it.
  package func problem(_ gate: String, _ value: Bool, minor: Int) -> (message: String, hint: String)? {
    if releases.contains(where: { $0.minor <= minor && $0.removed?.contains(gate) == true }) {
      return (
        "Kubernetes 1.\(minor) has the feature gate `\(gate)` no more: a component that is given it does not start",
        "remove it; what it turned on is always on, or gone"
      )
    }
    guard let release = releases.first(where: { $0.minor == minor }) else { return nil }
    if release.unknown?.contains(gate) == true {
      return (
        "Kubernetes 1.\(minor) does not know the feature gate `\(gate)`: a component that is given it does not start",
        "remove it, or take a release that has it"
      )
    }
    if let fixed = release.locked?[gate], fixed != value {
      return ("Kubernetes 1.\(minor) takes the feature gate `\(gate)` as \(fixed) only", "remove it")
    }
    return nil
  }
}
