import Diagnostics
import Foundation
import Inventory
import Metering
import TestSupport
import Testing
import Units

/// The history: what counts, what does not, and that nothing counts twice.
@Suite struct StoreTests {
  let folder: TemporaryFolder
  let store: UsageStore
  /// 1 September 2026, 00:00 UTC.
  let start = 1_788_220_800

  init() throws {
    folder = try TemporaryFolder()
    store = try UsageStore(path: folder.file("usage.sqlite"))
  }

  private func record(
    _ seconds: Int, watts: Decimal? = nil, counter: Decimal? = nil, uptime: Int? = nil, boot: String? = "b",
    source: String = "here"
  ) throws {
    try store.record(
      Sample(
        time: SampleTime(unix: start + seconds, uptime: uptime ?? (1000 + seconds), boot: boot),
        meters: ["plug": MeterReading(power: watts.map { Watts($0) }, counter: counter.map { WattHours($0) })]),
      source: source)
  }

  private func total() throws -> (wattHours: Decimal, hours: Decimal) {
    let days = try store.energy(from: Day(number: 0), to: Day(number: 60_000))
    return (days.map(\.energy.value).reduce(0, +), days.map(\.known.value).reduce(0, +))
  }

  @Test func `A counter's difference is the energy; hours and days add up`() throws {
    for (index, count) in [100, 110, 120, 130].enumerated() {
      try record(index * 1200, watts: 999, counter: Decimal(count))
    }
    #expect(try total() == (30, 1))
    let hours = try store.energyHours(from: start, to: start + 7200)
    #expect(hours.map(\.energy) == [WattHours(30)])
    #expect(hours.map(\.known) == [Hours(1)])
  }

  @Test func `Without a counter the mean of two readings counts`() throws {
    try record(0, watts: 10)
    try record(600, watts: 20)
    #expect(try total() == (Decimal(25) / 10, Decimal(600) / 3600))
  }

  @Test func `A counter that begins again falls back to watts, never to a negative amount`() throws {
    try record(0, watts: 12, counter: 5000)
    try record(600, watts: 12, counter: 1)
    #expect(try total().wattHours == 2)
    try record(1200, counter: 0)
    #expect(try total().wattHours == 2, "without watts nothing is known")
  }

  @Test func `A counter that leaps is not believed`() throws {
    try record(0, counter: 0)
    try record(600, counter: 9_000_000)
    #expect(try total() == (0, 0))
  }

  @Test func `A gap stays a gap`() throws {
    try record(0, watts: 30, counter: 0)
    try record(600, watts: 30, counter: 5)
    try record(600 + 8 * 3600, watts: 30, counter: 245)
    try record(1200 + 8 * 3600, watts: 30, counter: 250)
    #expect(try total() == (10, Decimal(1200) / 3600))
  }

  @Test func `A clock that is set does not change how much time went by`() throws {
    try record(0, watts: 30)
    // An hour forward, while ten minutes went by.
    try record(4200, watts: 30, uptime: 1600)
    // And back again.
    try record(1200, watts: 30, uptime: 2200)
    #expect(try total() == (10, Decimal(1200) / 3600))
  }

  @Test func `After a reboot the clock decides, and a step back is a gap`() throws {
    try record(0, watts: 30, boot: "a")
    try record(600, watts: 30, uptime: 10, boot: "b")
    #expect(try total().wattHours == 5)
    try record(-5000, watts: 30, uptime: 20, boot: "c")
    #expect(try total().wattHours == 5)
  }

  @Test func `A sample counts once, however often it is brought`() throws {
    try record(0, watts: 30, source: "pi1")
    try record(600, watts: 30, source: "pi1")
    try record(600, watts: 30, source: "pi1")
    #expect(try total().wattHours == 5)
    #expect(try !store.record(Sample(time: SampleTime(unix: start + 600)), source: "pi1"))
    let again = try UsageStore(path: folder.file("usage.sqlite"))
    #expect(try !again.record(Sample(time: SampleTime(unix: start)), source: "pi1"))
  }

  @Test func `What two sources sampled is not added up: the one that knows more counts`() throws {
    for minute in 0...6 { try record(minute * 600, watts: 60, source: "pi1") }
    for minute in 2...4 { try record(minute * 600 + 17, watts: 90, source: "here") }
    #expect(try total() == (60, 1))
  }

