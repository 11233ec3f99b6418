package import Diagnostics
import Foundation
package import Inventory
package import Smoke
import Templates

/// The `sh` program that takes one sample on a control-plane host.
package enum SampleProgram {
  /// - Parameter meters: Only those that such a host can ask: over HTTP, or its own power chip.
  package static func text(
    meters: [MeterDeclaration], on host: String, access: ClusterAccess = .standard
  ) throws(HearthError) -> String {
    let values: [[String: Any]] = meters.filter { $0.kind != .pmic || $0.covers.contains(host) }.map { meter in
      var value: [String: Any] = ["name": meter.name]
      if let url = meter.url, let parts = URLComponents(string: url) {
        var server = parts
        server.path = ""
        server.query = nil
        value["server"] = quoted(server.string ?? url)
        value["path"] = quoted(pathAndQuery(parts) + MeterReading.path(of: meter))
      }
      return value
    }
    let requests = try Template.text(of: "metering/requests.gotemplate").split(separator: "\n").joined()
    return try Template("metering/sample.sh").render([
      "requests": requests,
      "kubectl": access.kubectl, "kubeconfig": access.kubeconfig, "localServer": access.localServer, "meters": values,
    ])
  }

  private static func pathAndQuery(_ parts: URLComponents) -> String {
    let path = parts.percentEncodedPath == "/" ? "" : parts.percentEncodedPath
    return path + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
  }

  static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }
}
