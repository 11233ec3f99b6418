import Cost
import Foundation
import Inventory
import Metering
import Testing
import Units

/// One-minute samples of a plug, with gaps and a counter that leaps, through the history into reports and exports: the same
/// amounts everywhere. `HEARTH_DAYS=30` makes it a month.
struct MinutesTests {
  @Test func amountsAgreeFromThePlugToTheExports() throws {
    let days = ProcessInfo.processInfo.environment["HEARTH_DAYS"].flatMap { Int($0) } ?? 2
    let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-minutes-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try UsageStore(path: folder.appending(path: "usage.sqlite").path)
    let meter = MeterDeclaration(name: "plug", kind: .shelly2, url: "http://10.77.0.2", covers: ["all"])
    // 1 November 2026, 00:00 UTC.
    let start = 1_793_491_200
    try store.note([meter], at: start)
    var counter: Decimal = 500
    var energy: Decimal = 0
    var minutes = 0
    var wasThere = false
    for index in 0...days * 1440 {
      // 30 W by day, 20 W at night; ten minutes of every day are missing; the plug is changed once.
      let watts: Decimal = (360..<1080).contains(index % 1440) ? 30 : 20
      counter += watts / 60
      if index == 1000 { counter += 2868 }
      guard !(700..<740).contains(index % 1440) else {
        wasThere = false
        continue
      }
      if wasThere {
        energy += watts / 60
        minutes += 1
      }
      wasThere = true
      try store.record(
        Sample(
          time: SampleTime(unix: start + index * 60, uptime: 1000 + index * 60, boot: "b"),
          meters: ["plug": MeterReading(power: Watts(watts), counter: WattHours(counter.rounded(3)))]), source: "pi1")
    }
    let first = Day(unixSeconds: start)
    let last = first.adding(days: days)
    let history = History(
      first: first, last: last, energy: try store.energy(from: first, to: last), usage: [],
      hours: try store.energyHours(from: start, to: start + (days + 1) * 86_400), doubts: try store.doubts())
    let mean = energy / (Decimal(minutes) / 60)
    let rack = try HandCheckTests.rack { $0.cost.meters = [meter] }
    let report = try Fixtures.report(rack, on: "\(last)") { $0.take(history) }
    #expect((report.home.watts.value - mean).magnitude < Decimal(5, over: 100), "\(report.home.watts) \(mean)")
    #expect(try store.doubts().map(\.kind) == ["leap"])
    // From here on every amount is of those watts.
    let kilowattHours = (report.home.watts * Hours.perMonth).kilowattHours
    let euros = report.model.tariff.value * kilowattHours
    #expect(report.home.electricity == euros)
    for text in [
      ReportText(report).render(), try ReportPage.render(report), ReportCSV.text(report),
      ReportJSON.text(report, scenarios: []),
    ] { #expect(text.contains(euros.amount.fixed(2))) }
    #expect(ReportPrometheus.text(report).contains("part=\"electricity\"} \(euros.amount.rounded(10).plain)\n"))
    // The months hold all that was measured, and nothing else.
    let measured = report.trend.map(\.measured.energy).sum().wattHours
    #expect((measured.value - energy).magnitude < 1)
    print("measured: \(days * 1440) samples, \(measured.description(1)), \(report.home.watts.description(3))")
  }
}
