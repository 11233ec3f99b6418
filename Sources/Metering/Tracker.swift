package import Diagnostics
import Foundation
package import HTTP
package import Inventory
package import SSH
package import Units

/// Takes samples from the operator's machine.
package struct Tracker: Sendable {
  private let meters: [MeterDeclaration]
  private let poller: MeterPoller
  private let store: UsageStore
  /// A control-plane host that tells about pods; nil to look at meters only.
  private let cluster: (any RootShell)?
  /// Why a meter of that name cannot show so many watts; nil for what may be.
  private let doubt: @Sendable (String, Watts) -> String?

  /// - Throws: ``HearthError`` `inventory` when two meters measure the same thing, which would count twice.
  package init(
    meters: [MeterDeclaration], http: HTTPClient, shells: [String: any RootShell], cluster: (any RootShell)?,
    store: UsageStore, doubt: @escaping @Sendable (String, Watts) -> String? = { _, _ in nil }
  ) throws(HearthError) {
    try MeterCoverage.check(meters)
    self.meters = meters
    self.store = store
    self.cluster = cluster
    self.doubt = doubt
    poller = MeterPoller(http: http, shells: shells)
  }

  /// What came of one look.
  package struct Outcome: Sendable {
    package var readings: [String: MeterReading] = [:]
    /// Meters that did not answer, or with a number that cannot be, and why.
    package var dead: [String: HearthError] = [:]
    /// What was not believed or was repaired in this look, by meter.
    package var doubts: [MeterDoubtRecord] = []
    /// Containers seen; nil when the cluster was not asked.
    package var containers: Int?
    package var clusterFailure: HearthError?
  }

  /// Looks once at everything and keeps it. A dead meter or cluster leaves a gap and is told, no more.
  /// - Throws: ``HearthError`` `local` when the history cannot be written.
  package func sample(at time: SampleTime = .now()) async throws(HearthError) -> Outcome {
    var outcome = Outcome()
    var sample = Sample(time: time)
    let kinds = Dictionary(meters.map { ($0.name, $0.kind) }) { $1 }
    for (name, result) in await poller.read(meters) {
      switch result {
      case .success(.reading(let reading)):
        if let why = reading.power.flatMap({ doubt(name, $0) }) {
          sample.refused[name] = why
        } else {
          sample.meters[name] = kinds[name].map { reading.counted(by: $0) } ?? reading
        }
      case .success(.implausible(let error)):
        // It answered, and what it said cannot be: that is not a gap.
        outcome.dead[name] = error
        sample.refused[name] = error.message
      case .failure(let error):
        outcome.dead[name] = error
      }
    }
    outcome.readings = sample.meters
    if let cluster {
      do throws(HearthError) {
        sample.usage = try await Sampler.sample(on: cluster, meters: []).usage
        outcome.containers = sample.usage.map { Set($0.uses.keys).union($0.requests.keys).count }
      } catch {
        outcome.clusterFailure = error
      }
    }
    try store.note(meters, at: time.unix)
    try store.record(sample, source: "here")
    outcome.doubts = try store.doubts(since: time.unix).filter { outcome.dead[$0.meter] == nil }
    return outcome
  }
}

/// Which things are measured, by which meter.
package enum MeterCoverage {
  /// - Throws: ``HearthError`` `inventory` with the second meter's place.
  package static func check(_ meters: [MeterDeclaration]) throws(HearthError) {
    var measured: [String: String] = [:]
    for meter in meters {
      for item in meter.covers {
        let clash = item == "all" ? measured.first : measured.first { $0.key == item || $0.key == "all" }
        if let clash {
          throw HearthError(
            .inventory, "the meters \(clash.value) and \(meter.name) both measure \(item == "all" ? clash.key : item)",
            subject: meter.subject, hint: "what two meters measure would count twice: take it out of one `covers`")
        }
      }
      for item in meter.covers { measured[item] = meter.name }
    }
  }
}
