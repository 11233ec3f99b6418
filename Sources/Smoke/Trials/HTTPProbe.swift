package import Diagnostics
import HTTP
package import Inventory

/// Asks nodes directly, past any proxy: from this machine's network, or from a virtual rack's.
package struct HTTPProbe: OutsideProbe {
  private let client: HTTPClient

  /// - Parameter networkNamespace: a name below `/run/netns` or a path; nil means this machine's own network.
  package init(networkNamespace: String? = nil) {
    client = HTTPClient(
      networkNamespace: networkNamespace, options: HTTPOptions(connectTimeout: .seconds(3), proxy: ""))
  }

  package func get(
    _ address: IPv4Address, port: Int, path: String, timeout: Duration
  ) async throws(HearthError) -> String {
    let response = try await client.get(
      "http://\(address):\(port)\(path)", limits: HTTPLimits(bytes: 1 << 16, timeout: timeout, attempts: 1))
    guard response.isSuccess else {
      throw HearthError(.cluster, "status \(response.status) from \(address):\(port)")
    }
    return response.text
  }
}
