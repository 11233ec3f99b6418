package import Diagnostics
import Templates

/// The program that writes every Secret again, run on a control-plane host.
package enum SecretRewriting {
  /// - Parameter key: the name of the key that writes now. Letters and digits.
  /// - Returns: a program that prints how many Secrets there are once all of them carry the key's name in etcd.
  package static func program(key: String, release: KubernetesRelease) throws(HearthError) -> String {
    try Template("rotation/rewrite-secrets").render([
      "etcdctl": ClusterAdmin.etcdctl(release.paths.etcdctl), "prefix": "k8s:enc:secretbox:v1:\(key):",
    ])
  }
}
