import Diagnostics
import Foundation

/// What virtual hosts and control planes of tests are made of: `HEARTH_ARTIFACTS` and `HEARTH_KUBERNETES`, by default what
/// `scripts/test` builds.
package enum RackArtifacts {
  /// In upstream's layout, with a lock file.
  package static let folder = variable("HEARTH_ARTIFACTS") ?? "\(Folders().cache)/virtual-rack"

  /// The release, such as `v1.20.2`: the one that is named, or what `hearth lab up` takes by itself from that folder.
  package static let kubernetes: String = {
    if let named = variable("HEARTH_KUBERNETES") { return named }
    let found = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/release")) ?? []
    return found.contains("v1.20.2")
      ? "v1.20.2" : found.max { $0.compare($1, options: .numeric) == .orderedAscending } ?? "v1.20.2"
  }()

  /// Whether containerd, runc and etcd come from Debian's packages.
  package static var usesPackages: Bool { kubernetes.hasPrefix("v1.20.") }

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
