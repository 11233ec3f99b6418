package import Provision

/// One part of an upgrade: some resources of some hosts, brought up to date before the next part is begun.
package struct UpgradeStep: Sendable {
  package var phase: Phase
  /// Nodes that are emptied of pods before, and take pods again after.
  package var drained: [String]

  /// The members of these hosts stop for a moment.
  package var stopsEtcd: Bool

  package init(phase: Phase, drained: [String] = [], stopsEtcd: Bool = false) {
    self.phase = phase
    self.drained = drained
    self.stopsEtcd = stopsEtcd
  }
}
