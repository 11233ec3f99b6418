/// A host to go through, with a login of its own: what opens the target is not for it to see.
package struct JumpHop: Sendable {
  package var target: SSHTarget
  package var credentials: [Credential]
  package var hostKeys: HostKeyPolicy

  package init(_ target: SSHTarget, credentials: [Credential], hostKeys: HostKeyPolicy) {
    self.target = target
    self.credentials = credentials
    self.hostKeys = hostKeys
  }

  /// The hop as it is without settings of its own: the target's keys, never its password, and none of its pins.
  init(_ jump: SSHTarget, likeTarget credentials: [Credential], _ hostKeys: HostKeyPolicy) {
    var policy = hostKeys
    policy.pins = []
    policy.onChanged = .refuse
    self.init(jump, credentials: credentials.filter { !$0.isPassword }, hostKeys: policy)
  }
}
