import Inventory
import Templates

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
