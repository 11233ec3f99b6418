import Diagnostics
import Foundation
import PKI
import Templates

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
