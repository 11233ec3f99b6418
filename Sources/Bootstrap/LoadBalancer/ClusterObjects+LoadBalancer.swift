import Diagnostics
import Inventory
import Provision
import Templates
import Untrusted

extension ClusterObjects {
  private static let addresses: JSONValue = "hearth:addresses"

  /// Nodes read who carries which address, and nothing else of it: each by its kube-proxy's user.
  var addressAccess: [JSONValue] {
    guard rack.cluster.loadBalancer != nil else { return [] }
    let group: JSONValue = "rbac.authorization.k8s.io"
    let api: JSONValue = "rbac.authorization.k8s.io/v1"
    let metadata: JSONValue = ["name": Self.addresses, "namespace": "kube-system"]
    let rule: JSONValue = [
      "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["hearth-addresses"],
      "verbs": ["get", "list", "watch"],
    ]
    let subjects = rack.nodes.map { node -> JSONValue in
      ["apiGroup": group, "kind": "User", "name": .string(ClusterNode.proxyUser(of: node.name))]
    }
    return [
      ["apiVersion": api, "kind": "Role", "metadata": metadata, "rules": [rule]],
      [
        "apiVersion": api, "kind": "RoleBinding", "metadata": metadata,
        "roleRef": ["apiGroup": group, "kind": "Role", "name": Self.addresses], "subjects": .array(subjects),
      ],
    ]
  }

  /// Services give back what they had once the inventory has no addresses for them.
  func releasedAddresses() throws(HearthError) -> [Resource] {
    let program = try Template("load-balancer/release").render(["kubectl": Kubectl.admin])
    return [
      .custom(
        .init(
          "addresses of Services",
          probe: "\(Kubectl.observe) -n kube-system get configmap/hearth-addresses role/hearth:addresses "
            + "rolebinding/hearth:addresses --ignore-not-found -o name 2>/dev/null",
          judge: { _, output in
            String(decoding: output, as: UTF8.self).filledLines.map { FieldChange($0, from: "there", to: nil) }
          },
          apply: { () throws(HearthError) in .init(program, timeout: .seconds(180)) })),
      .absent(path: ClusterNode.addressFolder),
    ]
  }
}
