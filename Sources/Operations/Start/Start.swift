package import Diagnostics
package import Inventory
package import Smoke

/// A rack that was switched off comes back, and is watched until everything serves.
package struct Start: StepOperation {
  package enum Step: Sendable, Equatable {
    case switchOn(String)
  }

  let port: any PowerPort

  package init(_ port: any PowerPort) { self.port = port }

  package var isStopping: Bool { port.isStopping }

  /// The control plane first. Real hosts are switched on by people.
  package static func steps(_ rack: Rack) -> [Step] {
    guard rack.lab != nil else { return [] }
    let planes = rack.controlPlane.map(\.name)
    return (planes + rack.nodes.map(\.name).filter { !planes.contains($0) }).map(Step.switchOn)
  }

  /// What would be done, in a sentence.
  package static func preview(_ rack: Rack) -> String {
    let names = steps(rack).map { step in
      switch step {
      case .switchOn(let host): host
      }
    }
    guard names.isEmpty else { return "would be switched on, in this order: \(names.joined(separator: ", "))" }
    return
      "people switch on \(rack.controlPlane.map(\.name).joined(separator: ", ")) and the others; they would be watched"
  }

  /// - Parameter patience: for everything to serve.
  /// - Returns: the last that was seen; it may not be healthy.
  package func run(patience: Duration) async throws -> ClusterStatus {
    try await take(all: Self.steps(port.rack))
    if isStopping { throw HearthErrors([stopped]) }
    do {
      return try await port.untilHealthy(limit: patience)
    } catch {
      guard isStopping else { throw error }
      throw HearthErrors([stopped])
    }
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .switchOn(let host): try await port.switchOn(host)
    }
  }

  package func stopped(before step: Step) -> HearthError { stopped }

  private var stopped: HearthError {
    HearthError(
      .cancelled, "stopped; hosts that are on stay on", hint: "run `hearth start` again: it goes on from there")
  }
}
