import Diagnostics
import Testing

@testable import Operations

/// Three control planes and two workers of values are switched off.
struct ShutdownTests {
  private static let shutdown: @Sendable (FakeRack) async throws -> Void = { try await Shutdown($0).run() }

  @Test func workersGoFirstAndTheControlPlaneIsQuietBeforeItGoes() async throws {
    let rack = try FakeRack("shutdown", planes: 3, workers: 2)
    #expect(await rack.run(Self.shutdown) == [])
    let log = rack.now.log
    #expect(Set(log[..<2]) == ["off pi4", "off pi5"])
    #expect(Set(log[2..<5]) == ["quiet pi1", "quiet pi2", "quiet pi3"])
    #expect(Set(log[5...]) == ["off pi1", "off pi2", "off pi3"])
    #expect(rack.now.actions == ["5 hosts switched off"])
  }

  /// The run counts as one in which hosts failed: whoever reads its exit code does not believe that all are off.
  @Test func aHostThatNobodyCouldLogInToIsNotCountedAsOff() async throws {
    let rack = try FakeRack("shutdown", planes: 3, workers: 2, { $0.silent = ["pi5"] })
    _ = await rack.run(Self.shutdown)
    #expect(rack.now.actions == ["4 hosts switched off"])
    #expect(await rack.hasFailures)
  }

  @Test func aWorkerThatStaysOnKeepsTheControlPlaneOn() async throws {
    let rack = try FakeRack("shutdown", planes: 3, workers: 2, { $0.failing = ["pi5": "off"] })
    let errors = await rack.run(Self.shutdown)
    #expect(errors.map(\.code) == [.timedOut] && errors.map(\.subject.host) == ["pi5"])
    #expect(rack.now.seconds >= 180)
    #expect(!rack.now.log.contains { $0.hasPrefix("quiet") })
  }

  @Test(arguments: ["off pi4", "quiet pi2"]) func interruptedItBeginsNothingMore(after entry: String) async throws {
    let rack = try FakeRack(
      "shutdown", planes: 3, workers: 2,
      watch: { state, last in
        if last == entry, !state.log.dropLast().contains(entry) { state.isStopping = true }
      })
    let errors = await rack.run(Self.shutdown)
    #expect(Set(errors.map(\.code)) == [.cancelled])
    #expect(!rack.now.log.contains("off pi1"))
    rack.change { $0.isStopping = false }
    #expect(await rack.run(Self.shutdown) == [])
    #expect(rack.now.silent.count == 5)
  }

  @Test(
    arguments: [
      ([nil, .unreachable], false), ([.unreachable, .unreachable], true), ([.timedOut, .timedOut, .timedOut], false),
      ([.unreachable, nil, .unreachable], false), ([.unreachable, .timedOut, .unreachable], true),
      ([.remoteCommand, .remoteCommand], false),
    ] as [([HearthError.Code?], Bool)])
  func silenceIsNotOff(_ heard: [HearthError.Code?], _ isOff: Bool) {
    var watch = PowerOffWatch()
    for failure in heard { watch.heard(failure) }
    #expect(watch.isOff == isOff)
  }
}
