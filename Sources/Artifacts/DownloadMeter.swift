import Diagnostics
import HTTP
import Synchronization

/// All downloads of one fetch as a single step on the operator's machine: how many bytes of how many, together.
final class DownloadMeter: Sendable {
  private let events: any EventSink
  private let clock = ContinuousClock()
  private let state = Mutex(State())
  private static let step = "download artifacts"

  private struct State {
    var parts: [String: HTTPProgress] = [:]
    var start: ContinuousClock.Instant?
  }

  init(_ events: any EventSink) { self.events = events }

  /// A file that has to be fetched; returns where its progress goes. The first one begins the step.
  func begin(_ name: String) -> @Sendable (HTTPProgress) -> Void {
    let isFirst = state.withLock { state in
      state.parts[name] = HTTPProgress(doneBytes: 0, totalBytes: nil)
      defer { state.start = state.start ?? clock.now }
      return state.start == nil
    }
    if isFirst { events.emit(.stepStarted(host: ArtifactStore.host, phase: "artifacts", step: Self.step)) }
    return { [self] progress in
      let sum = state.withLock { state in
        state.parts[name] = progress
        return state.parts.values.reduce(HTTPProgress(doneBytes: 0, totalBytes: 0)) { sum, part in
          let total = sum.totalBytes.flatMap { total in part.totalBytes.map { total + $0 } }
          return HTTPProgress(doneBytes: sum.doneBytes + part.doneBytes, totalBytes: total)
        }
      }
      events.emit(
        .stepProgress(
          host: ArtifactStore.host, step: Self.step, doneBytes: sum.doneBytes, totalBytes: sum.totalBytes))
    }
  }

  /// Ends the step if anything was downloaded.
  func end(_ failure: HearthError?) {
    let state = state.withLock { $0 }
    guard let start = state.start else { return }
    let megabytes = state.parts.values.map(\.doneBytes).reduce(0, +) / 1_000_000
    let files = state.parts.count == 1 ? "1 file" : "\(state.parts.count) files"
    events.emit(
      .stepEnded(
        host: ArtifactStore.host, phase: "artifacts", step: Self.step, outcome: failure == nil ? .changed : .failed,
        seconds: (clock.now - start) / .seconds(1), detail: failure?.message ?? "\(files), \(megabytes) MB"))
  }
}
