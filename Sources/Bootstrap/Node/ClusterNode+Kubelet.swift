import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterNode {
  /// Files of kubelet and kube-proxy; their units are ``nodeUnits``.
  func nodeFiles() throws(HearthError) -> [Resource] {
    [
      .directory(.init("/var/lib/kubelet", mode: 0o700)),
      .directory(.init("/var/lib/kube-proxy")),
      .file(.init("/var/lib/kubelet/config.yaml", try kubeletConfiguration())),
      try kubeconfig("kubelet", user: "system:node:\(name)", credential: "kubelet-client", server: .balanced),
      .file(
        .init(
          "/etc/systemd/system/kubelet.service",
          try Template("kubernetes/kubelet.service").render(kubeletValues))),
      .file(.init("/var/lib/kube-proxy/config.yaml", try proxyConfiguration())),
      try kubeconfig("kube-proxy", user: "system:kube-proxy", credential: "kube-proxy", server: .balanced),
      .file(
        .init("/etc/systemd/system/kube-proxy.service", try Template.text(of: "kubernetes/kube-proxy.service"))),
    ]
  }

  var nodeUnits: [Resource] {
    [
      unit(
        "kubelet.service",
        watching: [
          "/usr/local/bin/kubelet", "/etc/systemd/system/kubelet.service", "/var/lib/kubelet/config.yaml",
          "/etc/kubernetes/kubelet.conf", "\(Self.pki)/ca.crt", "\(Self.pki)/kubelet-client.pem",
          "\(Self.pki)/kubelet-server.pem",
        ]),
      unit(
        "kube-proxy.service",
        watching: [
          "/usr/local/bin/kube-proxy", "/etc/systemd/system/kube-proxy.service", "/var/lib/kube-proxy/config.yaml",
          "/etc/kubernetes/kube-proxy.conf", "\(Self.pki)/ca.crt", "\(Self.pki)/kube-proxy.pem",
        ]),
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

  private var kubeletValues: [String: Any] {
    [
      "name": name, "address": address, "releaseFlags": kubeletFlags,
      "releaseEnvironment": release.kubeletEnvironment,
    ].merging(oomScoreAdjust(-999)) { $1 }
  }

  private var kubeletFlags: [String] {
    guard release.kubeletKnowsRuntimeByFlag else { return [] }
    return [
      "--container-runtime=remote", "--container-runtime-endpoint=\(Self.runtimeEndpoint)",
      // Only so that the kubelet's image collector leaves it alone.
      "--pod-infra-container-image=\(software.pause.reference)",
    ]
  }

  private func kubeletConfiguration() throws(HearthError) -> String {
    var fields: [String] = []
    if release.kubeletRefusesCgroupV1, facts.cgroupVersion == 1 { fields.append("failCgroupV1: false") }
    if release.kubeletCanSkipDisk, rack.lab != nil { fields.append("localStorageCapacityIsolation: false") }
    var values: [String: Any] = [
      "address": address, "domain": networks.domain, "maxPods": maxPods, "virtual": rack.lab != nil,
      "rigidOOMScore": !facts.canLowerOOMScore, "releaseFields": fields,
      "heartbeat": rack.cluster.failover.heartbeatSeconds, "lease": 4 * rack.cluster.failover.heartbeatSeconds,
      "reserved": Reservation(memoryBytes: facts.memoryBytes, isControlPlane: isControlPlane).values,
    ]
    if rack.cluster.addons.dns != .none { values["clusterDNS"] = networks.dnsService.description }
    if !release.kubeletKnowsRuntimeByFlag { values["runtimeEndpoint"] = Self.runtimeEndpoint }
    return try Template("kubernetes/kubelet.yaml").render(values)
  }

  /// The kubelet's usual 110, or what the node's range has room for: network, bridge and broadcast take three.
  private var maxPods: Int { min(110, max(1, (1 << (32 - networks.podPrefixPerNode)) - 3)) }

  private func proxyConfiguration() throws(HearthError) -> String {
    try Template("kubernetes/kube-proxy.yaml").render([
      "name": name, "pods": networks.pods.description, "rigidConntrack": !facts.canSetConntrackMax,
      "rigidOOMScore": !facts.canLowerOOMScore,
    ])
  }
}
