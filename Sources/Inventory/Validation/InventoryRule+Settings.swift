import Schema
import Templates

extension InventoryRule {
  /// Settings stand where their component runs, leave alone what hearth depends on, and name feature gates that the
  /// release takes.
  static let settings = InventoryRule { document, decoding in
    for scope in document.settingScopes {
      for component in Component.allCases {
        for entry in scope.section.components[component] ?? [] {
          check(entry, of: component, scope, document, &decoding)
        }
      }
    }
  }

  private static func check(
    _ entry: SettingsSection.Entry, of component: Component, _ scope: SettingScope, _ document: InventoryDocument,
    _ decoding: inout Decoding
  ) {
    let name = entry.name.value
    if component.isOfControlPlane, !scope.hasControlPlane {
      decoding.add(
        "\(component.title) runs on control-plane nodes only, and \(scope.title) is none", at: entry.name.place,
        hint: "set `\(name)` for all, or for the role control-plane")
      return
    }
    for leaf in entry.value.leaves {
      let path = [name] + leaf.path
      guard let reason = SettingRules.embedded.reason(component, path) else { continue }
      decoding.add(
        "`\(path.joined(separator: "."))` of \(component.title) is not to be set: \(reason)",
        at: leaf.path.first.flatMap { entry.inner[$0] } ?? entry.name.place, hint: "remove it")
    }
    if ["featureGates", "feature-gates"].contains(name) { checkGates(entry, document, &decoding) }
  }

  private static func checkGates(
    _ entry: SettingsSection.Entry, _ document: InventoryDocument, _ decoding: inout Decoding
  ) {
    guard case .object(let gates) = entry.value else {
      decoding.add(
        "`\(entry.name.value)` must be a map of names to true or false", at: entry.name.place,
        hint: "write `\(entry.name.value): {GracefulNodeShutdown: true}`")
      return
    }
    let version = document.cluster.kubernetes?.value ?? .current
    for (gate, value) in gates.sorted(by: { $0.key < $1.key }) {
      let place = entry.inner[gate] ?? entry.name.place
      guard case .bool(let isOn) = value else {
        decoding.add("the feature gate `\(gate)` must be true or false", at: place)
        continue
      }
      if let problem = FeatureGates.embedded.problem(gate, isOn, minor: version.minor) {
        decoding.add(problem.message, at: place, hint: problem.hint)
      }
    }
  }
}

/// Settings of one place of the inventory.
private struct SettingScope {
  /// Of whom, in the words of messages.
  var title: String
  var hasControlPlane: Bool
  var section: SettingsSection
}

extension InventoryDocument {
  fileprivate var settingScopes: [SettingScope] {
    [
      SettingScope(title: "the rack", hasControlPlane: true, section: cluster.settings.all),
      SettingScope(title: "the role", hasControlPlane: true, section: cluster.settings.roles.controlPlane),
      SettingScope(title: "a worker", hasControlPlane: false, section: cluster.settings.roles.worker),
    ]
      + nodes.map { node in
        SettingScope(
          title: node.name?.value ?? "this node",
          hasControlPlane: node.hasBrokenRoles || node.roles?.value.contains { $0.value == .controlPlane } == true,
          section: node.settings)
      }
  }
}
