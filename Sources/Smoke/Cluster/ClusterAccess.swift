import Diagnostics

/// Where a control-plane host keeps what is needed to talk to the cluster, and where every host keeps its certificates.
package struct ClusterAccess: Sendable, Equatable {
  /// Absolute path of kubectl.
  package var kubectl: String
  /// The administrator's kubeconfig.
  package var kubeconfig: String
  /// The API server of the same host.
  package var localServer: String
  /// Where etcd of the same host answers `/health` without a certificate; loopback only.
  package var etcdHealth: String
  /// Shell patterns of certificate files; a file may hold its key behind the certificate.
  package var certificates: [String]

  package init(
    kubectl: String = "/usr/local/bin/kubectl", kubeconfig: String = "/etc/kubernetes/admin.conf",
    localServer: String = "https://127.0.0.1:6443", etcdHealth: String = "http://127.0.0.1:2381",
    certificates: [String] = [
      "/etc/kubernetes/pki/*.crt", "/etc/kubernetes/pki/*.pem", "/etc/etcd/pki/*.crt", "/etc/etcd/pki/*.pem",
      "/etc/hearth/pki/*.pem",
    ]
  ) {
    self.kubectl = kubectl
    self.kubeconfig = kubeconfig
    self.localServer = localServer
    self.etcdHealth = etcdHealth
    self.certificates = certificates
  }

  package static let standard = ClusterAccess()

  /// The whole command of the host's administrator, as words.
  package var words: [String] { [kubectl, "--kubeconfig=\(kubeconfig)", "--cache-dir=/var/lib/hearth/kubectl"] }

  /// A `sh` function `kube` that runs kubectl as the administrator for at most `KUBE_TIMEOUT` seconds (20 by default).
  var shellFunction: String {
    """
    kube() {
      timeout "${KUBE_TIMEOUT:-20}" \(kubectl.shellQuoted) --kubeconfig=\(kubeconfig.shellQuoted) --cache-dir=/run/hearth/kubectl "$@"
    }

    """
  }

  /// The same as a person would type it on a control-plane host.
  ///
  /// - Parameter arguments: a word each; they are quoted here.
  package func typed(_ arguments: [String]) -> String {
    (["sudo", "kubectl", "--kubeconfig", kubeconfig] + arguments).shellWords
  }

  /// A program that prints what the API server answers to a GET.
  func get(_ path: String) -> String { shellFunction + "kube get --raw \(path.shellQuoted)\n" }
}
