import Diagnostics
package import Inventory
import Templates

extension HostPreparation {
  /// Beside containerd's unit: the proxy that it pulls images through. The unit restarts on it.
  package static let containerdProxy = "/etc/systemd/system/containerd.service.d/10-hearth-proxy.conf"
  static let aptProxy = "/etc/apt/apt.conf.d/95hearth-proxy"

  /// Files that containerd reads beside its own, where there are any or were.
  package static func containerdExtras(_ rack: Rack, _ facts: Facts) -> [String] {
    rack.proxy != nil || facts.existingPaths.contains(containerdProxy) ? [containerdProxy] : []
  }
}

extension PreparedHost {
  /// The proxy for apt and for containerd; what an earlier inventory asked for goes when this one does not.
  func proxy() throws(HearthError) -> [Resource] {
    let (apt, containerd) = (HostPreparation.aptProxy, HostPreparation.containerdProxy)
    guard let proxy = rack.proxy else {
      return [apt, containerd].filter(facts.existingPaths.contains).map { .absent(path: $0) }
    }
    let isSecret = proxy.hasCredentials
    let exceptions = rack.proxyExceptions(segments: segments)
    // apt knows whole names and addresses only.
    let direct = (proxy.exceptions + rack.nodes.map(\.address.description)).filter {
      !$0.contains("/") && !$0.hasPrefix(".")
    }
    let aptText = try Template("host-preparation/apt-proxy.conf").render([
      "http": proxy.http, "https": proxy.https, "direct": direct,
    ])
    // A percent sign begins a specifier in unit files.
    let unitText = try Template("host-preparation/containerd-proxy.conf").render([
      "http": proxy.http.replacing("%", with: "%%"), "https": proxy.https.replacing("%", with: "%%"),
      "exceptions": exceptions.joined(separator: ","),
    ])
    let mode: UInt16 = isSecret ? 0o600 : 0o644
    let folder = "/etc/systemd/system/containerd.service.d"
    return [
      .file(.init(apt, aptText, mode: mode, sensitive: isSecret)),
      .directory(.init(folder)), .file(.init(containerd, unitText, mode: mode, sensitive: isSecret)),
    ]
  }

  /// Networks of the node's own interface.
  private var segments: [IPv4Network] {
    guard let own = facts.interface(with: node.address)?.addresses.first(where: { $0.address == node.address }) else {
      return []
    }
    let base = IPv4Address(bits: own.address.bits & IPv4Network.mask(own.prefix))
    return [IPv4Network("\(base)/\(own.prefix)")].compactMap(\.self)
  }

  /// needrestart, which runs after updates of shared libraries, must not restart what carries pods and etcd.
  func updates() throws(HearthError) -> [Resource] {
    guard facts.existingPaths.contains("/etc/needrestart") else { return [] }
    return [
      .directory(.init("/etc/needrestart/conf.d")),
      .file(.init("/etc/needrestart/conf.d/hearth.conf", try Template.text(of: "host-preparation/needrestart.conf"))),
    ]
  }
}
