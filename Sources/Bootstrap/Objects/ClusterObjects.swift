import Artifacts
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates
import Untrusted

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
  /// Whom the cluster's DNS asks for names of the world.
  var forwarding = NameForwarding.ofNode
  /// The one architecture that the DNS image is for; nil where its reference holds for every node.
  var dnsArchitecture: Architecture?
  /// Node name to the serial number of its board, where it has one: a card may be rewritten, the board stays.
  var serials: [String: String] = [:]

  /// All objects but those of ``accessDocuments()``, in the order in which they are applied.
  func documents() throws(HearthError) -> [JSONValue] {
    var all: [JSONValue] = []
    for node in nodes { all.append(try manifest(of: node)) }
    if software.webAssembly != nil {
      all += try Template("manifests/runtimeclass.yaml").documents(["label": ClusterNode.webAssemblyLabel])
    }
    if let image = software.dns { all += try dns(image) }
    return all
  }

  static let resourceName = "cluster objects"

  func resource() throws(HearthError) -> Resource {
    var nodes: [JSONValue] = []
    for node in self.nodes { nodes.append(try manifest(of: node, forCreation: true)) }
    let (taints, roles) = (taints, roleLabels)
    let program =
      Kubectl.apply + taints.map(Kubectl.taint).joined()
      + roles.sorted { $0.key < $1.key }.map(Kubectl.keepRoles).joined()
    return resource(
      Self.resourceName, wanted: try documents(), program: program,
      files: ["nodes.json": Array(JSONValue.list(nodes).text.utf8)]
    ) { live in
      taints.flatMap { Self.missing($0, in: live) }
        + roles.flatMap { Self.formerRoles(of: $0.key, keeping: $0.value, in: live) }
    }
  }

  /// Objects that are applied by server-side apply.
  ///
  /// - Parameters:
  ///   - program: applies `objects.json`; see ``Kubectl/apply``.
  ///   - further: changes that no manifest tells, from the objects as they are.
  func resource(
    _ name: String, wanted: [JSONValue], program: String, files: [String: [UInt8]] = [:],
    further: @escaping @Sendable ([JSONValue]) -> [FieldChange] = { _ in [] }
  ) -> Resource {
    let text = JSONValue.list(wanted).text
    let diff = ManifestDiff(wanted: wanted)
    let (authority, cluster) = (authority, rack.cluster.name)
    return .custom(
      .init(
        name,
        probe: "\(Kubectl.observe) get --ignore-not-found -o json -f - <<'END_OF_OBJECTS'\n\(text)END_OF_OBJECTS",
        judge: { status, output in
          let live = status == 0 ? Self.objects(in: output) : []
          return diff.changes(live: live) + further(live)
        },
        apply: { () throws(HearthError) in
          let kubeconfig = try EmbeddedKubeconfig(
            cluster: cluster, server: "https://127.0.0.1:6443", user: "hearth:up", group: "system:masters", days: 1
          ).text(authority: authority)
          let own = ["kubeconfig": Array(kubeconfig.reveal().utf8), "objects.json": Array(text.utf8)]
          return .init(program, files: own.merging(files) { $1 }, timeout: .seconds(120))
        }))
  }

  /// kubectl prints one object as it is, several as a list, none as nothing.
  static func objects(in output: [UInt8]) -> [JSONValue] {
    guard let value = try? JSONValue(json: output) else { return [] }
    return value["kind"].string == "List" ? value["items"].array : [value]
  }
}

extension ClusterObjects {
  /// The cluster's DNS by the kind that the inventory names; both kinds go by the same names, so that a change of kind
  /// is a change of the same objects.
  func dns(_ image: Software.Image) throws(HearthError) -> [JSONValue] {
    let networks = rack.cluster.networks
    let values: [String: Any?] = [
      "image": image.reference, "address": networks.dnsService.description, "domain": networks.domain,
      "replicas": nodes.count > 1 ? 2 : 1, "forward": forwarding.target, "architecture": dnsArchitecture?.rawValue,
    ]
    switch rack.cluster.addons.dns {
    case .coredns: return try Template("dns/coredns.yaml").documents(values)
    case .dnsmasq:
      let script = try Template.text(of: "dns/names")
      return try Template("dns/dnsmasq.yaml").documents(values.merging(["script": script]) { $1 })
    case .none: return []
    }
  }
}

extension ClusterObjects {
  /// The RuntimeClass that hearth made goes with the runtime; nil where there is one.
  func formerRuntimeClass() -> Resource? {
    guard software.webAssembly == nil else { return nil }
    let selector = "runtimeclass -l app.kubernetes.io/managed-by=hearth"
    return .custom(
      .init(
        "former RuntimeClass", probe: "\(Kubectl.observe) get \(selector) -o name 2>/dev/null",
        judge: { _, output in
          String(decoding: output, as: UTF8.self).filledLines.map {
            FieldChange($0, from: "there", to: nil)
          }
        },
        apply: { () throws(HearthError) in
          .init("\(Kubectl.admin.shellWords) delete \(selector)", timeout: .seconds(60))
        }))
  }
}
