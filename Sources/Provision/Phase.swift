/// A stretch of work on some hosts. All hosts of a phase work side by side; the next phase begins when all of them are
/// through or out. Phases read like a plan because they are data.
package struct Phase: Sendable {
  /// Short and stable, such as `control-plane`.
  package var name: String
  /// For people, such as `Start the control plane`.
  package var title: String
  /// Host name to the desired state there, in the order in which it is brought about.
  package var resources: [String: [Resource]]
  /// Hosts without which this phase makes no sense, such as the first control-plane node: when one of them has failed
  /// before, nobody begins this phase, and each host is told whom it waits for.
  package var needs: Set<String>
  /// Hosts without which the others can only wait in this phase: when one of them fails, the others end what they do.
  package var leaders: Set<String>

  package init(
    _ name: String, title: String, resources: [String: [Resource]], needs: Set<String> = [], leaders: Set<String> = []
  ) {
    self.name = name
    self.title = title
    self.resources = resources
    self.needs = needs
    self.leaders = leaders
  }
}
