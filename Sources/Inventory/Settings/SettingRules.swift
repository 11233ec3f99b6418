import Diagnostics
import Templates
import Yams

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
