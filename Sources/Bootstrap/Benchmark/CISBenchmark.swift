import Templates

/// The CIS Kubernetes Benchmark 1.12, judged by meaning: hearth runs systemd units, which stand for the benchmark's pod
/// specifications.
package enum CISBenchmark {
  /// All items, in the benchmark's order.
  static let items: [BenchmarkItem] =
    controlPlaneFiles + apiServer + controllers + etcd + people + nodeFiles + kubelet + accounts + podStandards
    + workloads

  package static func results(_ facts: BenchmarkFacts) -> [BenchmarkResult] {
    items.map { item in
      let verdict = item.judge(facts)
      return BenchmarkResult(id: item.id, title: item.title, verdict: verdict.word, reason: verdict.reason)
    }
  }

  /// Such as `131 items: 100 passed, 20 failed, 11 not applicable.`
  package static func summary(_ results: [BenchmarkResult]) -> String {
    let counts = ["passed", "failed", "not applicable"].map { word in
      "\(results.count { $0.verdict == word }) \(word)"
    }
    return "\(results.count) items: \(counts.joined(separator: ", "))."
  }

  // MARK: - Files

  /// Files that are there must not be more open than `mode`.
  static func modes(
    _ id: String, _ title: String, _ place: BenchmarkItem.Place, _ mode: Int,
    _ wanted: @escaping @Sendable (String) -> Bool
  ) -> BenchmarkItem {
    let text = String(mode, radix: 8)
    return BenchmarkItem(id, title, place, reason: "\(text) or less") { host in
      let found = host.files.filter { wanted($0.key) }
      guard !found.isEmpty else { return "there is no such file" }
      let open = found.filter { $0.value.mode & ~mode & 0o777 != 0 }.sorted { $0.key < $1.key }
      return open.isEmpty ? nil : open.map { "\($0.key) is \(String($0.value.mode, radix: 8))" }.joined(separator: ", ")
    }
  }

  static func owners(
    _ id: String, _ title: String, _ place: BenchmarkItem.Place, owner: String = "root:root",
    _ wanted: @escaping @Sendable (String) -> Bool
  ) -> BenchmarkItem {
    BenchmarkItem(id, title, place, reason: owner) { host in
      let found = host.files.filter { wanted($0.key) }
      guard !found.isEmpty else { return "there is no such file" }
      let others = found.filter { $0.value.owner != owner }.sorted { $0.key < $1.key }
      return others.isEmpty ? nil : others.map { "\($0.key) is of \($0.value.owner)" }.joined(separator: ", ")
    }
  }

  static func path(_ path: String) -> @Sendable (String) -> Bool { { $0 == path } }

  private static func unit(_ name: String) -> @Sendable (String) -> Bool {
    path("/etc/systemd/system/\(name).service")
  }

  static let controlPlaneFiles: [BenchmarkItem] = [
    modes("1.1.1", "The API server's unit is 600", .controlPlane, 0o600, unit("kube-apiserver")),
    owners("1.1.2", "The API server's unit is root's", .controlPlane, unit("kube-apiserver")),
    modes("1.1.3", "The controller manager's unit is 600", .controlPlane, 0o600, unit("kube-controller-manager")),
    owners("1.1.4", "The controller manager's unit is root's", .controlPlane, unit("kube-controller-manager")),
    modes("1.1.5", "The scheduler's unit is 600", .controlPlane, 0o600, unit("kube-scheduler")),
    owners("1.1.6", "The scheduler's unit is root's", .controlPlane, unit("kube-scheduler")),
    modes("1.1.7", "etcd's unit and its settings are 600", .controlPlane, 0o600) {
      [NodePath.etcdUnit, NodePath.etcdCluster].contains($0)
    },
    owners("1.1.8", "etcd's unit and its settings are root's", .controlPlane) {
      [NodePath.etcdUnit, NodePath.etcdCluster].contains($0)
    },
    BenchmarkItem(
      "1.1.9", "The pod network's files are 600", .controlPlane,
      reason: "configuration 600; the plugin's own notes lie in a folder that only root enters"
    ) { host in
      let files = host.files.filter { $0.key.hasPrefix("/etc/cni/net.d/") }
      if files.isEmpty { return "there is no such file" }
      let open = files.filter { $0.value.mode & 0o177 != 0 }.keys.sorted()
      if !open.isEmpty { return "\(open.joined(separator: ", ")) can be read by others" }
      guard let leases = host.files[NodePath.leases] else { return nil }
      return leases.mode & 0o077 == 0 ? nil : "/run/hearth/leases can be entered by others"
    },
    owners("1.1.10", "The pod network's files are root's", .controlPlane) { $0.hasPrefix("/etc/cni/net.d/") },
    modes("1.1.11", "etcd's data folder is 700", .controlPlane, 0o700) { $0.hasPrefix(NodePath.etcdHome) },
    owners("1.1.12", "etcd's data folder is etcd's", .controlPlane, owner: "etcd:etcd") {
      $0.hasPrefix(NodePath.etcdHome)
    },
    modes("1.1.13", "The administrator's kubeconfig is 600", .controlPlane, 0o600, path(NodePath.adminKubeconfig)),
    owners("1.1.14", "The administrator's kubeconfig is root's", .controlPlane, path(NodePath.adminKubeconfig)),
    modes("1.1.15", "The scheduler's kubeconfig is 600", .controlPlane, 0o600, path(NodePath.schedulerKubeconfig)),
    owners("1.1.16", "The scheduler's kubeconfig is root's", .controlPlane, path(NodePath.schedulerKubeconfig)),
    modes(
      "1.1.17", "The controller manager's kubeconfig is 600", .controlPlane, 0o600,
      path(NodePath.controllerManagerKubeconfig)),
    owners(
      "1.1.18", "The controller manager's kubeconfig is root's", .controlPlane,
      path(NodePath.controllerManagerKubeconfig)),
    owners("1.1.19", "Certificates and keys are root's", .controlPlane) { $0.hasPrefix("/etc/kubernetes/pki") },
    modes("1.1.20", "Certificates are 644", .controlPlane, 0o644) {
      $0.hasPrefix("/etc/kubernetes/pki/") && $0.hasSuffix(".crt")
    },
    modes("1.1.21", "Keys are 600", .controlPlane, 0o600) {
      $0.hasPrefix("/etc/kubernetes/pki/") && ($0.hasSuffix(".key") || $0.hasSuffix(".pem"))
    },
  ]

  static let nodeFiles: [BenchmarkItem] = [
    modes("4.1.1", "The kubelet's unit is 600", .everyNode, 0o600, unit("kubelet")),
    owners("4.1.2", "The kubelet's unit is root's", .everyNode, unit("kubelet")),
    modes("4.1.3", "kube-proxy's kubeconfig is 600", .everyNode, 0o600, path(NodePath.proxyKubeconfig)),
    owners("4.1.4", "kube-proxy's kubeconfig is root's", .everyNode, path(NodePath.proxyKubeconfig)),
    modes("4.1.5", "The kubelet's kubeconfig is 600", .everyNode, 0o600, path(NodePath.kubeletKubeconfig)),
    owners("4.1.6", "The kubelet's kubeconfig is root's", .everyNode, path(NodePath.kubeletKubeconfig)),
    modes("4.1.7", "The authority's certificate is 644", .everyNode, 0o644, path("/etc/kubernetes/pki/ca.crt")),
    owners("4.1.8", "The authority's certificate is root's", .everyNode, path("/etc/kubernetes/pki/ca.crt")),
    modes("4.1.9", "The kubelet's configuration is 600", .everyNode, 0o600, path(NodePath.kubeletConfiguration)),
    owners("4.1.10", "The kubelet's configuration is root's", .everyNode, path(NodePath.kubeletConfiguration)),
  ]
}
