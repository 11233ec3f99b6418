/// What the cluster's software needs on one host before its own resources come; ``HostPreparation`` puts it at the
/// right place in the order.
package struct HostNeeds: Sendable {
  /// Debian packages. ``HostPreparation`` adds its own to them: one transaction of apt takes half as long as two.
  package var packages: Resource.Packages
  /// Units masked before the packages that bring them are installed, so that they never start with the packages'
  /// default configuration, such as `etcd.service`.
  package var maskedUnits: [String]
  /// Further kernel settings by dotted key; they win over the usual ones.
  package var sysctls: [String: String]

  package init(
    packages: Resource.Packages = .init([]), maskedUnits: [String] = [], sysctls: [String: String] = [:]
  ) {
    self.packages = packages
    self.maskedUnits = maskedUnits
    self.sysctls = sysctls
  }
}
