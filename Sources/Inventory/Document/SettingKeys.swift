import Schema
import Templates

/// Settings of the cluster's parts as the inventory has them: each of the first level with its place.
struct SettingsSection: Sendable {
  struct Entry: Sendable {
    var name: Located<String>
    var value: JSONValue
    /// Of the keys one level below.
    var inner: [String: Place]
  }
  var components: [Component: [Entry]] = [:]

  var settings: OwnSettings {
    OwnSettings(
      components.mapValues { entries in
        .object(Dictionary(entries.map { ($0.name.value, $0.value) }) { _, last in last })
      })
  }
}

struct ClusterSettingsSection: Sendable {
  var all = SettingsSection()
  var roles = RoleSettingsSection()
}

struct RoleSettingsSection: Sendable {
  var controlPlane = SettingsSection()
  var worker = SettingsSection()
}

/// `settings` of the cluster, of a role and of a node.
enum SettingKeys {
  private static let roles = Key(
    "roles", roleKind, example: "{worker: {kubelet: {maxPods: 60}}}",
    "Settings of the nodes with a role, laid over those for all.")

  static let clusterKind = Kind<ClusterSettingsSection>.object(
    "settings", "Settings of the cluster's parts on all nodes, laid over hearth's own.", keys: keys + [roles]
  ) { fields in ClusterSettingsSection(all: section(fields), roles: fields[roles] ?? RoleSettingsSection()) }

  static let nodeKind = Kind<SettingsSection>.object(
    "a node's settings", "Settings of the cluster's parts on this node.", keys: keys
  ) { section($0) }

  private static let roleKind = Kind<RoleSettingsSection>.object(
    "settings of roles", "Where a node has both, those of control-plane are laid over those of worker.",
    keys: [controlPlane, worker]
  ) { fields in
    RoleSettingsSection(
      controlPlane: fields[controlPlane] ?? SettingsSection(), worker: fields[worker] ?? SettingsSection())
  }

  private static let controlPlane = Key(
    Node.Role.controlPlane.rawValue, roleSettings, "Of the control-plane nodes.")
  private static let worker = Key(Node.Role.worker.rawValue, roleSettings, "Of the workers.")
  private static let roleSettings = Kind<SettingsSection>.object(
    "a role's settings", "Settings of the cluster's parts on the nodes with this role.", keys: keys
  ) { section($0) }

  private static let keys: [any AnyKey] = Component.allCases.map(key)

  private static func key(_ component: Component) -> Key<[SettingsSection.Entry]> {
    Key(component.rawValue, .settings(of: component), example: example(component), doc(component))
  }

  private static func section(_ fields: Fields) -> SettingsSection {
    var section = SettingsSection()
    for component in Component.allCases { section.components[component] = fields[key(component)] }
    return section
  }

  private static func doc(_ component: Component) -> String {
    switch component.form {
    case .fields: "Fields of \(component.title)'s configuration file."
    case .flags: "Flags of \(component.title), without `--`; lists and maps are joined by commas."
    case .tables: "Tables and keys of \(component.title)'s configuration file."
    }
  }

  private static func example(_ component: Component) -> String {
    switch component {
    case .kubelet: "{maxPods: 60, featureGates: {GracefulNodeShutdown: true}}"
    case .apiServer: "{oidc-issuer-url: \"https://id.example\", oidc-client-id: rack}"
    case .controllerManager: "{bind-address: 0.0.0.0}"
    case .scheduler: "{v: 2}"
    case .kubeProxy: "{mode: nftables}"
    case .etcd: "{quota-backend-bytes: 4294967296}"
    case .containerd: "{debug: {level: warn}}"
    }
  }
}
