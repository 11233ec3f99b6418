/// What a kubelet keeps back from pods, by the size of its board: pods that eat everything must not take the node down.
struct Reservation: Equatable {
  /// In MiB.
  var kubeMemory: Int
  var systemMemory: Int
  var eviction: Int
  /// In thousandths of a core.
  var kubeCPU: Int
  var systemCPU: Int

  /// - Parameter isControlPlane: etcd, API server and their like run beside the pods, with no limit of their own.
  init(memoryBytes: Int, isControlPlane: Bool) {
    let mebibytes = memoryBytes >> 20
    let small = mebibytes < 1536
    // Measured: kubelet, containerd and kube-proxy take 190 MiB, the control plane 600 more.
    kubeMemory = (small ? 128 : 256) + (isControlPlane ? (mebibytes < 3072 ? 512 : 768) : 0)
    systemMemory = small ? 64 : 128
    eviction = mebibytes < 3072 ? 64 : 100
    kubeCPU = isControlPlane ? 200 : 100
    systemCPU = 100
  }

  var values: [String: String] {
    [
      "kubeMemory": "\(kubeMemory)Mi", "systemMemory": "\(systemMemory)Mi", "eviction": "\(eviction)Mi",
      "kubeCPU": "\(kubeCPU)m", "systemCPU": "\(systemCPU)m",
    ]
  }
}
