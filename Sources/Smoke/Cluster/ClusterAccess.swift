/// Where a control-plane host keeps what is needed to talk to the cluster.
package struct ClusterAccess: Sendable, Equatable {
  /// Absolute path of kubectl.
  package var kubectl: String
  /// The administrator's kubeconfig.
  package var kubeconfig: String
  /// The API server of the same host.
  package var localServer: String
  /// The etcd member of the same host, and how to be let in.
  package var etcd: Etcd

  package struct Etcd: Sendable, Equatable {
    package var endpoint: String
    package var authority: String
    package var certificate: String
    package var key: String

    package init(
      endpoint: String = "https://127.0.0.1:2379", authority: String = "/etc/kubernetes/pki/etcd/ca.crt",
      certificate: String = "/etc/kubernetes/pki/apiserver-etcd-client.crt",
      key: String = "/etc/kubernetes/pki/apiserver-etcd-client.key"
    ) {
      self.endpoint = endpoint
      self.authority = authority
      self.certificate = certificate
      self.key = key
    }
  }

  package init(
    kubectl: String = "/usr/local/bin/kubectl", kubeconfig: String = "/etc/kubernetes/admin.conf",
    localServer: String = "https://127.0.0.1:6443", etcd: Etcd = Etcd()
  ) {
    self.kubectl = kubectl
    self.kubeconfig = kubeconfig
    self.localServer = localServer
    self.etcd = etcd
  }

  package static let standard = ClusterAccess()
}
