import Diagnostics
import Foundation
import PKI
import Templates

/// A kubeconfig on a host: an API address and the file with the credential. It holds no secret itself.
struct Kubeconfig {
  enum Server: String {
    /// The API server of the same host.
    case own = "https://127.0.0.1:6443"
    /// Any living API server, through the host's own balancer.
    case balanced = "https://127.0.0.1:7443"
  }

  var cluster: String
  var user: String
  var server: Server
  /// Absolute path.
  var credential: String

  func text() throws(HearthError) -> String {
    try Template("kubernetes/kubeconfig.yaml").render([
      "cluster": cluster, "user": user, "server": server.rawValue, "credential": credential,
    ])
  }
}

/// A kubeconfig that holds its credential itself, for use away from the hosts.
struct EmbeddedKubeconfig {
  var cluster: String
  var server: String
  var user: String
  var group: String
  /// How long the certificate is valid.
  var days: Int

  func text(authority: Authority) throws(HearthError) -> Secret<String> {
    let credential = try authority.cluster.issue(
      .init(commonName: user, organization: group, usages: [.client], days: days))
    func encode(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
    return Secret(
      try Template("kubernetes/embedded-kubeconfig.yaml").render([
        "cluster": cluster, "server": server, "user": user,
        "authority": encode(authority.cluster.trustPEM), "certificate": encode(credential.certificatePEM),
        "key": encode(credential.keyPEM.reveal()),
      ]))
  }
}

/// What a person may do in the cluster.
package enum PersonalGroup: String, CaseIterable, Sendable {
  /// Look at everything but Secrets and nodes.
  case view
  /// Also change what runs.
  case edit
  /// Everything.
  case admin

  /// The group of the certificate; `templates/manifests/access.yaml` binds it.
  package var organization: String {
    switch self {
    case .view: "hearth:viewers"
    case .edit: "hearth:editors"
    case .admin: ClusterNode.administrators
    }
  }
}
