import Foundation
import Metering
import TestSupport
import Testing
import Units

/// Two days of samples of a rack that draws 20 W, with something wrong in the middle: what is counted, and what is said.
@Suite struct DoubtTests {
  let folder: TemporaryFolder
  let store: UsageStore
  /// 1 September 2026, 00:00 UTC.
  static let start = 1_788_220_800

  init() throws {
    folder = try TemporaryFolder()
    store = try UsageStore(path: folder.file("usage.sqlite"))
  }

  /// - Parameter change: Of sample number n of `count`, what the meter says.
  private func fill(
    _ count: Int, step: Int = 300, _ change: (Int, inout MeterReading, inout SampleTime) -> Void
  ) throws {
    var counter: Decimal = 1000
    for index in 0..<count {
      counter += 20 * Decimal(step) / 3600
      var time = SampleTime(unix: Self.start + index * step, uptime: 1000 + index * step, boot: "b")
      var reading = MeterReading(power: Watts(20), counter: WattHours(counter.rounded(3)))
      change(index, &reading, &time)
      try store.record(Sample(time: time, meters: ["plug": reading]), source: "pi1")
    }
  }

  private func watts() throws -> Decimal {
    let days = try store.energy(from: Day(number: 0), to: Day(number: 60_000))
    let hours = days.map(\.known.value).reduce(0, +)
    return hours > 0 ? (days.map(\.energy.value).reduce(0, +) / hours).rounded(1) : 0
  }

  private func kinds() throws -> [String] { try store.doubts().map(\.kind) }

  @Test func `A meter that agrees with itself is believed without a word`() throws {
    try fill(288) { _, _, _ in }
    #expect(try watts() == 20)
    #expect(try store.doubts().isEmpty)
  }

  @Test(arguments: [300, 600, 1200]) func `A counter that leaps is refused, also over longer steps`(step: Int) throws {
    try fill(144, step: step) { index, reading, _ in
      if index >= 72 { reading.counter? += WattHours(Decimal(286_805, over: 100)) }
    }
    #expect(try watts() == 20)
    let doubts = try store.doubts()
    #expect(doubts.map(\.kind) == ["leap"] && doubts[0].count == 1)
    #expect(doubts[0].text.contains("leapt by 28") && doubts[0].text.contains("its watts were used"))
  }

  @Test func `Another plug's counter, higher or lower, is not energy`() throws {
    for change in [1500, -900] as [Decimal] {
      let other = try UsageStore(path: folder.file("\(change).sqlite"))
      var counter: Decimal = 1000
      for index in 0..<100 {
        counter += Decimal(5, over: 3)
        if index == 50 { counter += change }
        try other.record(
          Sample(
            time: SampleTime(unix: Self.start + index * 300, uptime: index * 300, boot: "b"),
            meters: ["plug": MeterReading(power: Watts(20), counter: WattHours(counter))]), source: "pi1")
      }
      let days = try other.energy(from: Day(number: 0), to: Day(number: 60_000))
      let mean = days.map(\.energy.value).reduce(0, +) / days.map(\.known.value).reduce(0, +)
      #expect(mean.rounded(1) == 20)
    }
  }

  @Test func `A counter that stands still while power flows gives way to the watts`() throws {
    try fill(288) { _, reading, _ in reading.counter = WattHours(1000) }
    #expect(try watts() == 20)
    #expect(try kinds() == ["stands"])
  }

