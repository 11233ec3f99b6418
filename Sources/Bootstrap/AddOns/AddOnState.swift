import Foundation
import Provision
import Templates
import Untrusted

/// What the cluster says of an add-on's objects: as they are, as they would be after an apply, and which ones the add-on
/// owned at its last run.
struct AddOnState {
  var live: [String: JSONValue] = [:]
  /// Of a dry run; empty where the API server refused one of them.
  var next: [String: JSONValue] = [:]
  /// Lines as ``AddOnObject/line``.
  var owned: [String] = []

  /// Reads what `templates/addons/observe` prints: a name and base64 on each line.
  init(_ output: [UInt8]) {
    var parts: [String: [UInt8]] = [:]
    for line in String(decoding: output, as: UTF8.self).filledLines {
      let words = line.split(separator: " ")
      if words.count == 2, let data = Data(base64Encoded: String(words[1])) { parts[String(words[0])] = Array(data) }
    }
    live = Self.byKey(parts["live"])
    next = Self.byKey(parts["next"])
    owned = Self.list(parts["record"].flatMap { try? JSONValue(json: $0) } ?? .null)
  }

  /// The list in a ConfigMap of hearth's.
  static func list(_ record: JSONValue) -> [String] { (record["data"]["objects"].string ?? "").filledLines }

  private static func byKey(_ json: [UInt8]?) -> [String: JSONValue] {
    guard let json, let value = try? JSONValue(json: json) else { return [:] }
    let items = value["kind"].string == "List" ? value["items"].array : [value]
    return Dictionary(items.compactMap { item in AddOnObject(item).map { ($0.key, item) } }) { first, _ in first }
  }

  /// Programs that keep a cluster as a repository says: what they own is theirs.
  static let keepers = ["kustomize-controller", "helm-controller", "flux", "argocd"]

  /// The keeper of an object, by the fields that it manages.
  static func keeper(of object: JSONValue) -> String? {
    object["metadata"]["managedFields"].array.compactMap { $0["manager"].string }
      .first { manager in keepers.contains { manager.hasPrefix($0) } }
  }

  /// Everything that an apply would change, field by field.
  func changes(_ wanted: [AddOnObject]) -> [FieldChange] {
    let lines = Set(wanted.map(\.line))
    return wanted.flatMap { changes(of: $0) }
      + owned.filter { !lines.contains($0) }.map { FieldChange(Self.title(ofLine: $0), from: "there", to: nil) }
      + wanted.compactMap { object in
        owned.contains(object.line) ? nil : FieldChange("\(object.title) owned", from: nil, to: "yes")
      }
  }

  private func changes(of object: AddOnObject) -> [FieldChange] {
    guard let found = live[object.key] else { return [FieldChange(object.title, from: nil, to: "created")] }
    if let keeper = Self.keeper(of: found) {
      return [FieldChange("\(object.title) kept by", from: keeper, to: "hearth")]
    }
    let fields =
      next[object.key].map { Self.compare(Self.plain(found), Self.plain($0), "\(object.title) ") }
      ?? ManifestDiff(wanted: [object.value]).changes(live: [found.named(object.namespace)])
    let health = AddOnHealth(found).map { [FieldChange("\(object.title) \($0.field)", from: $0.now, to: $0.wanted)] }
    guard object.kind == "Secret" else { return fields + (health ?? []) }
    return fields.map {
      FieldChange($0.field, from: $0.from.map { _ in "(hidden)" }, to: $0.to.map { _ in "(hidden)" })
    }
  }

  /// Without what the API server keeps by itself.
  private static func plain(_ object: JSONValue) -> JSONValue {
    guard case .object(var members) = object, case .object(var metadata) = members["metadata"] ?? .null else {
      return object
    }
    for key in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"] {
      metadata[key] = nil
    }
    members["metadata"] = .object(metadata)
    members["status"] = nil
    return .object(members)
  }

  private static func compare(_ live: JSONValue, _ next: JSONValue, _ path: String) -> [FieldChange] {
    if live == next || live.isEmpty && next.isEmpty { return [] }
    switch (live, next) {
    case (.object(let left), .object(let right)):
      return Set(left.keys).union(right.keys).sorted().flatMap { key in
        compare(left[key] ?? .null, right[key] ?? .null, path + (path.hasSuffix(" ") ? "" : ".") + key)
      }
    case (.array(let left), .array(let right)) where left.count == right.count:
      return zip(left, right).enumerated().flatMap { compare($1.0, $1.1, "\(path)[\($0)]") }
    default: return [FieldChange(path, from: live.summary, to: next.summary)]
    }
  }

  private static func title(ofLine line: String) -> String {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 3 else { return line.visibleLine }
    let kind = words[0].prefix { $0 != "." }
    return "\(kind) \(words[1] == "-" ? "" : words[1] + "/")\(words[2])".visibleLine
  }
}

extension JSONValue {
  /// With the namespace that a manifest names, or without any.
  fileprivate func named(_ namespace: String?) -> JSONValue {
    guard case .object(var members) = self, case .object(var metadata) = members["metadata"] ?? .null else {
      return self
    }
    metadata["namespace"] = namespace.map { .string($0) }
    members["metadata"] = .object(metadata)
    return .object(members)
  }
}

/// What an object lacks to serve; nil for those that do, and for kinds that hearth does not wait for.
struct AddOnHealth: Equatable {
  var field: String
  var now: String?
  var wanted: String

  init?(_ object: JSONValue) {
    let status = object["status"]
    func number(_ value: JSONValue) -> Int { if case .integer(let number) = value { number } else { 0 } }
    func condition(_ type: String) -> Bool {
      status["conditions"].array.contains { $0["type"].string == type && $0["status"].string == "True" }
    }
    switch object["kind"].string {
    case "Deployment", "StatefulSet", "DaemonSet":
      let isDaemon = object["kind"].string == "DaemonSet"
      let wanted = isDaemon ? status["desiredNumberScheduled"] : object["spec"]["replicas"]
      let (count, ready) = (number(wanted), number(status[isDaemon ? "numberReady" : "readyReplicas"]))
      let isSeen = number(status["observedGeneration"]) >= number(object["metadata"]["generation"])
      if isSeen, ready >= count { return nil }
      self.init(field: "ready", now: "\(ready)", wanted: "\(count)")
    case "Job":
      if condition("Complete") { return nil }
      self.init(field: "complete", now: condition("Failed") ? "failed" : nil, wanted: "yes")
    case "CustomResourceDefinition":
      if condition("Established") { return nil }
      self.init(field: "established", now: nil, wanted: "yes")
    default: return nil
    }
  }

  private init(field: String, now: String?, wanted: String) {
    (self.field, self.now, self.wanted) = (field, now, wanted)
  }
}
