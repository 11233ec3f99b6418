/// A proxy between the rack and the world outside. Hosts, containerd and hearth's own downloads go through it.
package struct ProxySettings: Sendable, Equatable {
  /// URL for plain HTTP, such as `http://proxy.example:3128`; it may hold credentials and is not shown.
  package var http: String
  /// URL for HTTPS.
  package var https: String
  /// Names, domains (`.example.com`), addresses and networks that are reached without it, beside the rack's own.
  package var exceptions: [String]

  package init(http: String, https: String? = nil, exceptions: [String] = []) {
    self.http = http
    self.https = https ?? http
    self.exceptions = exceptions
  }

  /// Whether the URLs hold a user name or password.
  package var hasCredentials: Bool { http.contains("@") || https.contains("@") }
}

extension Rack {
  /// What must never go through the proxy, complete: this host, pods, Services and their names, the nodes and their
  /// networks, the cluster's endpoint, and what the inventory adds. In the form of `NO_PROXY`, which Go and curl read.
  ///
  /// - Parameter segments: networks that the nodes' own interfaces are in.
  package func proxyExceptions(segments: [IPv4Network] = []) -> [String] {
    let networks = cluster.networks
    var all = ["localhost", "127.0.0.0/8", "::1", networks.pods.description, networks.services.description]
    all += [".svc", ".\(networks.domain)"]
    all += segments.map(\.description) + nodes.map(\.address.description) + nodes.map(\.name)
    if let host = cluster.endpoint?.host { all.append(host) }
    all += proxy?.exceptions ?? []
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }
}
