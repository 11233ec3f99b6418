import Diagnostics
import Inventory
import SSH
import Templates
import Untrusted

/// Looks at a whole rack: one remote command per host, side by side.
struct Observer: Sendable {
  let rack: Rack
  let shells: [String: any RootShell]
  let access: ClusterAccess

  /// Without a sign of life for so long, nobody holds a host any more; as Provision's locks have it.
  private static let lockSeconds = 180

  /// The units that every host runs, and those of the control plane.
  static func units(for node: Node, in rack: Rack) -> [String] {
    let isControlPlane = node.roles.contains(.controlPlane)
    var units: [String] = []
    if isControlPlane { units += ["hearth-etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] }
    if isControlPlane, rack.cluster.endpoint?.virtualAddress != nil { units.append("hearth-vip") }
    units += ["containerd", "kubelet", "kube-proxy", "hearth-api", "hearth-routes", "hearth-masquerade"]
    guard rack.cluster.loadBalancer != nil else { return units }
    return units + ["hearth-lb", "hearth-lb-watch"] + (isControlPlane ? ["hearth-lb-assign"] : [])
  }

  /// - Parameters:
  ///   - withCluster: whether the API server is asked for nodes and add-ons, too.
  ///   - isDetailed: whether pods, events and etcd's own numbers are asked for as well.
  func observe(withCluster: Bool = true, isDetailed: Bool = false) async -> Observation {
    let first = rack.controlPlane.first { shells[$0.name] != nil }?.name
    let answers = await concurrently(rack.nodes) { node in
      await ask(node, cluster: withCluster && node.name == first, isDetailed)
    }
    var observation = Observation()
    var living: [Node] = []
    for (node, answer) in zip(rack.nodes, answers) {
      switch answer {
      case .success(let sections):
        let state = HostState(sections)
        observation.hosts[node.name] = state
        if state.api?.healthy == true { living.append(node) }
        if node.name == first, withCluster { observation.take(ClusterState.parse(sections)) }
      case .failure(let error):
        observation.unreachable[node.name] = error
      }
    }
    // The first control-plane host could not tell: any other living one can.
    if withCluster, observation.cluster == nil {
      for node in living where node.name != first {
        guard case .success(let sections) = await ask(node, cluster: true, isDetailed) else { continue }
        observation.take(ClusterState.parse(sections))
        if observation.cluster != nil { break }
      }
      if observation.cluster == nil, observation.clusterProblem == nil {
        observation.clusterProblem = "no control-plane host could be asked"
      }
    }
    return observation
  }

  private func ask(_ node: Node, cluster: Bool, _ isDetailed: Bool) async -> Result<Sections, HearthError> {
    guard let shell = shells[node.name] else {
      return .failure(HearthError(.unreachable, "not logged in", subject: Subject(host: node.name)))
    }
    do {
      let program = try program(for: node, cluster: cluster, isDetailed: isDetailed)
      let result = try await shell.run(program, timeout: .seconds(25))
      guard result.status == 0 else {
        let lines = result.errorText.lastLines(5)
        let reason = lines.last ?? "status \(result.status)"
        return .failure(
          HearthError(
            .remoteCommand, "the host's state could not be read: \(reason)", subject: Subject(host: node.name),
            output: lines))
      }
      return .success(Sections(result.outputText))
    } catch {
      return .failure(error)
    }
  }

  func program(for node: Node, cluster: Bool, isDetailed: Bool = false) throws(HearthError) -> String {
    try Template("smoke/host-state.sh").render([
      "mark": Sections.mark, "controlPlane": node.roles.contains(.controlPlane), "cluster": cluster,
      "detailed": isDetailed, "expirySeconds": Self.lockSeconds,
      "podTemplate": try Template.text(of: "smoke/pods.gotemplate").byteLines.joined(),
      "eventTemplate": try Template.text(of: "smoke/events.gotemplate").byteLines.joined(),
      "units": Self.units(for: node, in: rack).map { "\($0).service" },
      // Patterns of hearth's own.
      "certificates": ShellText(access.certificates.joined(separator: " ")),
      "kubectl": access.kubectl, "kubeconfig": access.kubeconfig, "localServer": access.localServer,
      "etcdHealth": access.etcdHealth,
      "endpoint": rack.cluster.endpoint?.virtualAddress?.description,
    ])
  }
}

extension Observation {
  mutating func take(_ parsed: Result<ClusterState, ClusterState.Problem>) {
    switch parsed {
    case .success(let state):
      cluster = state
      clusterProblem = nil
    case .failure(let problem):
      if cluster == nil { clusterProblem = problem.text }
    }
  }
}
