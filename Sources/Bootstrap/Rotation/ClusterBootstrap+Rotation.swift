package import Artifacts
package import Diagnostics
import Inventory
package import PKI
package import Provision
import Templates

extension ClusterBootstrap {
  /// Everything that trusts authorities or is signed by them, host by host: a kubelet that restarts says for a moment
  /// that its node is not ready. No step does anything where all is up to date already.
  ///
  /// - Parameters:
  ///   - authority: the keys of one stage, see ``AuthorityRotation``.
  ///   - holder: the control-plane host with the virtual address comes last of its kind, so that the address moves once.
  package func rotationSteps(
    authority: Authority, software: [Architecture: Software], holder: String?
  ) throws(HearthErrors) -> [RotationStep] {
    // Without this phase a rotation would change nothing, and drop the old authorities all the same.
    guard let start = try phases(authority: authority, software: software).first(where: { $0.id == .start })?.resources
    else { throw HearthErrors([HearthError(.internalError, "no phase starts the cluster")]) }
    do throws(HearthError) {
      let planes = nodes.filter { $0.roles.contains(.controlPlane) }
      let ordered = planes.filter { $0.name != holder } + planes.filter { $0.name == holder }
      var steps: [RotationStep] = []
      for node in ordered {
        steps.append(try step(of: host(node, authority, software), start[node.name] ?? []))
      }
      return steps
        + nodes.filter { !$0.roles.contains(.controlPlane) }.map { node in
          RotationStep(
            host: node.name,
            phase: Phase(
              "authorities-\(node.name)", title: "Authorities on \(node.name)",
              resources: [node.name: start[node.name] ?? []]))
        }
    } catch {
      throw HearthErrors([error])
    }
  }

  private func step(of host: ClusterNode, _ start: [Resource]) throws(HearthError) -> RotationStep {
    let conditions = ClusterConditions(rack: rack, release: release, nodes: nodes)
    // Where the controller manager starts late, it is not among what starts.
    let late = release.stallsAfterColdStart ? try host.controllerManager() : []
    return RotationStep(
      host: host.name,
      quiet: Phase(
        "quiet-\(host.name)", title: "Take the API server of \(host.name) out of service",
        resources: [host.name: [.unit(.init("kube-apiserver.service", state: .stopped))]]),
      phase: Phase(
        "authorities-\(host.name)", title: "Authorities on \(host.name)",
        resources: [host.name: Self.filesFirst(start + late) + [try conditions.etcdHealthy()]]))
  }
}

/// One part of a change of authorities: a host, brought to the keys of a stage before the next part is begun.
package struct RotationStep: Sendable {
  package var host: String
  /// Done before, where the phase changes anything: balancers turn away from an API server that is about to restart.
  package var quiet: Phase?
  package var phase: Phase
}

/// The program that writes every Secret again, run on a control-plane host.
package enum SecretRewriting {
  /// - Parameter key: the name of the key that writes now. Letters and digits.
  /// - Returns: a program that prints how many Secrets there are once all of them carry the key's name in etcd.
  package static func program(key: String, release: KubernetesRelease) throws(HearthError) -> String {
    try Template("rotation/rewrite-secrets").render([
      "etcdctl": ClusterAdmin.etcdctl(release.paths.etcdctl), "kubectl": Kubectl.admin,
      "prefix": "k8s:enc:secretbox:v1:\(key):",
    ])
  }
}
