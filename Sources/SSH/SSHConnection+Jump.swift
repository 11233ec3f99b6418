import Diagnostics

extension SSHConnection {
  /// A socket whose far end leads through the jump hosts to the target.
  func openSocketThroughJumpHosts(
    credentials: [Credential], hostKeys: HostKeyPolicy
  ) async throws(HearthError) -> Int32 {
    throw HearthError(
      .unsupported, "jump hosts are not supported yet", subject: Subject(host: target.name),
      hint: "Reach \(target.address) directly, or run hearth on the jump host"
    )
  }
}
