/// A part of the cluster whose settings people may choose.
package enum Component: String, Sendable, CaseIterable {
  case kubelet, apiServer, controllerManager, scheduler, kubeProxy, etcd, containerd

  /// How its settings are written.
  package enum Form: Sendable {
    /// A tree, as in the component's own configuration file.
    case fields
    /// Names and values of the command line, without the two hyphens.
    case flags
    /// Tables of a TOML file.
    case tables
  }

  package var form: Form {
    switch self {
    case .kubelet, .kubeProxy: .fields
    case .apiServer, .controllerManager, .scheduler, .etcd: .flags
    case .containerd: .tables
    }
  }

  /// Runs on control-plane nodes only.
  package var isOfControlPlane: Bool { form == .flags }

  /// In the words of messages.
  package var title: String {
    switch self {
    case .kubelet: "the kubelet"
    case .apiServer: "the API server"
    case .controllerManager: "the controller manager"
    case .scheduler: "the scheduler"
    case .kubeProxy: "kube-proxy"
    case .etcd: "etcd"
    case .containerd: "containerd"
    }
  }
}
