package import Bootstrap
import Diagnostics
import Inventory
package import Provision

/// A host becomes a node of a living cluster; of the others, only what they keep about it changes.
package struct AddNode {
  let port: any RackPort
  let name: String

  package init(_ port: any RackPort, _ name: String) {
    self.port = port
    self.name = name
  }

  /// Whether the host may become this node, while nothing has been done to it, nor to the node whose place it takes.
  ///
  /// - Parameter isCleaned: the host loses what is installed on it before.
  package func check(_ view: ClusterView, isCleaned: Bool = false) async throws {
    try await port.refuseUnevenVersions(besides: name)
    guard port.rack.node(name)?.roles.contains(.controlPlane) == true else { return }
    try await port.checkJoins(of: [name], view: view, areCleaned: isCleaned)
  }

  /// - Parameter approve: sees the plan before anything happens.
  package func run(approve: (Plan) throws -> Void) async throws {
    let phases = try await port.work(await port.view()).addition(of: name)
    try await port.holding(Set(phases.flatMap(\.resources.keys)).sorted()) {
      let plan = await port.plan(phases, forChange: true)
      guard plan.changeCount > 0 else {
        return port.note("\(name) is a node already, and matches the inventory")
      }
      try approve(plan)
      try await port.apply(plan)
    }
  }
}

extension RackPort {
  /// What the operations on single nodes know before they begin.
  func work(_ view: ClusterView) async throws -> NodeWork {
    let architectures = Set(survey.facts.values.compactMap(\.architecture))
    return NodeWork(
      rack: rack, survey: survey, view: view, release: try release, authority: try await authority(create: false),
      software: try await software(for: architectures), inventory: inventoryText)
  }
}
