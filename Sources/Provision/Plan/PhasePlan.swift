/// The changes of one phase: host name to changes, in the order in which they would be made. Hosts with nothing to do
/// are not listed.
package struct PhasePlan: Sendable, Equatable, Codable {
  package var name: String
  package var title: String
  package var hosts: [String: [ResourceChange]]

  package init(name: String, title: String, hosts: [String: [ResourceChange]]) {
    self.name = name
    self.title = title
    self.hosts = hosts
  }
}
