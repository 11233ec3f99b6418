import Diagnostics
import Inventory
import Operations
import Provision
import Smoke
import VirtualRack

/// Looks at a rack again and again, logging in each time, because hosts come and go meanwhile.
struct RackWatch: PowerPort {
  let rack: Rack
  let access: AccessOptions
  let json: Bool

  var clock: any Clock<Duration> { ContinuousClock() }
  var isStopping: Bool { Interrupts.shared.isRaised }

  func switchOn(_ host: String) async throws {
    guard let lab = rack.lab else { return }
    try await VirtualRack(lab: Lab(name: lab)).start(host)
  }

  func look() async throws -> ClusterStatus {
    let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false)
    let status = await ClusterStatus.collect(
      rack: rack, shells: session.survey.fleet.shells, failures: session.survey.failures)
    await session.survey.fleet.close()
    return status
  }

  func tell(_ line: String, _ status: ClusterStatus, seconds: Double) throws {
    if json { return try JSONSink.write(["stages": status.stages], as: .stages) }
    Terminal.writeOutput("\(Quantity.seconds(seconds).padding(12))  \(line)\n")
  }
}
