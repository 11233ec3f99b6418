import Inventory
import PKI
import Provision

extension ClusterNode {
  static let pki = "/etc/kubernetes/pki"

  /// Every certificate of this host.
  var credentials: [HostCredential] { nodeCredentials + (isControlPlane ? controlPlaneCredentials : []) }

  /// A unit that restarts when one of the files changes. Certificates count by their resources as well: to a plan
  /// they are not files.
  func unit(_ name: String, watching paths: [String], trial: Resource.Unit.Trial? = nil) -> Resource {
    var unit = Resource.Unit(
      name, restartOn: paths + credentials.filter { paths.contains($0.path) }.map { $0.resource.id })
    unit.trial = trial
    return .unit(unit)
  }

  /// How long a node's own rights on the API last, in days. Nothing can take a certificate back before it ends, so one
  /// that was stolen with its host must end soon. Hosts renew it by themselves when a third is left, and both kubelet and
  /// kube-proxy take the new one while they run.
  static let nodeDays = 7

  /// The user that kube-proxy of a node is: bound to its role as long as the node is a part of the rack.
  static func proxyUser(of name: String) -> String { "hearth:proxy:\(name)" }

  private var nodeCredentials: [HostCredential] {
    [
      client(
        "kubelet client", "kubelet-client", "system:node:\(name)", organization: "system:nodes", days: Self.nodeDays),
      HostCredential(
        name: "kubelet server", path: "\(Self.pki)/kubelet-server.pem",
        request: .init(
          commonName: "system:node:\(name)", organization: "system:nodes", usages: [.server], dnsNames: [name],
          addresses: [address]),
        authority: authority.cluster, units: ["kubelet.service"]),
      client(
        "kube-proxy", "kube-proxy", Self.proxyUser(of: name), organization: "hearth:proxies", days: Self.nodeDays),
      // No group and no role: it may see what everybody with a certificate may see, above all /readyz.
      HostCredential(
        name: "API check", path: NodePath.apiCheck,
        request: .init(commonName: "hearth:api-check", usages: [.client]), authority: authority.cluster,
        units: ["hearth-api.service"]),
    ]
  }

  private var controlPlaneCredentials: [HostCredential] {
    let apiServer = "kube-apiserver.service"
    return [
      HostCredential(
        name: "API server", path: "\(Self.pki)/apiserver.pem", request: apiServerRequest, authority: authority.cluster,
        units: [apiServer]),
      client(
        "API server to kubelets", "apiserver-kubelet-client", "hearth:apiserver-kubelet-client", units: [apiServer]),
      HostCredential(
        name: "API server to etcd", path: "\(Self.pki)/apiserver-etcd-client.pem",
        request: .init(commonName: "kube-apiserver-etcd-client", usages: [.client]), authority: authority.etcd,
        files: "etcd-ca", units: [apiServer]),
      HostCredential(
        name: "API server to aggregated APIs", path: "\(Self.pki)/front-proxy-client.pem",
        request: .init(commonName: "front-proxy-client", usages: [.client]), authority: authority.frontProxy,
        files: "front-proxy-ca", units: [apiServer]),
      client(
        "controller manager", "controller-manager", "system:kube-controller-manager",
        units: ["kube-controller-manager.service"]),
      client("scheduler", "scheduler", "system:kube-scheduler", units: ["kube-scheduler.service"]),
      client("administrator", "admin", "hearth:\(name)", organization: Self.administrators),
      etcd("etcd server", "server", [.server, .client]),
      etcd("etcd peer", "peer", [.server, .client]),
    ]
  }

  /// The group of people who may do everything.
  static let administrators = "hearth:admins"

  /// Names and addresses of this host and those that all share. Other control-plane hosts are left out: nobody asks this
  /// one by their names, and a new one would restart the API servers of all.
  private var apiServerRequest: CertificateRequest {
    let endpoint = rack.cluster.endpoint?.host
    let endpointAddress = endpoint.flatMap(IPv4Address.init)
    let domain = networks.domain
    let addresses =
      ["127.0.0.1", address, networks.apiService.description]
      + (endpointAddress.map { [$0.description] } ?? [])
    let names =
      ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.\(domain)"]
      + [name] + (endpointAddress == nil ? endpoint.map { [$0] } ?? [] : [])
    return CertificateRequest(
      commonName: "kube-apiserver", usages: [.server], dnsNames: names.uniqued, addresses: addresses.uniqued)
  }

  private func client(
    _ name: String, _ file: String, _ user: String, organization: String? = nil, days: Int = 365, units: [String] = []
  ) -> HostCredential {
    HostCredential(
      name: name, path: "\(Self.pki)/\(file).pem",
      request: .init(commonName: user, organization: organization, usages: [.client], days: days),
      authority: authority.cluster, units: units)
  }

  private func etcd(_ name: String, _ file: String, _ usages: Set<CertificateRequest.Usage>) -> HostCredential {
    HostCredential(
      name: name, path: "/etc/etcd/pki/\(file).pem",
      request: .init(
        commonName: self.name, usages: usages, dnsNames: ["localhost", self.name], addresses: ["127.0.0.1", address]),
      authority: authority.etcd, owner: "etcd:etcd", files: "etcd-ca", units: [Self.etcdUnit])
  }
}

extension Array where Element: Hashable {
  /// The same elements in the same order, each once.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
