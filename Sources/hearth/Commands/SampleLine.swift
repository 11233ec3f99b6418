import Diagnostics
import Foundation
import Metering
import Synchronization
import Units

/// One sample in one line.
struct SampleLine {
  let text: String

  init(_ outcome: Tracker.Outcome) {
    var parts = outcome.readings.sorted { $0.key < $1.key }.map { name, reading in
      [
        name, reading.power.map { "\($0.description(1))" },
        reading.counter.map { "\($0.kilowattHours.description(3))" },
      ]
      .compactMap(\.self).joined(separator: " ")
    }
    if let containers = outcome.containers { parts.append("\(containers) containers") }
    let now = Date().formatted(.iso8601)
    text = "\(now)  " + (parts.isEmpty ? "nothing answered" : parts.joined(separator: ", "))
  }
}

/// The same for programs.
struct SampleDocument: Encodable {
  struct Meter: Encodable {
    var watts, kilowattHours: String?
  }

  struct Doubt: Encodable {
    var meter, text: String
  }

  var time = Date().formatted(.iso8601)
  var meters: [String: Meter]
  var containers: Int?
  var failures: [String: HearthError]
  var clusterFailure: HearthError?
  var doubts: [Doubt]

  init(_ outcome: Tracker.Outcome) {
    meters = outcome.readings.mapValues {
      Meter(watts: $0.power?.value.fixed(1), kilowattHours: $0.counter?.kilowattHours.value.fixed(3))
    }
    containers = outcome.containers
    failures = outcome.dead
    clusterFailure = outcome.clusterFailure
    doubts = outcome.doubts.map { Doubt(meter: $0.meter, text: $0.text) }
  }
}

/// Set once, from a signal.
final class StopFlag: Sendable {
  private let raised = Mutex(false)
  func raise() { raised.withLock { $0 = true } }
  var isRaised: Bool { raised.withLock { $0 } }
}
