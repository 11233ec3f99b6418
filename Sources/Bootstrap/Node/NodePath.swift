import Smoke

/// Files of a node that more than one part of hearth names: whoever writes one, whoever watches it, and whoever takes it
/// away mean the same by it.
enum NodePath {
  static let units = "/etc/systemd/system"
  static let etcdUnit = "\(units)/hearth-etcd.service"

  static let adminKubeconfig = ClusterAccess.standard.kubeconfig
  static let schedulerKubeconfig = "/etc/kubernetes/scheduler.conf"
  static let controllerManagerKubeconfig = "/etc/kubernetes/controller-manager.conf"
  static let kubeletKubeconfig = "/etc/kubernetes/kubelet.conf"
  static let proxyKubeconfig = "/etc/kubernetes/kube-proxy.conf"

  static let kubeletConfiguration = "/var/lib/kubelet/config.yaml"
  static let containerdConfiguration = "/etc/containerd/config.toml"
  static let auditPolicy = "/etc/kubernetes/audit-policy.yaml"
  static let admission = "/etc/kubernetes/admission.json"
  static let encryption = "/etc/kubernetes/encryption.yaml"
  static let etcdCluster = "/etc/etcd/cluster.env"

  static let etcdPKI = "/etc/etcd/pki"
  static let etcdAuthority = "\(etcdPKI)/ca.crt"
  /// Certificate and key with which haproxy looks whether an API server is ready.
  static let apiCheck = "/etc/hearth/pki/api-check.pem"

  static let etcdHome = "/var/lib/etcd"
  static let backups = "/var/lib/hearth/backups"
  static let auditLog = "/var/log/kubernetes"
  static let leases = "/run/hearth/leases"

  static let kubelet = "/usr/local/bin/kubelet"
  static let apiServer = "/usr/local/bin/kube-apiserver"
  static let containerd = "/usr/local/bin/containerd"
  static let etcd = "/usr/local/bin/etcd"
  static let runc = "/usr/local/sbin/runc"
}
