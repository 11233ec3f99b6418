import Diagnostics
import Synchronization

/// Times the stages of a run and tells the sink when each begins and ends.
final class Stopwatch: Sendable {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let events: any EventSink
  private let hosts: [String]
  private let ended = Mutex<[SmokeReport.Stage]>([])

  init(events: any EventSink, hosts: [String]) {
    self.events = events
    self.hosts = hosts
    start = clock.now
  }

  var stages: [SmokeReport.Stage] { ended.withLock { $0 } }
  var lastSeconds: Double { stages.last?.seconds ?? 0 }
  /// Since the stopwatch was made.
  var seconds: Double { (clock.now - start).inSeconds }

  func stage<Output>(_ name: String, _ body: () async throws(HearthError) -> Output) async throws(HearthError) -> Output
  {
    let began = clock.now
    events.emit(.phaseStarted(phase: "smoke: \(name)", hosts: hosts))
    var succeeded = false
    defer { end(name, began, succeeded) }
    let output = try await body()
    succeeded = true
    return output
  }

  func stage<Output>(_ name: String, _ body: () async -> Output) async -> Output {
    let began = clock.now
    events.emit(.phaseStarted(phase: "smoke: \(name)", hosts: hosts))
    defer { end(name, began, true) }
    return await body()
  }

  private func end(_ name: String, _ began: ContinuousClock.Instant, _ succeeded: Bool) {
    let seconds = (clock.now - began).inSeconds
    ended.withLock { $0.append(.init(name: name, seconds: seconds)) }
    events.emit(.phaseEnded(phase: "smoke: \(name)", seconds: seconds, succeeded: succeeded))
  }
}

extension Duration {
  /// In seconds, with fractions.
  var inSeconds: Double { self / .seconds(1) }
}
