package import Artifacts
package import Diagnostics
import Inventory
package import PKI
import Provision

extension ClusterBootstrap {
  /// Everything that trusts authorities or is signed by them, on control-plane hosts one by one, then on all workers
  /// together. No step does anything where all is up to date already.
  ///
  /// - Parameter authority: the keys of one stage, see ``AuthorityRotation``.
  package func rotationSteps(
    authority: Authority, software: [Architecture: Software]
  ) throws(HearthErrors) -> [RotationStep] {
    let start = try phases(authority: authority, software: software).first { $0.name == "start" }?.resources ?? [:]
    do throws(HearthError) {
      var steps: [RotationStep] = []
      for node in nodes where node.roles.contains(.controlPlane) {
        steps.append(try step(of: host(node, authority, software), start[node.name] ?? []))
      }
      let workers = nodes.filter { !$0.roles.contains(.controlPlane) }.map(\.name)
      guard !workers.isEmpty else { return steps }
      let resources = start.filter { workers.contains($0.key) }
      return steps + [
        RotationStep(phase: Phase("authorities", title: "Authorities on the workers", resources: resources))
      ]
    } catch {
      throw HearthErrors([error])
    }
  }

  private func step(of host: ClusterNode, _ start: [Resource]) throws(HearthError) -> RotationStep {
    let conditions = ClusterConditions(rack: rack, release: release, nodes: nodes)
    // Where the controller manager starts late, it is not among what starts.
    let late = release.stallsAfterColdStart ? try host.controllerManager() : []
    return RotationStep(
      quiet: Phase(
        "quiet-\(host.name)", title: "Take the API server of \(host.name) out of service",
        resources: [host.name: [.unit(.init("kube-apiserver.service", state: .stopped))]]),
      phase: Phase(
        "authorities-\(host.name)", title: "Authorities on \(host.name)",
        resources: [host.name: Self.filesFirst(start + late) + [try conditions.etcdHealthy()]]))
  }
}
