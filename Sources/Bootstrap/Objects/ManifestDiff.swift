import Provision
import Templates

/// Compares wanted Kubernetes objects with living ones: every wanted field must be there and equal. What the cluster
/// adds by itself is its own business.
struct ManifestDiff {
  let wanted: [JSONValue]

  /// - Parameter live: the objects that exist, in any order.
  func changes(live: [JSONValue]) -> [FieldChange] {
    let byName = Dictionary(live.map { (Self.title($0), $0) }, uniquingKeysWith: { first, _ in first })
    return wanted.flatMap { object -> [FieldChange] in
      let title = Self.title(object)
      guard let found = byName[title] else { return [FieldChange(title, from: nil, to: "created")] }
      return Self.compare(object, found, path: title + " ")
    }
  }

  /// `Service kube-system/kube-dns`.
  static func title(_ object: JSONValue) -> String {
    let metadata = object["metadata"]
    let name = [metadata["namespace"].string, metadata["name"].string].compactMap { $0 }.joined(separator: "/")
    return "\(object["kind"].string ?? "?") \(name)"
  }

  private static func compare(_ wanted: JSONValue, _ live: JSONValue, path: String) -> [FieldChange] {
    switch (wanted, live) {
    case (.object(let wantedMembers), .object(let liveMembers)):
      return wantedMembers.sorted { $0.key < $1.key }.flatMap { key, value in
        let separator = path.hasSuffix(" ") ? "" : "."
        return compare(value, liveMembers[key] ?? .null, path: path + separator + key)
      }
    case (.array(let wantedItems), .array(let liveItems)) where wantedItems.count == liveItems.count:
      return zip(wantedItems, liveItems).enumerated().flatMap { index, pair in
        compare(pair.0, pair.1, path: "\(path)[\(index)]")
      }
    default:
      if isSame(wanted, live, isQuantity: path.contains(".resources.") || path.contains(".sizeLimit")) { return [] }
      return [FieldChange(path, from: live.summary, to: wanted.summary)]
    }
  }

  private static func isSame(_ wanted: JSONValue, _ live: JSONValue, isQuantity: Bool) -> Bool {
    if wanted == live || wanted.isEmpty && live.isEmpty { return true }
    guard let wanted = wanted.summary, let live = live.summary else { return false }
    // YAML may hold a number where the API keeps a quantity as text.
    if isQuantity, let left = Quantity(wanted), let right = Quantity(live) { return left == right }
    return false
  }
}
