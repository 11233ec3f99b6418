import Foundation

/// Where hearth keeps things on the operator's machine, by the XDG base directory specification.
package struct Folders: Sendable {
  private let environment: [String: String]

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
  }

  /// Journal, authority and kubeconfig of one rack.
  package func state(rack: String) -> String { "\(state)/racks/\(rack)" }

  package var state: String { base("XDG_STATE_HOME", ".local/state") + "/hearth" }

  /// Artifacts and base images: safe to delete at any time.
  package var cache: String { base("XDG_CACHE_HOME", ".cache") + "/hearth" }

  /// Creates the folder with mode 0700 where it is missing.
  package static func create(_ path: String) throws(HearthError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw HearthError(
        .local, "the folder cannot be made: \(error.localizedDescription)", subject: Subject(file: path),
        hint: "check who owns the folders above it, and free disk space with `df -h`")
    }
  }

  private func base(_ variable: String, _ fallback: String) -> String {
    // The specification says that relative paths are to be ignored.
    if let value = environment[variable], value.hasPrefix("/") { return value }
    return "\(environment["HOME"] ?? NSHomeDirectory())/\(fallback)"
  }
}
