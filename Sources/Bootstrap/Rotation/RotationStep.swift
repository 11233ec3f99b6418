package import Provision

/// One part of a change of authorities: a host, brought to the keys of a stage before the next part is begun.
package struct RotationStep: Sendable {
  package var host: String
  /// Done before, where the phase changes anything: balancers turn away from an API server that is about to restart.
  package var quiet: Phase?
  package var phase: Phase
}
