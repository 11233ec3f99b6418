package import Templates

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
