package import Diagnostics
package import Inventory

/// What the API server says of a node at one moment.
package struct NodeCondition: Sendable, Equatable {
  package var name: String
  package var isReady: Bool
  /// What its kubelet says; nil where that is not a version.
  package var kubeletVersion: KubernetesVersion?
  package var annotations: [String: String]

  init?(_ node: NodeAnswer) {
    guard let name = ClusterText.nodeName(node.metadata.name) else { return nil }
    self.name = name
    isReady = node.status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } == true
    kubeletVersion = (node.status?.nodeInfo?.kubeletVersion).flatMap { KubernetesVersion($0) }
    annotations = node.metadata.annotations ?? [:]
  }
}

extension ClusterAdmin {
  private struct ServerVersion: Decodable { var gitVersion: String }

  /// Of the API server of the first host that answers; nil where it names no version of Kubernetes.
  package func serverVersion() async throws(HearthError) -> KubernetesVersion? {
    KubernetesVersion(try await json(of: ServerVersion.self, ["get", "--raw", "/version"]).gitVersion)
  }

  /// Node name to what its kubelet says of itself; nodes that never registered, or say no version, are left out.
  package func kubeletVersions() async throws(HearthError) -> [String: KubernetesVersion] {
    var versions: [String: KubernetesVersion] = [:]
    for node in try await nodeStates() { versions[node.name] = node.kubeletVersion }
    return versions
  }

  /// All nodes whose names are names.
  package func nodeStates() async throws(HearthError) -> [NodeCondition] {
    try await objects(of: NodeAnswer.self, ["get", "nodes"]).compactMap { NodeCondition($0) }
  }

  package func nodeState(_ name: String) async throws(HearthError) -> NodeCondition? {
    NodeCondition(try await json(of: NodeAnswer.self, ["get", "node", name, "-o", "json"]))
  }

  /// What the API server of the first host that answers counts, as Prometheus reads it.
  package func metrics() async throws(HearthError) -> String { try await run(["get", "--raw", "/metrics"]) }
}
