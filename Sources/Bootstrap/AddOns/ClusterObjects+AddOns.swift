import Diagnostics
import Inventory
import PKI
import Provision
import Templates
import Untrusted

/// Add-ons, the catalogue's and those of the rack's owner: applied one after the other, each waited for; what leaves an
/// add-on, or the inventory, goes by the list of what it owned, which is a ConfigMap beside the cluster's own.
extension ClusterObjects {
  /// - Parameter addOns: in the order of their needs.
  func addOnResources(_ addOns: [AddOnManifests]) throws(HearthError) -> [Resource] {
    var all: [Resource] = [try formerAddOns(keeping: addOns.map(\.name))]
    for addOn in addOns { all.append(try resource(of: addOn)) }
    return all
  }

  private static func record(_ name: String) -> String { "hearth-addon-\(name)" }

  /// From kubectl 1.21 on who manages a field is left out unless asked for.
  private var managedFlag: [String] { release.minor >= 21 ? ["--show-managed-fields"] : [] }

  private func resource(of manifests: AddOnManifests) throws(HearthError) -> Resource {
    let name = manifests.name
    let wanted = manifests.objects
    let marked = wanted.map { $0.value.marked(as: name) }
    let text = JSONValue.list(marked).text
    let probe = try Template("addons/observe").render([
      "kubectl": Kubectl.admin, "managed": managedFlag, "objects": text, "record": Self.record(name),
    ])
    let first = zip(wanted, marked).filter { $0.0.comesFirst }.map(\.1)
    let program = try Template("addons/apply").render([
      "prune": ShellText(try Template.text(of: "addons/prune")), "name": name, "record": Self.record(name),
      "managed": managedFlag, "keepers": AddOnState.keepers.joined(separator: "|"), "hasFirst": !first.isEmpty,
      "definitions": wanted.filter(\.isDefinition).map { "crd/\($0.name)" },
      "rollouts": wanted.filter { ["Deployment", "StatefulSet", "DaemonSet"].contains($0.kind) }.map(\.place),
      "jobs": wanted.filter { $0.kind == "Job" }.map(\.place),
      "seconds": Patience.seconds(180),
    ])
    let files = [
      "objects.json": Array(text.utf8), "first.json": Array(JSONValue.list(first).text.utf8),
      "list": Array(wanted.map { $0.line + "\n" }.joined().utf8),
    ]
    return .custom(
      .init(
        "add-on \(name)", probe: probe, judge: { _, output in AddOnState(output).changes(wanted) },
        apply: try guestProgram(program, files, seconds: 600)))
  }

  private func formerAddOns(keeping names: [String]) throws(HearthError) -> Resource {
    let program = try Template("addons/remove").render([
      "prune": ShellText(try Template.text(of: "addons/prune")), "kept": names,
    ])
    return .custom(
      .init(
        "former add-ons",
        probe: "\(Kubectl.observe) -n kube-system get configmaps -l hearth/addon -o json 2>/dev/null",
        judge: { _, output in
          Self.objects(in: output).compactMap { record in
            guard let name = record["metadata"]["labels"]["hearth/addon"].string, !names.contains(name) else {
              return nil
            }
            return FieldChange(
              "add-on \(name.visibleLine)", from: "\(AddOnState.list(record).count) objects", to: nil)
          }
        }, apply: try guestProgram(program, [:], seconds: 600)))
  }

  /// A program with a guest's credential of one day, as the cluster's own objects are applied with.
  private func guestProgram(
    _ program: String, _ files: [String: [UInt8]], seconds: Int
  ) throws(HearthError) -> Resource.MakesProgram {
    let (authority, cluster) = (authority, rack.cluster.name)
    return { () throws(HearthError) in
      let kubeconfig = try EmbeddedKubeconfig(
        cluster: cluster, server: "https://127.0.0.1:6443", user: "hearth:up", group: "system:masters", days: 1
      ).text(authority: authority)
      let own = ["kubeconfig": Array(kubeconfig.reveal().utf8)]
      return .init(program, files: own.merging(files) { $1 }, timeout: .seconds(seconds))
    }
  }
}

extension AddOnObject {
  /// `NAMESPACE KIND/NAME` for the waits; two words of one text.
  fileprivate var place: String { "\(namespace ?? "default") \(kind.lowercased())/\(name)" }
}

extension JSONValue {
  /// With the annotation that says whose it is: what somebody else has put in its place is not removed.
  fileprivate func marked(as addOn: String) -> JSONValue {
    overlaid(by: ["metadata": ["annotations": ["hearth/addon": .string(addOn)]]])
  }
}
