import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterNode {
  private static let kubeletConfig = NodePath.kubeletConfiguration
  private static let proxyConfig = "/var/lib/kube-proxy/config.yaml"
  private static let kubeletUnit = "/etc/systemd/system/kubelet.service"
  private static let proxyUnit = "/etc/systemd/system/kube-proxy.service"

  /// Files of kubelet and kube-proxy; their units are ``nodeUnits()``.
  func nodeFiles() throws(HearthError) -> [Resource] {
    [
      .directory(.init("/var/lib/kubelet", mode: 0o700)),
      .directory(.init("/var/lib/kube-proxy")),
      .file(try configuration(of: .kubelet, at: Self.kubeletConfig)),
      try kubeconfig("kubelet", user: "system:node:\(name)", credential: "kubelet-client", server: .balanced),
      .file(
        .init(Self.kubeletUnit, try Template("kubernetes/kubelet.service").render(kubeletValues), mode: 0o600)),
      .file(try configuration(of: .kubeProxy, at: Self.proxyConfig, mode: 0o644)),
      try kubeconfig("kube-proxy", user: Self.proxyUser(of: name), credential: "kube-proxy", server: .balanced),
      .file(
        .init(Self.proxyUnit, try Template.text(of: "kubernetes/kube-proxy.service"))),
    ]
  }

  func nodeUnits() throws(HearthError) -> [Resource] {
    [
      unit(
        "kubelet.service",
        watching: [
          NodePath.kubelet, Self.kubeletUnit, Self.kubeletConfig,
          // Not the client's certificate, which it reads again by itself.
          NodePath.kubeletKubeconfig, "\(Self.pki)/ca.crt", "\(Self.pki)/kubelet-server.pem",
        ] + (hasRegistryLogins ? [Self.registryLogins] : []), trial: try trial(.kubelet, files: [Self.kubeletConfig])),
      unit(
        "kube-proxy.service",
        watching: [
          "/usr/local/bin/kube-proxy", Self.proxyUnit, Self.proxyConfig,
          NodePath.proxyKubeconfig, "\(Self.pki)/ca.crt",
        ], trial: try trial(.kubeProxy, files: [Self.proxyConfig])),
    ]
  }

  /// A kubeconfig below `/etc/kubernetes`.
  func kubeconfig(
    _ file: String, user: String, credential: String, server: Kubeconfig.Server
  ) throws(HearthError) -> Resource {
    let text = try Kubeconfig(
      cluster: rack.cluster.name, user: user, server: server, credential: "\(Self.pki)/\(credential).pem"
    ).text()
    return .file(.init("/etc/kubernetes/\(file).conf", text, mode: 0o600))
  }

  private static let runtimeEndpoint = "unix:///run/containerd/containerd.sock"

  private var kubeletValues: [String: Any?] {
    [
      "address": address, "releaseFlags": kubeletFlags, "releaseEnvironment": release.kubeletEnvironment,
      "oomScoreAdjust": oomScoreAdjust(-999),
    ]
  }

  private var kubeletFlags: [String] {
    guard release.kubeletKnowsRuntimeByFlag else { return [] }
    return [
      "--container-runtime=remote", "--container-runtime-endpoint=\(Self.runtimeEndpoint)",
      // Only so that the kubelet's image collector leaves it alone.
      "--pod-infra-container-image=\(software.pause.reference)",
    ]
  }

  func kubeletConfiguration() throws(HearthError) -> String {
    try Template("kubernetes/kubelet.yaml").render([
      "address": address, "domain": networks.domain, "maxPods": maxPods, "virtual": rack.lab != nil,
      "rigidOOMScore": !facts.canLowerOOMScore,
      "allowsCgroupV1": release.kubeletRefusesCgroupV1 && facts.cgroupVersion == 1,
      "heartbeat": rack.cluster.failover.heartbeatSeconds, "lease": 4 * rack.cluster.failover.heartbeatSeconds,
      "ciphers": Self.ciphers, "podPids": Self.podPids, "seccompDefault": release.knowsSeccompDefault,
      "reserved": Reservation(memoryBytes: facts.memoryBytes, isControlPlane: isControlPlane).values,
      "eventRate": release.kubeletEventRate, "resolverFile": facts.upstreamResolverFile,
      "clusterDNS": rack.cluster.addons.dns == .none ? nil : networks.dnsService.description,
      "runtimeEndpoint": release.kubeletKnowsRuntimeByFlag ? nil : Self.runtimeEndpoint,
    ])
  }

  /// Processes that one pod may have: more than any server needs, few enough that none takes all of a host's.
  private static let podPids = 4096

  /// The kubelet's usual 110, or what the node's range has room for: network, bridge and broadcast take three.
  private var maxPods: Int { min(110, max(1, (1 << (32 - networks.podPrefixPerNode)) - 3)) }

  func proxyConfiguration() throws(HearthError) -> String {
    try Template("kubernetes/kube-proxy.yaml").render([
      "name": name, "pods": networks.pods.description, "rigidConntrack": !facts.canSetConntrackMax,
      "rigidOOMScore": !facts.canLowerOOMScore,
    ])
  }
}

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
