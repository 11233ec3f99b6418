import Diagnostics
import Inventory
import Provision
import Templates
import Untrusted

extension ClusterObjects {
  /// Where nodes hand in their requests for certificates: one ConfigMap each, made by the control plane's own program.
  static let nodeNamespace = "hearth-nodes"

  /// Who may do what, of which some is bound to the nodes that the rack has: when one is gone, its credentials open
  /// nothing of it any more.
  func accessDocuments() throws(HearthError) -> [JSONValue] {
    try Template("manifests/access.yaml").documents() + [nodeNamespaceObject, proxyBinding] + defaultAccounts
      + admissionRules + addressAccess
  }

  static let accessName = "cluster access"

  func accessResource() throws(HearthError) -> Resource {
    resource(Self.accessName, wanted: try accessDocuments(), program: Kubectl.applyAccess)
  }

  /// What former versions of hearth gave to every credential that a node ever had.
  func formerAccess() -> Resource {
    return .custom(
      .init(
        "former access of nodes",
        probe: "\(Kubectl.observe) get clusterrolebinding/hearth:nodes clusterrole/hearth:nodes --ignore-not-found "
          + "-o name 2>/dev/null",
        judge: { _, output in
          String(decoding: output, as: UTF8.self).filledLines.map {
            FieldChange($0, from: "there", to: nil)
          }
        },
        apply: { () throws(HearthError) in
          .init(
            "\(Kubectl.admin.shellWords) delete --ignore-not-found clusterrolebinding/hearth:nodes "
              + "clusterrole/hearth:nodes",
            timeout: .seconds(60))
        }))
  }

  private var nodeNamespaceObject: JSONValue {
    var labels: [String: JSONValue] = ["app.kubernetes.io/managed-by": "hearth"]
    // No pod has any business there.
    if release.knowsPodSecurity { labels["pod-security.kubernetes.io/enforce"] = "restricted" }
    return [
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": ["name": .string(Self.nodeNamespace), "labels": .object(labels)],
    ]
  }

  /// kube-proxy of each node has a user of its own.
  private var proxyBinding: JSONValue {
    let group: JSONValue = "rbac.authorization.k8s.io"
    let subjects = rack.nodes.map { node -> JSONValue in
      ["apiGroup": group, "kind": "User", "name": .string(ClusterNode.proxyUser(of: node.name))]
    }
    return [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
      "metadata": ["name": "hearth:proxies"],
      "roleRef": ["apiGroup": group, "kind": "ClusterRole", "name": "system:node-proxier"],
      "subjects": .array(subjects),
    ]
  }

  /// A pod that names no account gets no token: what uses the API has an account of its own.
  private var defaultAccounts: [JSONValue] {
    ["default", "kube-node-lease", "kube-public", "kube-system", Self.nodeNamespace].map { namespace in
      [
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": ["name": "default", "namespace": .string(namespace)], "automountServiceAccountToken": false,
      ]
    }
  }

  /// Rules for what nodes may make, where the API server evaluates such. The kubelet of a node that left the rack cannot
  /// come back as a Node, and no kubelet asks Kubernetes for certificates: its requests could only fill the store.
  private var admissionRules: [JSONValue] {
    guard release.knowsAdmissionPolicies else { return [] }
    let api: JSONValue = "admissionregistration.k8s.io/v1"
    let name: JSONValue = "hearth-nodes"
    // Names are DNS labels: they hold no quotes.
    let names = rack.nodes.map { "'\($0.name)'" }.joined(separator: ", ")
    let rules: JSONValue = [
      ["apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["nodes"]],
      [
        "apiGroups": ["certificates.k8s.io"], "apiVersions": ["*"], "operations": ["CREATE"],
        "resources": ["certificatesigningrequests"],
      ],
    ]
    let validation: JSONValue = [
      "expression": .string("request.resource.resource == 'nodes' && object.metadata.name in [\(names)]"),
      "message": "this node is not part of the rack, and nodes get their certificates from hearth",
    ]
    return [
      [
        "apiVersion": api, "kind": "ValidatingAdmissionPolicy", "metadata": ["name": name],
        "spec": [
          "failurePolicy": "Fail", "matchConstraints": ["resourceRules": rules],
          "matchConditions": [["name": "by-a-node", "expression": "'system:nodes' in request.userInfo.groups"]],
          "validations": [validation],
        ],
      ],
      [
        "apiVersion": api, "kind": "ValidatingAdmissionPolicyBinding", "metadata": ["name": name],
        "spec": ["policyName": name, "validationActions": ["Deny"]],
      ],
    ]
  }
}