  /// Ten samples in four and a half minutes are not evidence, as devices update their counters late; twelve are.
  @Test(arguments: [(10, []), (12, ["stands"])])
  func `A fine counter that stands is told of in a short run`(samples: Int, told: [String]) throws {
    try fill(samples, step: 30) { _, reading, _ in reading.counter = WattHours(Decimal(5125, over: 1000)) }
    #expect(try kinds() == told)
    if !told.isEmpty { #expect(try watts() == 20) }
  }

  @Test func `Whole watt-hours may be steps of ten: a short run does not say`() throws {
    try fill(20, step: 30) { _, reading, _ in reading.counter = WattHours(1000) }
    #expect(try kinds().isEmpty)
    // Once it moved by one, its steps are known.
    let other = try UsageStore(path: folder.file("moved.sqlite"))
    for index in 0..<40 {
      try other.record(
        Sample(
          time: SampleTime(unix: Self.start + index * 30, uptime: index * 30, boot: "b"),
          meters: ["plug": MeterReading(power: Watts(20), counter: WattHours(index < 10 ? 1000 : 1001))]), source: "pi1"
      )
    }
    #expect(try other.doubts().map(\.kind) == ["stands"])
  }

  /// At 2868 Wh nothing counts in tens; at 0 and 1000 Wh only a maker's promise tells.
  @Test(arguments: [(2868, nil, true), (1000, nil, false), (0, nil, false), (0, 1, true), (1000, 1, true)])
  func `A counter in whole watt-hours that stands from its first sample`(
    value: Int, promised: Int?, told: Bool
  ) throws {
    try fill(20, step: 30) { _, reading, _ in
      reading.counter = WattHours(Decimal(value))
      reading.step = promised.map { WattHours(Decimal($0)) }
    }
    #expect(try kinds() == (told ? ["stands"] : []))
    #expect(try watts() == (told ? 20 : 0))
  }

  /// 20 W and 2000 W, asked four times as often as the device renews its counter.
  @Test(arguments: [20, 2000]) func `A counter that is renewed every other minute does not stand`(power: Int) throws {
    try fill(240, step: 30) { index, reading, _ in
      reading.power = Watts(Decimal(power))
      reading.counter = WattHours(
        (Decimal(power) * Decimal(index / 4 * 4 * 30) / 3600 + Decimal(1, over: 8)).rounded(3))
    }
    #expect(try kinds().isEmpty)
  }

  @Test func `A counter that stops half way gives way from then on`() throws {
    try fill(288) { index, reading, _ in if index >= 144 { reading.counter = WattHours(1240) } }
    #expect(try watts() == 20)
    #expect(try kinds() == ["stands"])
  }

  @Test(arguments: [1, 10]) func `A counter in whole steps is not a counter that stands`(step: Int) throws {
    try fill(288) { _, reading, _ in
      let value = reading.counter?.value ?? 0
      reading.counter = WattHours((value / Decimal(step) - Decimal(499, over: 1000)).rounded(0) * Decimal(step))
    }
    #expect((try watts() - 20).magnitude < 1)
    #expect(try kinds().isEmpty)
  }

  @Test func `Watts that are nothing leave the counter alone`() throws {
    try fill(288) { _, reading, _ in reading.power = Watts(-3) }
    #expect(try watts() == 20)
    #expect(try kinds().isEmpty)
  }

  @Test func `A counter twice as fast as its watts and more is not believed`() throws {
    var counter: Decimal = 0
    try fill(288) { _, reading, _ in
      counter += 5
      reading.counter = WattHours(counter)
    }
    #expect((try watts() - 20).magnitude < 1)
    #expect(try kinds() == ["contradiction"])
  }

  @Test func `A meter whose watts contradict its counter is told of`() throws {
    try fill(288) { _, reading, _ in reading.power = Watts(2000) }
    #expect(try watts() == 20)
    #expect(try kinds() == ["contradiction"])
  }

  @Test func `A board without a clock tells no time`() throws {
    try fill(12) { index, _, time in
      if index < 6 { time = SampleTime(unix: 1000 + index * 300, uptime: index * 300, boot: "c") }
    }
    #expect(try store.days()?.lowerBound == Day("2026-09-01"))
    let doubts = try store.doubts()
    #expect(doubts.map(\.kind) == ["clock"] && doubts[0].count == 6)
    #expect(doubts[0].words.contains("1970-01-01"))
  }

  @Test func `What was refused or repaired when it was read is kept`() throws {
    var sample = Sample(time: SampleTime(unix: Self.start))
    sample.refused["clamp"] = "meter clamp says -40.6 W: less than nothing"
    sample.meters["plug"] = MeterReading(counter: WattHours(5), doubt: "it gave no watts; its counter was used")
    try store.record(sample, source: "pi1")
    #expect(try store.doubts().map(\.meter) == ["clamp", "plug"])
    #expect(try store.doubts(since: Self.start + 1).isEmpty)
  }
}
