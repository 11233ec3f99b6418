import Diagnostics
import Inventory
import Provision
import Templates

extension ClusterObjects {
  /// Nodes are made before their kubelets register, so that labels and pod ranges are there from the first moment.
  ///
  /// - Parameter forCreation: with an empty capacity, which an API server takes only from who makes a node. Kubelets
  ///   that find a node without one crash (seen with v1.20).
  func manifest(of node: Node, forCreation: Bool = false) throws(HearthError) -> JSONValue {
    guard let range = podRanges[node.name] else {
      throw HearthError(.internalError, "\(node.name) has no pod range")
    }
    let values = NodeManifest(
      name: node.name, labels: labels(of: node), serial: serials[node.name], podRange: range.description,
      forCreation: forCreation)
    return try Template("manifests/node.yaml").documents(values).first ?? .null
  }

  /// The values of `manifests/node.yaml`.
  struct NodeManifest: TemplateValues {
    var name: String
    var labels: [String: String]
    var serial: String?
    var podRange: String
    var forCreation: Bool
  }

  /// Role labels of any kind and time.
  static let allRoleLabels = ["control-plane", "master", "worker"].map { "node-role.kubernetes.io/\($0)" }

  /// Node name to the role labels that are wanted for it.
  var roleLabels: [String: Set<String>] {
    Dictionary(
      uniqueKeysWithValues: nodes.map { ($0.name, Set(labels(of: $0).keys).intersection(Self.allRoleLabels)) })
  }

  /// An apply leaves labels alone that it did not bring.
  static func formerRoles(of node: String, keeping labels: Set<String>, in live: [JSONValue]) -> [FieldChange] {
    let found = live.first { $0["kind"].string == "Node" && $0["metadata"]["name"].string == node }
    return allRoleLabels.filter { !labels.contains($0) && found?["metadata"]["labels"][$0] ?? .null != .null }
      .map { FieldChange("Node \(node) label \($0)", from: "there", to: nil) }
  }

  func labels(of node: Node) -> [String: String] {
    var labels = node.labels
    for role in node.roles {
      let names = role == .controlPlane ? release.controlPlaneRoles : ["worker"]
      for name in names { labels["node-role.kubernetes.io/\(name)"] = "" }
    }
    return labels
  }

  struct NodeTaint: Sendable, Equatable {
    var node: String
    var taint: Node.Taint
    /// `key=value:Effect`, as kubectl takes it.
    var argument: String { "\(taint.key)=\(taint.value ?? ""):\(taint.effect.rawValue)" }
  }

  /// Taints are not part of the manifests: the cluster keeps its own in the same list, and an apply would take them away.
  var taints: [NodeTaint] {
    nodes.flatMap { node in
      (node.taints + ownTaints(of: node)).map { NodeTaint(node: node.name, taint: $0) }
    }
  }

  /// A control-plane node that is not a worker is kept free, unless the rack is so small that it is needed.
  private func ownTaints(of node: Node) -> [Node.Taint] {
    guard node.roles == [.controlPlane], rack.nodes.count >= 5 else { return [] }
    return release.controlPlaneRoles.map { .init(key: "node-role.kubernetes.io/\($0)", effect: .noSchedule) }
  }

  static func missing(_ wanted: NodeTaint, in live: [JSONValue]) -> [FieldChange] {
    let node = live.first { $0["kind"].string == "Node" && $0["metadata"]["name"].string == wanted.node }
    let found = node?["spec"]["taints"].array.contains { taint in
      taint["key"].string == wanted.taint.key && (taint["value"].string ?? "") == wanted.taint.value ?? ""
        && taint["effect"].string == wanted.taint.effect.rawValue
    }
    return found == true ? [] : [FieldChange("Node \(wanted.node) taint", from: nil, to: wanted.argument)]
  }
}
