/// Software that runs containers or a cluster of its own and that hearth did not put there.
package enum Installation: String, Sendable, CaseIterable {
  case k3s
  case rke2 = "RKE2"
  case microk8s = "MicroK8s"
  case k0s
  case kubeadm
  case docker = "Docker"
  /// Docker's own package `containerd.io`, which takes the place of Debian's containerd and turns CRI off.
  case containerdIO = "containerd.io"
  case podman = "Podman"

  /// Any of these paths betrays it.
  package var evidence: [String] {
    switch self {
    case .k3s: ["/usr/local/bin/k3s", "/etc/rancher/k3s", "/var/lib/rancher/k3s"]
    case .rke2: ["/etc/rancher/rke2", "/var/lib/rancher/rke2", "/usr/local/bin/rke2"]
    case .microk8s: ["/snap/microk8s", "/var/snap/microk8s"]
    case .k0s: ["/usr/local/bin/k0s", "/etc/k0s", "/var/lib/k0s"]
    case .kubeadm:
      [
        "/etc/kubernetes/admin.conf", "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/manifests",
        "/var/lib/kubelet/config.yaml", "/usr/bin/kubeadm", "/usr/bin/kubelet",
      ]
    case .docker: ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/snap/docker", "/run/docker.sock"]
    case .containerdIO: []
    case .podman: ["/usr/bin/podman"]
    }
  }

  /// Any of these Debian packages betrays it.
  package var packages: [String] {
    switch self {
    case .kubeadm: ["kubelet", "kubeadm"]
    case .docker: ["docker.io", "docker-ce"]
    case .containerdIO: ["containerd.io"]
    case .podman: ["podman"]
    default: []
    }
  }
}
