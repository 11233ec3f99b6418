import Foundation
import GRDB
import Metering
import TestSupport
import Testing
import Units

/// A year of six nodes and fifty namespaces: how much room it takes and how long a report waits for it.
@Suite struct YearTests {
  /// Prints how long reading takes; a limit would only measure what else the machine does.
  @Test func `A year stays below fifty megabytes and is read whole`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("usage.sqlite")
    let first = 20_000
    do {
      _ = try UsageStore(path: path)
      try fill(path, firstDay: first)
    }
    let store = try UsageStore(path: path)
    // Real samples go in on top, and pruning leaves a year as it is.
    let now = (first + 365) * 86_400
    for index in 0..<3 {
      try store.record(
        Sample(
          time: SampleTime(unix: now - 1200 + index * 600, uptime: index * 600, boot: "b"),
          meters: ["plug1": MeterReading(power: Watts(30))]), source: "pi1")
    }
    try store.prune(at: now)
    let clock = ContinuousClock()
    var energy: [EnergyDay] = []
    var usage: [NamespaceUsageDay] = []
    let wait = try clock.measure {
      energy = try store.energy(from: Day(number: first), to: Day(number: first + 364))
      usage = try store.usage(from: Day(number: first), to: Day(number: first + 364))
    }
    #expect(energy.count == 6 * 365)
    #expect(usage.count == 50 * 365)
    let bytes = ["", "-wal"].map { suffix -> Int in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }.reduce(0, +)
    print("measured: \(bytes / 1_000_000) MB, \(wait)")
    #expect(bytes < 50_000_000)
  }

  /// Rows as a year of samples makes them, with amounts that vary as real ones do.
  private func fill(_ path: String, firstDay: Int) throws {
    let database = try DatabaseQueue(path: path)
    var seed: UInt64 = 42
    func random(_ range: ClosedRange<Int>) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return range.lowerBound + Int(seed >> 33) % (range.upperBound - range.lowerBound + 1)
    }
    try database.write { database in
      var meters: [Int] = []
      var namespaces: [Int] = []
      try database.execute(sql: "INSERT INTO name (kind, text) VALUES ('source', 'pi1')")
      let source = database.lastInsertedRowID
      for index in 1...6 {
        try database.execute(sql: "INSERT INTO name (kind, text) VALUES ('meter', ?)", arguments: ["plug\(index)"])
        meters.append(Int(database.lastInsertedRowID))
      }
      for index in 1...50 {
        try database.execute(sql: "INSERT INTO name (kind, text) VALUES ('namespace', ?)", arguments: ["team-\(index)"])
        namespaces.append(Int(database.lastInsertedRowID))
      }
      for (span, count) in [("hour", 24), ("day", 1)] {
        let power = try database.makeStatement(sql: "INSERT INTO power_\(span) VALUES (?, ?, ?, ?, ?)")
        let usage = try database.makeStatement(sql: "INSERT INTO usage_\(span) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        let hours = 24 / count
        for number in firstDay * count..<(firstDay + 365) * count {
          for meter in meters {
            try power.execute(arguments: [meter, number, source, random(3000...8000) * hours, 3600 * hours])
          }
          for namespace in namespaces {
            let used = random(1000...900_000) * hours, memory = random(36_000...3_600_000) * hours
            try usage.execute(
              arguments: [namespace, number, source, used, used * 2, memory, memory * 2, 3600 * hours])
          }
        }
      }
      let sample = try database.makeStatement(sql: "INSERT INTO sample VALUES (?, ?)")
      for index in 0..<60 * 288 { try sample.execute(arguments: [source, (firstDay + 305) * 86_400 + index * 300]) }
    }
  }
}
