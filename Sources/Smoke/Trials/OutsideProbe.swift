package import Diagnostics
package import Inventory

/// Reaches the rack from where people sit: the operator's machine, or the virtual rack's own network.
package protocol OutsideProbe: Sendable {
  /// Gets `http://address:port/path` and returns the body.
  ///
  /// - Throws: ``HearthError`` when there is no answer within `timeout` or its status is not 200.
  func get(
    _ address: IPv4Address, port: Int, path: String, timeout: Duration
  ) async throws(HearthError) -> String
}
