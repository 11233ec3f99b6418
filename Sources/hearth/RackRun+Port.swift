import Bootstrap
import Diagnostics
import Inventory
import Operations
import Provision
import SSH

/// Operations on real hosts.
extension RackRun: RackPort {
  var hosts: [String] { session.hosts }
  var survey: Survey { session.survey }
  var shells: [String: any RootShell] { engine.currentShells }
  var clock: any Clock<Duration> { ContinuousClock() }
  var isStopping: Bool { engine.isCancelled }

  func hasFailures(on hosts: [String]) async -> Bool { await outcome.hasFailures(on: hosts) }
  func record(_ action: String) async { await outcome.did(action) }

  /// Another operator is told who holds them.
  func holding(_ hosts: [String], _ work: () async throws -> Void) async throws {
    var failure: (any Error)?
    try await engine.holding(hosts) { () async throws(HearthErrors) in
      do {
        try await work()
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The new node, a neighbour and a control plane are enough to prove that it serves; the time does not grow with the
  /// rack.
  func smoke(around name: String) async throws {
    guard await !hasFailures else { return }
    let lead = rack.controlPlane.first { $0.name != name && shells[$0.name] != nil }
    let neighbour = rack.nodes.first { $0.name != name && $0.name != lead?.name && shells[$0.name] != nil }
    var part = rack
    part.nodes = rack.nodes.filter { [name, lead?.name, neighbour?.name].contains($0.name) }
    try await smoke(part)
  }
}
