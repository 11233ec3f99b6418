import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates

/// The Kubernetes objects that hearth keeps in the cluster: access, nodes, DNS. They are applied on one control-plane
/// host, by server-side apply.
struct ClusterObjects {
  let rack: Rack
  let release: KubernetesRelease
  let authority: Authority
  let podRanges: PodRanges
  let software: Software
  /// Those that take part in this run.
  let nodes: [Node]
  /// Node name to the serial number of its board, where it has one: a card may be written anew, the board stays.
  var serials: [String: String] = [:]

  /// All objects as one YAML text.
  func text() throws(HearthError) -> String {
    var parts = [try Template.text(of: "manifests/access.yaml")]
    for node in nodes { parts.append(try manifest(of: node)) }
    if software.webAssembly != nil {
      parts.append(try Template("manifests/runtimeclass.yaml").render(["label": ClusterNode.webAssemblyLabel]))
    }
    if let image = software.dns { parts.append(try dns(image)) }
    return parts.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined(separator: "---\n")
  }

  func resource() throws(HearthError) -> Resource {
    let text = try text()
    let taints = taints
    let wanted: [ManifestValue]
    do {
      wanted = try ManifestValue.documents(yaml: text)
    } catch {
      throw HearthError(.internalError, "the cluster's own manifests do not parse: \(error)")
    }
    var nodes: [String] = []
    for node in self.nodes { nodes.append(try manifest(of: node, forCreation: true)) }
    let newNodes = nodes.joined(separator: "---\n")
    let diff = ManifestDiff(wanted: wanted)
    let roles = roleLabels
    let (authority, cluster) = (authority, rack.cluster.name)
    return .custom(
      .init(
        "cluster objects",
        probe: "\(Kubectl.observe) get --ignore-not-found -o json -f - <<'END_OF_OBJECTS'\n\(text)END_OF_OBJECTS",
        judge: { status, output in
          let live = status == 0 ? Self.objects(in: output) : []
          return diff.changes(live: live) + taints.flatMap { Self.missing($0, in: live) }
            + roles.flatMap { Self.formerRoles(of: $0.key, keeping: $0.value, in: live) }
        },
        apply: { () throws(HearthError) in
          let kubeconfig = try AdminKubeconfig(
            cluster: cluster, server: "https://127.0.0.1:6443", user: "hearth:up", group: "system:masters", days: 1
          ).text(authority: authority)
          return .init(
            Kubectl.apply + taints.map(Kubectl.taint).joined()
              + roles.sorted { $0.key < $1.key }.map(Kubectl.keepRoles).joined(),
            files: [
              "kubeconfig": Array(kubeconfig.reveal().utf8), "objects.yaml": Array(text.utf8),
              "nodes.yaml": Array(newNodes.utf8),
            ],
            timeout: .seconds(120))
        }))
  }

  /// kubectl prints one object as it is, several as a list, none as nothing.
  static func objects(in output: [UInt8]) -> [ManifestValue] {
    guard let value = try? ManifestValue(json: output) else { return [] }
    return value["kind"].string == "List" ? value["items"].array : [value]
  }
}
