package import Provision

/// One part of a change of authorities: some hosts, brought to the keys of a stage before the next part is begun.
package struct RotationStep: Sendable {
  /// Done before, where the phase changes anything: balancers turn away from an API server that is about to restart.
  package var quiet: Phase?
  package var phase: Phase
}
