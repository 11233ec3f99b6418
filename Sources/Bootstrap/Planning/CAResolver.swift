package import Diagnostics
package import Inventory
package import PKI
package import Provision

/// Finds the rack's keys: the operator's own copy, or that of a living control-plane host, or new ones.
package struct CAResolver: Sendable {
  private let store: AuthorityStore

  package init(folder: String) { store = AuthorityStore(folder: folder) }

  /// Keys are renewed only when every control-plane host answered and none has any; otherwise a rack whose keys sit
  /// on the one host that is down would be split in two.
  ///
  /// - Parameter create: false for commands that must change nothing, also not on the operator's machine: new keys are
  ///   then made but not kept.
  package func authority(for rack: Rack, survey: Survey, create: Bool) async throws(HearthError) -> Authority {
    if let own = try store.load() { return own }
    for node in rack.controlPlane where survey.facts[node.name]?.nodeRecord != nil {
      guard let shell = survey.fleet.shells[node.name] else { continue }
      if let found = try await Authority.load(from: shell) {
        try store.save(found)
        return found
      }
    }
    if let silent = rack.controlPlane.first(where: { survey.facts[$0.name] == nil }) {
      throw HearthError(
        .refused, "this machine has no keys of the rack, and \(silent.name), which may have them, does not answer",
        subject: Subject(host: silent.name),
        hint: "bring \(silent.name) back, or run hearth on the machine that made the cluster",
        cause: survey.failures[silent.name]?.message)
    }
    let new = try Authority.create(cluster: rack.cluster.name)
    if create { try store.save(new) }
    return new
  }
}
