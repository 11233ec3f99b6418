/// Manifests of the rack's owner that hearth keeps in the cluster.
package struct OwnAddOn: Sendable, Equatable {
  /// A DNS label.
  package var name: String
  /// Absolute path of a file, of a folder with all its `.yaml`, `.yml` and `.json` files, or of a Kustomize tree.
  package var path: String
  /// Names of those that must serve before it.
  package var needs: [String]

  package init(name: String, path: String, needs: [String] = []) {
    self.name = name
    self.path = path
    self.needs = needs
  }
}

extension [OwnAddOn] {
  /// Each behind those that it needs, else as they stand; nil where they need one another in a circle, or what is none.
  ///
  /// - Parameter given: names of those that are there before all of these.
  package func inOrder(after given: Set<String> = []) -> [OwnAddOn]? {
    var ordered: [OwnAddOn] = []
    var left = self
    while !left.isEmpty {
      let done = given.union(ordered.map(\.name))
      guard let next = left.firstIndex(where: { $0.needs.allSatisfy(done.contains) }) else { return nil }
      ordered.append(left.remove(at: next))
    }
    return ordered
  }
}
