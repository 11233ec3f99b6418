package import Diagnostics
package import Foundation
import GRDB
package import Units
import Untrusted

/// What one meter measured on one day, in UTC.
package struct EnergyDay: Sendable, Equatable {
  package var day: Day
  package var meter: String
  /// The items that the meter measured then.
  package var covers: [String]
  package var energy: WattHours
  /// How much of the day is known.
  package var known: Hours

  package init(day: Day, meter: String, covers: [String], energy: WattHours, known: Hours) {
    self.day = day
    self.meter = meter
    self.covers = covers
    self.energy = energy
    self.known = known
  }

  /// The mean over what is known.
  package var power: Watts? { known.value > 0 ? energy / known : nil }
}

/// What one meter measured in one hour.
package struct EnergyHour: Sendable, Equatable {
  /// When it begins, seconds since 1970.
  package var start: Int
  package var meter: String
  package var energy: WattHours
  package var known: Hours

  package init(start: Int, meter: String, energy: WattHours, known: Hours) {
    self.start = start
    self.meter = meter
    self.energy = energy
    self.known = known
  }
}

/// What one namespace used on one day, in UTC.
package struct NamespaceUsageDay: Sendable, Equatable {
  package var day: Day
  package var namespace: String
  /// Core-hours and GiB-hours that were used.
  package var cpuUsed: Decimal
  package var memoryUsed: Decimal
  /// The greater of request and use, container by container.
  package var cpuCounted: Decimal
  package var memoryCounted: Decimal
  /// How much of the day is known.
  package var known: Hours

  package init(
    day: Day, namespace: String, cpuUsed: Decimal, memoryUsed: Decimal, cpuCounted: Decimal, memoryCounted: Decimal,
    known: Hours
  ) {
    self.day = day
    self.namespace = namespace
    self.cpuUsed = cpuUsed
    self.memoryUsed = memoryUsed
    self.cpuCounted = cpuCounted
    self.memoryCounted = memoryCounted
    self.known = known
  }
}

/// The last that one meter showed.
package struct LastReading: Sendable, Equatable {
  package var meter: String
  /// When, in seconds since 1970.
  package var time: Int
  package var power: Watts

  package init(meter: String, time: Int, power: Watts) {
    self.meter = meter
    self.time = time
    self.power = power
  }
}

extension UsageStore {
  /// Of each meter that shows watts, whoever read it last.
  package func lastReadings() throws(HearthError) -> [LastReading] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT name.text, MAX(unix), milliwatts FROM last_reading JOIN name ON name.id = meter
          WHERE milliwatts IS NOT NULL GROUP BY meter ORDER BY name.text
          """
      ).map { LastReading(meter: $0[0], time: $0[1], power: Watts(Decimal($0[2] as Int) / 1000)) }
    }
  }

  // With MAX, SQLite takes the other columns of a group from the row that has the greatest value. Columns are read by
  // number, which takes a fraction of the time that names take.

  /// Days from the first to the last, both with.
  package func energy(from first: Day, to last: Day) throws(HearthError) -> [EnergyDay] {
    try read { database in
      let coverage = try Row.fetchAll(database, sql: "SELECT meter, since, items FROM coverage ORDER BY meter, since")
      let noted = Dictionary(grouping: coverage) { $0["meter"] as Int }
      return try Row.fetchAll(
        database,
        sql: """
          SELECT meter, name.text AS name, day, energy, MAX(seconds) AS seconds
          FROM power_day JOIN name ON name.id = meter
          WHERE day BETWEEN ? AND ? GROUP BY meter, day ORDER BY day, name
          """,
        arguments: [first.number, last.number]
      ).map { row in
        let meter: Int = row[0], day: Int = row[2]
        // What held at the end of the day. A sampler may bring days from before this machine knew the meter: these are of
        // what was noted first. A meter that was never noted covers nothing.
        let covers = noted[meter]?.last { ($0["since"] as Int) < (day + 1) * 86_400 } ?? noted[meter]?.first
        let items: String = covers?["items"] ?? ""
        return EnergyDay(
          day: Day(number: day), meter: row[1], covers: items.filledLines,
          energy: UsageStore.wattHours(row[3]), known: UsageStore.hours(row[4]))
      }
    }
  }

  /// Hours that begin at or after `from` and before `to`, seconds since 1970; kept for ``hoursKeptDays`` days.
  package func energyHours(from: Int, to: Int) throws(HearthError) -> [EnergyHour] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT name.text AS name, hour, energy, MAX(seconds) AS seconds
          FROM power_hour JOIN name ON name.id = meter
          WHERE hour >= ? AND hour < ? GROUP BY meter, hour ORDER BY hour, name
          """,
        arguments: [(from + 3599) / 3600, (to + 3599) / 3600]
      ).map { row in
        EnergyHour(
          start: (row[1] as Int) * 3600, meter: row[0], energy: UsageStore.wattHours(row[2]),
          known: UsageStore.hours(row[3]))
      }
    }
  }

  /// Days from the first to the last, both with.
  package func usage(from first: Day, to last: Day) throws(HearthError) -> [NamespaceUsageDay] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT name.text AS name, day, cpu_used, cpu_counted, memory_used, memory_counted, MAX(seconds) AS seconds
          FROM usage_day JOIN name ON name.id = namespace
          WHERE day BETWEEN ? AND ? GROUP BY namespace, day ORDER BY day, name
          """,
        arguments: [first.number, last.number]
      ).map { row in
        NamespaceUsageDay(
          day: Day(number: row[1]), namespace: row[0], cpuUsed: Decimal(row[2] as Int) / 3_600_000,
          memoryUsed: Decimal(row[4] as Int) / 3_686_400, cpuCounted: Decimal(row[3] as Int) / 3_600_000,
          memoryCounted: Decimal(row[5] as Int) / 3_686_400, known: UsageStore.hours(row[6]))
      }
    }
  }

  /// Readings that were not believed, in the order of meters; only those whose last is of `since` or later.
  package func doubts(since unix: Int = 0) throws(HearthError) -> [MeterDoubtRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT name.text AS name, doubt.kind, SUM(count), MIN(first), MAX(last), doubt.text
          FROM doubt JOIN name ON name.id = meter WHERE last >= ? GROUP BY meter, doubt.kind ORDER BY name, doubt.kind
          """,
        arguments: [unix]
      ).map { row in
        // A sample without a clock has no day worth telling.
        func day(_ unix: Int) -> Day { Day(unixSeconds: max(unix, 0)) }
        return MeterDoubtRecord(
          meter: row[0], kind: row[1], count: row[2], first: day(row[3]), last: day(row[4]), text: row[5])
      }
    }
  }

  /// The first and the last day with anything.
  package func days() throws(HearthError) -> ClosedRange<Day>? {
    try read { database in
      let row = try Row.fetchOne(
        database,
        sql:
          "SELECT MIN(day) AS first, MAX(day) AS last FROM (SELECT day FROM power_day UNION SELECT day FROM usage_day)")
      guard let first = row?["first"] as Int?, let last = row?["last"] as Int? else { return nil }
      return Day(number: first)...Day(number: last)
    }
  }

  private static func wattHours(_ milli: Int) -> WattHours { WattHours(Decimal(milli) / 1000) }
  private static func hours(_ seconds: Int) -> Hours { Hours(Decimal(seconds) / 3600) }
}
