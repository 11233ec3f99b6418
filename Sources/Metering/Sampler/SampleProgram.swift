package import Diagnostics
import Foundation
package import Inventory
package import Smoke
import Templates
import Untrusted

/// The `sh` program that takes one sample on a control-plane host.
package enum SampleProgram {
  /// - Parameter meters: Only those that such a host can ask: over HTTP, or its own power chip.
  package static func text(
    meters: [MeterDeclaration], on host: String, access: ClusterAccess = .standard
  ) throws(HearthError) -> String {
    // What asks for a login is read from the operator's machine only: no secrets lie on a node.
    let asked = meters.filter { $0.kind == .pmic ? $0.covers.contains(host) : $0.kind.isOpen && $0.password == nil }
    let values: [[String: Any?]] = asked.map { meter in
      let parts = meter.url.flatMap { URLComponents(string: $0) }
      var server = parts
      server?.path = ""
      server?.query = nil
      return [
        "heading": "=== meter \(meter.name)", "server": parts == nil ? nil : server?.string ?? meter.url,
        "path": parts.map { pathAndQuery($0) + MeterReading.path(of: meter) },
      ]
    }
    let requests = try Template.text(of: "metering/requests.gotemplate").byteLines.joined()
    return try Template("metering/sample.sh").render([
      "requests": requests,
      "kubectl": access.kubectl, "kubeconfig": access.kubeconfig, "localServer": access.localServer, "meters": values,
    ])
  }

  private static func pathAndQuery(_ parts: URLComponents) -> String {
    let path = parts.percentEncodedPath == "/" ? "" : parts.percentEncodedPath
    return path + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
  }
}
