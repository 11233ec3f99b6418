import Diagnostics
package import Templates
import Yams

/// What people set for the cluster's parts, over what hearth sets. Component to the tree of its settings; flags are a tree
/// of one level, whose lists and maps become `a,b` and `a=b,c=d`.
package struct OwnSettings: Sendable, Equatable {
  package var trees: [Component: JSONValue]

  package init(_ trees: [Component: JSONValue] = [:]) { self.trees = trees }

  package subscript(_ component: Component) -> JSONValue { trees[component] ?? .object([:]) }

  package var isEmpty: Bool { trees.values.allSatisfy(\.isEmpty) }

  /// These, and over them others.
  package func overlaid(by others: OwnSettings) -> OwnSettings {
    OwnSettings(trees.merging(others.trees) { $0.overlaid(by: $1) })
  }
}

extension JSONValue {
  /// Maps are laid over maps key by key; everything else takes the other's place.
  package func overlaid(by other: JSONValue) -> JSONValue {
    guard case .object(let mine) = self, case .object(let others) = other else { return other }
    return .object(mine.merging(others) { $0.overlaid(by: $1) })
  }

  /// Path and value of everything that is not a map, by path.
  package var leaves: [(path: [String], value: JSONValue)] {
    guard case .object(let members) = self, !members.isEmpty else { return [([], self)] }
    return members.sorted { $0.key < $1.key }.flatMap { key, value in
      value.leaves.map { ([key] + $0.path, $0.value) }
    }
  }

  /// As a flag's value: lists as `a,b`, maps as `a=b,c=d`.
  package var flagText: String {
    switch self {
    case .array(let items): items.map { $0.summary ?? "" }.joined(separator: ",")
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.summary ?? "")" }.joined(separator: ",")
    default: summary ?? ""
    }
  }
}

/// Settings that are hearth's own, with the reason; data in `templates/settings.yaml`, which is part of the program.
package struct SettingRules: Sendable {
  /// Component to a path such as `authentication` or `clientConnection.kubeconfig`, and why it is not to be set. For
  /// tables it is the last key alone. `*` at the end stands for any end.
  package var refused: [Component: [String: String]]

  private struct Document: Decodable {
    var refused: [String: [String: String]]
  }

  /// A test reads it, so it can be read.
  package static let embedded: SettingRules = {
    let document = try? YAMLDecoder().decode(Document.self, from: Template.text(of: "settings.yaml"))
    var refused: [Component: [String: String]] = [:]
    for (name, table) in document?.refused ?? [:] {
      if let component = Component(rawValue: name) { refused[component] = table }
    }
    return SettingRules(refused: refused)
  }()

  /// Why a setting cannot be chosen; nil where it can.
  package func reason(_ component: Component, _ path: [String]) -> String? {
    guard let table = refused[component] else { return nil }
    let name = component.form == .tables ? path.last ?? "" : path.joined(separator: ".")
    return table.first { pattern, _ in
      pattern.hasSuffix("*")
        ? name.hasPrefix(pattern.dropLast()) : name == pattern || name.hasPrefix(pattern + ".")
    }?.value
  }
}

/// A part of the cluster whose settings people may choose.
package enum Component: String, Sendable, CaseIterable {
  case kubelet, apiServer, controllerManager, scheduler, kubeProxy, etcd, containerd

  /// How its settings are written.
  package enum Form: Sendable {
    /// A tree, as in the component's own configuration file.
    case fields
    /// Names and values of the command line, without the two hyphens.
    case flags
    /// Tables of a TOML file.
    case tables
  }

  package var form: Form {
    switch self {
    case .kubelet, .kubeProxy: .fields
    case .apiServer, .controllerManager, .scheduler, .etcd: .flags
    case .containerd: .tables
    }
  }

  /// Runs on control-plane nodes only.
  package var isOfControlPlane: Bool { form == .flags }

  /// In the words of messages.
  package var title: String {
    switch self {
    case .kubelet: "the kubelet"
    case .apiServer: "the API server"
    case .controllerManager: "the controller manager"
    case .scheduler: "the scheduler"
    case .kubeProxy: "kube-proxy"
    case .etcd: "etcd"
    case .containerd: "containerd"
    }
  }
}
