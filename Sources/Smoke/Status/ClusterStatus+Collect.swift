package import Diagnostics
package import Inventory
package import SSH

extension ClusterStatus {
  /// Asks every host once, side by side. A host that does not answer is part of the status and not an error.
  ///
  /// - Parameters:
  ///   - failures: why nobody is logged in to a host.
  ///   - isDetailed: pods, events and etcd's own numbers are asked for as well.
  package static func collect(
    rack: Rack, shells: [String: any RootShell], failures: [String: HearthError] = [:],
    access: ClusterAccess = .standard, isDetailed: Bool = false
  ) async -> ClusterStatus {
    let clock = ContinuousClock()
    let start = clock.now
    var observation = await Observer(rack: rack, shells: shells, access: access).observe(isDetailed: isDetailed)
    observation.unreachable.merge(failures) { _, failure in failure }
    return ClusterStatus(rack: rack, observation: observation, seconds: (clock.now - start).inSeconds)
  }

  /// - Parameter seconds: how long the observation took.
  package init(rack: Rack, observation: Observation, seconds: Double = 0) {
    self.init(
      cluster: rack.cluster.name,
      server: observation.cluster?.server,
      hosts: rack.nodes.map { node in
        Host(
          name: node.name, address: node.address.description, roles: node.roles.map(\.rawValue).sorted(),
          unreachable: observation.unreachable[node.name]?.message, state: observation.hosts[node.name],
          node: observation.cluster?.node(node.name))
      },
      addOns: observation.cluster?.addOns ?? [], pods: observation.cluster?.pods, events: observation.cluster?.events,
      conditions: HealthCondition.passive.flatMap { condition in
        condition.places(in: rack).map { place in
          ConditionResult(
            condition, at: place, verdict: condition.judge(observation, at: place), seconds: seconds)
        }
      },
      warnings: Warnings.all(rack: rack, observation: observation),
      stages: Stage.all(rack: rack, observation: observation))
  }
}
