import Diagnostics
import Inventory
import Provision
import Templates

/// People's own settings, laid over hearth's.
extension ClusterNode {
  /// hearth's own file for a component: a unit with flags, a tree of fields or tables.
  private func hearths(_ component: Component) throws(HearthError) -> String {
    switch component {
    case .kubelet: try kubeletConfiguration()
    case .kubeProxy: try proxyConfiguration()
    case .apiServer: try apiServerText()
    case .controllerManager: try controllerManagerText()
    case .scheduler: try schedulerText()
    case .etcd: try etcdText()
    case .containerd: try containerdText()
    }
  }

  /// The file of a component, with people's own settings in it.
  func configuration(of component: Component, at path: String, mode: UInt16 = 0o600) throws(HearthError)
    -> Resource.File
  {
    var file = Resource.File(path, try overlaid(try hearths(component), component), mode: mode)
    // containerd keeps its former configuration by itself.
    file.keepsLast = component != .containerd && !node.settings[component].isEmpty
    return file
  }

  private func overlaid(_ text: String, _ component: Component) throws(HearthError) -> String {
    let own = node.settings[component]
    guard !own.isEmpty else { return text }
    switch component.form {
    case .flags:
      var flags = UnitFlags(text)
      for (name, value) in ownFlags(component) { try flags.set(name, value) }
      return flags.text
    case .fields: return (try tree(text)).overlaid(by: own).text
    case .tables:
      var tables = TOMLTables(text)
      for leaf in own.leaves where !leaf.path.isEmpty { tables.set(leaf.path, leaf.value) }
      return tables.text
    }
  }

  private func ownFlags(_ component: Component) -> [(name: String, value: String)] {
    guard case .object(let members) = node.settings[component] else { return [] }
    return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.flagText) }
  }

  private func tree(_ text: String) throws(HearthError) -> JSONValue {
    guard let tree = try? JSONValue(json: Array(text.utf8)) else {
      throw HearthError(.internalError, "hearth's own configuration is not a tree")
    }
    return tree
  }

  /// The settings of a component on this host, with what hearth would set.
  func records(of component: Component) throws(HearthError) -> [SettingRecord] {
    let leaves = node.settings[component].leaves.filter { !$0.path.isEmpty }
    guard !leaves.isEmpty else { return [] }
    let text = try hearths(component)
    switch component.form {
    case .flags:
      let flags = UnitFlags(text)
      return ownFlags(component).map { name, value in
        SettingRecord(component: component, name: name, value: value, hearths: flags.value(name))
      }
    case .fields:
      let base = try tree(text)
      return leaves.map { path, value in
        SettingRecord(
          component: component, name: path.joined(separator: "."), value: value.line,
          hearths: path.reduce(base) { $0[$1] }.summary)
      }
    case .tables:
      let tables = TOMLTables(text)
      return leaves.map { path, value in
        SettingRecord(
          component: component, name: path.joined(separator: "."), value: value.line, hearths: tables.value(path))
      }
    }
  }

  /// With people's own settings a unit is on trial: if it does not stay up, its files become what they were.
  func trial(_ component: Component, files: [String]) throws(HearthError) -> Resource.Unit.Trial? {
    let records = try records(of: component)
    return records.isEmpty ? nil : .init(settings: records.words, files: files)
  }

  /// What people set on this host stands in a file of its own: the plan shows it by name, beside the files that it
  /// changes, and so does the host.
  func settingsRecord() throws(HearthError) -> Resource {
    let path = "/etc/hearth/settings"
    var lines: [String] = []
    for component in Component.allCases where isControlPlane || !component.isOfControlPlane {
      lines += try records(of: component).map(\.line)
    }
    guard !lines.isEmpty else { return .absent(path: path) }
    let head = "# Settings of the inventory that lie over hearth's own on this host.\n"
    return .file(.init(path, head + lines.map { $0 + "\n" }.joined(), mode: 0o600))
  }
}

/// A setting that people chose, beside what hearth would have set.
struct SettingRecord: Equatable {
  var component: Component
  /// Such as `maxPods` or `plugins.io.containerd.grpc.v1.cri.max_concurrent_downloads`.
  var name: String
  var value: String
  var hearths: String?

  /// `kubelet maxPods: 60 in place of hearth's 110`
  var line: String {
    "\(component.rawValue) \(name): \(value)\(hearths.map { " in place of hearth's \($0)" } ?? "")"
  }
}

extension [SettingRecord] {
  /// For the message of a component that does not come back: `maxPods: 60, v: 4`.
  var words: String {
    let most = 6
    let rest = count > most ? " and \(count - most) more" : ""
    return prefix(most).map { "\($0.name): \($0.value)" }.joined(separator: ", ") + rest
  }
}
