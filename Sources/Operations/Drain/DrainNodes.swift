package import Bootstrap
package import Diagnostics

/// Where pods may run: nodes are emptied, closed or opened, one after another.
package struct DrainNodes: RackOperation {
  package enum Change: Sendable {
    /// Its pods move, and it takes no new ones.
    case drain(Drain.Options)
    case cordon
    case uncordon

    var done: String {
      switch self {
      case .drain: "drained"
      case .cordon: "cordoned"
      case .uncordon: "uncordoned"
      }
    }
  }

  /// One node's turn.
  package struct Step: Sendable, Equatable {
    var node: String
  }

  package let port: any RackPort
  let names: [String]
  let change: Change
  /// Only says what would be done.
  let isPreview: Bool
  /// Of the beginning: which API server is asked first.
  private var view: ClusterView?

  package init(_ port: any RackPort, _ names: [String], _ change: Change, isPreview: Bool = false) {
    self.isPreview = isPreview
    self.port = port
    self.names = names
    self.change = change
  }

  /// - Throws: `usage` for a name that the cluster does not know, while nothing has been done to the others.
  package static func steps(_ names: [String], _ view: ClusterView) throws(HearthError) -> [Step] {
    for name in names where view.node(name) == nil {
      throw HearthError(
        .usage, view.nodes == nil ? "no API server answers" : "the cluster has no node named \(name)",
        hint: "see `hearth node list`")
    }
    return names.map(Step.init)
  }

  package func run() async throws {
    let view = await port.view()
    let steps = try Self.steps(names, view)
    var turn = self
    turn.view = view
    if isPreview {
      for step in steps { try await turn.preview(step.node) }
      return
    }
    try await port.holding(port.hosts) { [turn] in try await turn.take(all: steps) }
  }

  private func preview(_ node: String) async throws {
    var text = "\(node) would be \(change.done)"
    if case .drain(let options) = change {
      let drain = Drain(admin: try port.admin(view), release: try port.release, events: port.events)
      text += ": \(try await drain.preview(node, options))"
    }
    port.note(text)
  }

  package func take(_ step: Step) async throws {
    let drain = Drain(admin: try port.admin(view), release: try port.release, events: port.events)
    switch change {
    case .drain(let options):
      try await port.tellWaitingVolumes(of: step.node, view)
      try await drain.run(step.node, options, clock: port.clock)
    case .cordon: try await drain.cordon(step.node)
    case .uncordon: try await drain.uncordon(step.node)
    }
    await port.record("\(step.node) \(change.done)")
  }
}