  @Test func `Samples that are brought later count as if they had come in time`() throws {
    try record(6000, watts: 60, source: "here")
    for minute in 0...6 { try record(minute * 600, watts: 60, source: "pi1") }
    #expect(try total() == (60, 1))
  }

  @Test func `What lies over midnight belongs to both days`() throws {
    try record(-300, watts: 12)
    try record(300, watts: 12)
    let days = try store.energy(from: Day(unixSeconds: start - 1), to: Day(unixSeconds: start))
    #expect(days.map(\.energy) == [WattHours(1), WattHours(1)])
    #expect(days.map(\.day) == [Day("2026-08-31"), Day("2026-09-01")])
  }

  @Test func `Each day names what its meter measured then`() throws {
    func meter(_ items: String...) -> MeterDeclaration { MeterDeclaration(name: "plug", kind: .shelly2, covers: items) }
    try store.note([meter("pi1")], at: start)
    try store.note([meter("pi1")], at: start + 100)
    try record(0, watts: 12)
    try record(600, watts: 12)
    try store.note([meter("pi2", "pi1")], at: start + 86_400)
    try record(86_400, watts: 12)
    try record(87_000, watts: 12)
    let days = try store.energy(from: Day(unixSeconds: start), to: Day(unixSeconds: start + 86_400))
    #expect(days.map(\.covers) == [["pi1"], ["pi1", "pi2"]])
  }

  /// A second machine brings home what the sampler kept before that machine knew the rack.
  @Test func `Days from before the first note belong to what was noted first`() throws {
    try record(0, watts: 12)
    try record(600, watts: 12)
    try record(86_400, watts: 12)
    try record(87_000, watts: 12)
    try store.note([MeterDeclaration(name: "plug", kind: .shelly2, covers: ["all"])], at: start + 2 * 86_400)
    try store.note([MeterDeclaration(name: "plug", kind: .shelly2, covers: ["pi1"])], at: start + 3 * 86_400)
    let days = try store.energy(from: Day(unixSeconds: start), to: Day(unixSeconds: start + 86_400))
    #expect(days.map(\.covers) == [["all"], ["all"]])
  }

  @Test func `The greater of request and use counts, container by container`() throws {
    let busy = UsageSample.Container(namespace: "shop", pod: "web", name: "app")
    let idle = UsageSample.Container(namespace: "shop", pod: "db", name: "app")
    for (index, cpu) in [1000, 301_000].enumerated() {
      var usage = UsageSample()
      usage.requests = [
        busy: .init(milliCPU: 100, memoryBytes: 64 << 20), idle: .init(milliCPU: 1000, memoryBytes: 2048 << 20),
      ]
      usage.uses = [
        busy: .init(cpuMilliseconds: cpu, memoryBytes: 1024 << 20),
        idle: .init(cpuMilliseconds: 0, memoryBytes: 512 << 20),
      ]
      try store.record(
        Sample(time: SampleTime(unix: start + index * 600, uptime: index * 600, boot: "b"), usage: usage), source: "pi1"
      )
    }
    let day = try #require(try store.usage(from: Day(unixSeconds: start), to: Day(unixSeconds: start)).first)
    #expect(day.namespace == "shop")
    // Busy: half a core for ten minutes, of 0.1 asked for. Idle: nothing, of one core asked for.
    #expect(day.cpuUsed == Decimal(300_000) / 3_600_000)
    #expect(day.cpuCounted == Decimal(900_000) / 3_600_000)
    // 1 GiB + 0.5 GiB used; 1 GiB + 2 GiB counted.
    #expect(day.memoryUsed == Decimal(15) / 60)
    #expect(day.memoryCounted == Decimal(3) / 6)
    #expect(day.known == Hours(Decimal(600) / 3600))
  }

  @Test func `A file that is not a history is named and left alone`() throws {
    let file = try folder.write(
      "broken.sqlite", "this is not a database, but somebody's text, longer than a header of SQLite is")
    let error = #expect(throws: HearthError.self) { try UsageStore(path: file) }
    #expect(error?.subject.file == file)
    #expect(try folder.read("broken.sqlite").hasPrefix("this is not a database"))
  }
}
