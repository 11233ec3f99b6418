package import Bootstrap
package import Diagnostics
import Inventory
package import Provision

/// New or newly installed hardware takes a node's name and place.
package struct ReplaceNode: RackOperation {
  package enum Step: Sendable, Equatable {
    /// Whether the host may become this node, while nothing has been done.
    case check(isCleaned: Bool)
    case remove(systemIsGone: Bool)
    /// Its hardware is swapped by a person now.
    case handOver
    case add
  }

  package struct Options {
    var drain: Drain.Options
    /// A host that still works joins again after it was cleaned.
    var sameHost: Bool
    /// Volumes that lie on this node alone may go with it.
    var loseVolumes: Bool
    /// Sees each plan before anything of it happens.
    var approve: (Plan) throws -> Void

    package init(
      drain: Drain.Options = .init(), sameHost: Bool = false, loseVolumes: Bool = false,
      approve: @escaping (Plan) throws -> Void
    ) {
      self.drain = drain
      self.sameHost = sameHost
      self.loseVolumes = loseVolumes
      self.approve = approve
    }
  }

  package enum Outcome: Sendable, Equatable {
    case added
    /// A person swaps the hardware now.
    case removed
    /// The host is clean and joins again at once. What was learnt of it before is no longer true: that needs a run of its own.
    case joinsAgain
  }

  package let port: any RackPort
  let name: String
  let options: Options
  private let cluster: ClusterView

  package init(_ port: any RackPort, _ name: String, _ options: Options) async {
    self.port = port
    self.name = name
    self.options = options
    cluster = await port.view()
  }

  /// - Parameter view: who answers under the node's name.
  package static func steps(_ view: ReplacementVerdict.System, sameHost: Bool) -> [Step] {
    switch view {
    case .unknownToCluster: [.check(isCleaned: false), .add]
    case .new: [.check(isCleaned: false), .remove(systemIsGone: true), .add]
    case .old where sameHost: [.check(isCleaned: true), .remove(systemIsGone: false)]
    case .old: [.remove(systemIsGone: false), .handOver]
    }
  }

  package func run() async throws -> Outcome {
    guard let facts = port.survey.facts[name] else {
      // What is wrong with its key has been said.
      if port.survey.failures[name]?.code == .hostKey { throw Reported.refused }
      throw HearthError(
        .refused, "\(name) does not answer, so nothing can take its place yet", subject: Subject(host: name),
        hint: "switch the new host on, with the old one's address; to go on without it: hearth node remove \(name)")
    }
    let verdict = try ReplacementVerdict(name: name, facts: facts, view: cluster)
    port.note(verdict.words, host: name)
    let steps = Self.steps(verdict.system, sameHost: options.sameHost)
    try await take(all: steps)
    return steps.contains(.add) ? .added : options.sameHost ? .joinsAgain : .removed
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .check(let isCleaned): try await AddNode(port, name).check(cluster, isCleaned: isCleaned)
    case .remove(let systemIsGone):
      let removal = RemoveNode.Options(
        drain: options.drain, systemIsGone: systemIsGone, forget: false, loseVolumes: options.loseVolumes,
        approve: options.approve)
      try await RemoveNode(port, name, removal).run()
    case .handOver:
      let command = "`hearth node replace \(name.shellQuoted)`"
      port.note("is out of the cluster and clean; swap the hardware, then run \(command) again", host: name)
    case .add: try await AddNode(port, name).run(approve: options.approve)
    }
  }
}
