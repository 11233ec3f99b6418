import Diagnostics
import Foundation
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
