import Diagnostics

/// Compares phase after phase with what was observed, and remembers what has changed so far, because that makes later
/// resources due.
struct Comparison {
  let observation: Observation
  private(set) var failures: [String: HearthError]
  /// Host to ids of changed resources and paths of changed files.
  private var changed: [String: Set<String>] = [:]

  init(observation: Observation) {
    self.observation = observation
    failures = observation.failures
  }

  mutating func compare(_ phase: Phase) -> PhasePlan {
    var hosts: [String: [ResourceChange]] = [:]
    for (host, resources) in phase.resources where failures[host] == nil {
      guard let state = observation.hosts[host] else {
        failures[host] = HearthError(.unreachable, "this host was not observed", subject: Subject(host: host))
        continue
      }
      do {
        let changes = try compare(resources, host, state)
        if !changes.isEmpty { hosts[host] = changes }
      } catch {
        failures[host] = error.at(Subject(host: host))
      }
    }
    return PhasePlan(name: phase.name, title: phase.title, hosts: hosts)
  }

  private mutating func compare(
    _ resources: [Resource], _ host: String, _ state: HostState
  ) throws(HearthError) -> [ResourceChange] {
    var changes: [ResourceChange] = []
    var context = ComparisonContext(state: state, changed: changed[host] ?? [])
    var ids: Set<String> = []
    for resource in resources {
      guard ids.insert(resource.id).inserted else {
        throw HearthError(.internalError, "two resources of one phase are named “\(resource.id)”")
      }
      let difference: Difference?
      do { difference = try resource.kind.difference(context) } catch { throw error.at(Subject(step: resource.id)) }
      guard let difference else { continue }
      changes.append(ResourceChange(id: resource.id, action: difference.action, fields: difference.fields))
      context.changed.insert(resource.id)
      if let path = resource.writtenPath { context.changed.insert(path) }
    }
    changed[host] = context.changed
    return changes
  }
}
