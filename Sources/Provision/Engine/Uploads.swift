import Artifacts
import Diagnostics
import SSH
import Synchronization

/// Sends the large files of a plan, host by host and in the order of phases, while hosts work on other things. A phase
/// waits only for what its own host needs in it.
final class Uploads: Sendable {
  private struct Key: Hashable {
    var host: String
    var phase: String
  }
  private typealias Item = (host: String, phase: String, deliveries: [Resource.Delivery])
  private let tasks: Mutex<[Key: Task<HearthError?, Never>]> = Mutex([:])
  private let waiting: Mutex<[String: [Item]]> = Mutex([:])
  private let engine: Engine
  private let gate: AsyncSemaphore

  /// - Parameters:
  ///   - wanted: in the order of phases.
  ///   - restarting: hosts that restart in this run: theirs begin when a phase first asks for them, for a restart would
  ///     end what is under way.
  init(
    _ wanted: [(host: String, phase: String, deliveries: [Resource.Delivery])], restarting: Set<String>,
    engine: Engine, gate: AsyncSemaphore
  ) {
    self.engine = engine
    self.gate = gate
    let items = wanted.filter { !$0.deliveries.isEmpty }
    waiting.withLock { $0 = Dictionary(grouping: items.filter { restarting.contains($0.host) }, by: \.host) }
    start(items.filter { !restarting.contains($0.host) })
  }

  private func start(_ items: [Item]) {
    var last: [String: Task<HearthError?, Never>] = [:]
    for item in items {
      let before = last[item.host]
      let task = Task<HearthError?, Never> { [engine, gate] in
        if let error = await before?.value { return error }
        return await gate.pass { await Self.send(item.deliveries, item.host, item.phase, engine) }
      }
      last[item.host] = task
      tasks.withLock { $0[Key(host: item.host, phase: item.phase)] = task }
    }
  }

  /// Returns when all is there, or with what kept it from getting there.
  func wait(_ host: String, _ phase: String) async -> HearthError? {
    let isFirst = waiting.withLock { $0[host]?.contains { $0.phase == phase } == true }
    if isFirst, let items = waiting.withLock({ $0.removeValue(forKey: host) }) { start(items) }
    let task = tasks.withLock { $0[Key(host: host, phase: phase)] }
    return await task?.value
  }

  func cancel() {
    for task in tasks.withLock({ $0.values }) { task.cancel() }
  }

  private static func send(
    _ deliveries: [Resource.Delivery], _ host: String, _ phase: String, _ engine: Engine
  ) async -> HearthError? {
    for delivery in deliveries {
      let step = "file \(delivery.path)"
      guard !engine.isCancelled, !Task.isCancelled else {
        return HearthError(.cancelled, "stopped before \(delivery.path) was sent", subject: Subject(host: host))
      }
      engine.events.emit(.stepStarted(host: host, phase: phase, step: step))
      do {
        let events = engine.events
        try await engine.shell(host).upload(
          .file(path: delivery.file.path, sha256: delivery.file.sha256, gzipped: delivery.file.gzipped),
          to: delivery.stagedPath, mode: 0o600, owner: "root:root",
          progress: { done, total in
            events.emit(.stepProgress(host: host, step: step, doneBytes: done, totalBytes: total))
          })
      } catch {
        engine.events.emit(
          .stepEnded(host: host, phase: phase, step: step, outcome: .failed, seconds: 0, detail: error.message))
        return error.at(Subject(host: host, step: step))
      }
    }
    return nil
  }
}
