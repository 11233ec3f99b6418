import Diagnostics
import HTTP
import Inventory
import Smoke

/// Reaches the nodes as people do: from the virtual rack's own network, or from this machine.
struct OutsideClient: OutsideProbe {
  let client: HTTPClient

  func get(
    _ address: IPv4Address, port: Int, path: String, timeout: Duration
  ) async throws(HearthError) -> String {
    let url = "http://\(address):\(port)\(path)"
    let response = try await client.get(url, limits: HTTPLimits(timeout: timeout, attempts: 1))
    guard response.status == 200 else {
      throw HearthError(
        .cluster, "\(url) answered with status \(response.status)", hint: "look at the pods behind that NodePort",
        command: "curl -v \(url.shellQuoted)")
    }
    return String(decoding: response.body, as: UTF8.self)
  }
}
