import Bootstrap
package import Diagnostics
package import Inventory
import SSH

/// Hosts renew their certificates ahead of time, while the rack serves.
package struct RenewCertificates: RackOperation {
  package enum Step: Sendable, Equatable {
    /// Until its API server is ready again.
    case controlPlane(String)
    /// All of them at once.
    case workers([String])
  }

  package let port: any RackPort

  package init(_ port: any RackPort) { self.port = port }

  /// - Parameter hosts: those that the command is about.
  package static func steps(_ rack: Rack, _ hosts: [String]) -> [Step] {
    let chosen = rack.nodes.filter { hosts.contains($0.name) }
    let workers = chosen.filter { !$0.roles.contains(.controlPlane) }.map(\.name)
    return chosen.filter { $0.roles.contains(.controlPlane) }.map { .controlPlane($0.name) }
      + (workers.isEmpty ? [] : [.workers(workers)])
  }

  package func run() async throws {
    let steps = Self.steps(port.rack, port.hosts)
    for case .controlPlane(let name) in steps { try await port.refuseThinQuorum(stopping: name) }
    try await port.holding(port.hosts) { try await take(all: steps) }
    let count = port.hosts.count
    await port.record("certificates renewed on \(count) \(count == 1 ? "host" : "hosts")")
  }

  /// Whoever asks for an end meanwhile waits for this step: a host whose certificates are half new is of no use.
  package func take(_ step: Step) async throws {
    let renewal = CertificateRenewal(rack: port.rack, shells: port.shells, events: port.events)
    let failures = await uninterrupted {
      switch step {
      case .controlPlane(let name): await renewal.renew(controlPlane: name).map { [$0] } ?? []
      case .workers(let names): await renewal.renew(workers: names)
      }
    }
    guard failures.isEmpty else { throw HearthErrors(failures) }
  }
}
