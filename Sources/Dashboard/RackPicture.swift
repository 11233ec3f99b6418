/// Dashboard: the rack as it stands, as one value that the terminal screen and the web page both show. Pure: what was seen
/// and measured goes in; nothing here asks anybody.

package import Smoke
import Untrusted

/// The rack at one moment.
package struct RackPicture: Sendable, Equatable, Codable {
  package var schema = "hearth.dashboard.v1"
  package var cluster: String
  /// The API server's version; nil when none answered.
  package var server: String?
  /// When it was looked at, in seconds since 1970.
  package var time: Int
  /// In the inventory's order.
  package var hosts: [HostPicture]
  /// What is wrong with the cluster as a whole.
  package var problems: [Problem]
  package var warnings: [String]
  /// What is missing on the way to service; nil when nothing is.
  package var onItsWay: String?
  package var pods: Pods?
  package var addOns: [ClusterState.AddOn]
  /// The newest first.
  package var events: [ClusterEvent]
  /// The newest backup that anybody knows of, in seconds since 1970.
  package var backup: Int?
  package var power: PowerPicture?

  /// Something is wrong, and what to do about it.
  package struct Problem: Sendable, Equatable, Codable {
    package var title: String
    package var detail: String
    package var hint: String?
    /// A command to try by hand.
    package var command: String?

    package init(title: String, detail: String, hint: String? = nil, command: String? = nil) {
      self.title = title
      self.detail = detail
      self.hint = hint
      self.command = command
    }

    package init(_ result: ConditionResult) {
      let place = result.commandHost.map { " (on \($0))" } ?? ""
      self.init(
        title: result.title, detail: result.detail, hint: result.hint, command: result.command.map { $0 + place })
    }
  }

  package struct Pods: Sendable, Equatable, Codable {
    /// All but those that have done their work.
    package var total: Int
    /// Neither ready nor done.
    package var missing: Int
    package var webAssembly: Int

    package init(total: Int, missing: Int, webAssembly: Int) {
      self.total = total
      self.missing = missing
      self.webAssembly = webAssembly
    }

    /// - Parameter counts: of one node, or of all.
    package init(_ counts: [PodCount]) {
      let wanted = counts.filter { $0.phase != "Succeeded" }
      self.init(
        total: wanted.map(\.count).saturatingSum(),
        missing: wanted.filter(\.isMissing).map(\.count).saturatingSum(),
        webAssembly: wanted.filter { $0.runtimeClass == "wasmtime" }.map(\.count).saturatingSum())
    }
  }

  /// Hosts that failed.
  package var failed: [HostPicture] { hosts.filter { $0.standing == .failed } }
  /// Of all hosts, the certificate that ends first.
  package var fewestCertificateDays: Int? { hosts.compactMap(\.certificateDays).min() }
  /// The leader's data, or the greatest where no leader was seen.
  package var store: HostPicture.Etcd? {
    let stores = hosts.compactMap(\.etcd)
    return stores.first(where: \.isLeader) ?? stores.max { $0.bytes ?? 0 < $1.bytes ?? 0 }
  }
}
