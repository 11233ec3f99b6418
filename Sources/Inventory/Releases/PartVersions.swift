/// Versions of the parts beside Kubernetes that the inventory names, in place of the release table's usual ones.
package struct PartVersions: Sendable, Equatable {
  /// Without a `v`, such as `3.6.14`.
  package var chosen: [ReleaseTable.Part: String]

  package init(_ chosen: [ReleaseTable.Part: String] = [:]) { self.chosen = chosen }

  package subscript(part: ReleaseTable.Part) -> String? {
    get { chosen[part] }
    set { chosen[part] = newValue }
  }

  /// What is installed with a release: the inventory's choice, or the usual one; nil where Debian's packages decide.
  package func version(of part: ReleaseTable.Part, with release: ReleaseTable.Release) -> String? {
    chosen[part] ?? release.parts[part]?.usual
  }
}
