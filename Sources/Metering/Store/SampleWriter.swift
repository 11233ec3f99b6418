import Foundation
import GRDB
import Units

/// Turns a sample and the one before it into amounts per hour and day.
struct SampleWriter {
  let database: Database
  let time: SampleTime
  /// Id of the source's name.
  let source: Int

  func write(_ sample: Sample) throws {
    for (name, reading) in sample.meters.sorted(by: { $0.key < $1.key }) { try write(reading, of: name) }
    for (name, why) in sample.refused.sorted(by: { $0.key < $1.key }) { try note(.refused(why), of: name) }
    if let usage = sample.usage { try write(usage) }
  }

  // MARK: Power

  private func write(_ reading: MeterReading, of name: String) throws {
    let meter = try Names.id("meter", name, in: database)
    let last = try Row.fetchOne(
      database, sql: "SELECT * FROM last_reading WHERE meter = ? AND source = ?", arguments: [meter, source])
    if let repaired = reading.doubt { try note(.repaired(repaired), of: name) }
    var trust = CounterTrust()
    if let last, let seconds = seconds(since: last) {
      trust = CounterTrust(last)
      var doubt: MeterDoubt?
      let before = MeterReading(
        power: (last["milliwatts"] as Int?).map { Watts(Decimal($0) / 1000) },
        counter: (last["counter"] as Int?).map { WattHours(Decimal($0) / 1000) })
      let interval = MeterInterval(
        from: before, to: reading, seconds: seconds, longest: UsageStore.longestSeconds, trust: &trust, doubt: &doubt)
      if let doubt { try note(doubt, of: name) }
      if let interval {
        let energy = Int("\((interval.energy.value * 1000).rounded(0))") ?? 0
        for (hour, part, share) in shares(energy, seconds: interval.seconds) {
          for (table, span, number) in [("power_hour", "hour", hour), ("power_day", "day", hour / 24)] {
            try database.execute(
              sql: """
                INSERT INTO \(table) (meter, \(span), source, energy, seconds) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET energy = energy + excluded.energy, seconds = seconds + excluded.seconds
                """,
              arguments: [meter, number, source, share, part])
          }
        }
      }
    }
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO last_reading (meter, source, unix, uptime, boot, milliwatts, counter, still, counted,
          expected, stands, fast, still_seconds, step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        meter, source, time.unix, time.uptime, time.boot, reading.power.flatMap { whole($0.value * 1000) },
        reading.counter.flatMap { whole($0.value * 1000) }, whole(trust.still.value * 1000) ?? 0,
        whole(trust.counted.value * 1000) ?? 0, whole(trust.expected.value * 1000) ?? 0, trust.stands, trust.runsFast,
        trust.stillSeconds, trust.step.flatMap { whole($0.value * 1000) },
      ])
  }

  /// Doubts of one kind about one meter share a row.
  func note(_ doubt: MeterDoubt, of name: String) throws {
    let meter = try Names.id("meter", name, in: database)
    try database.execute(
      sql: """
        INSERT INTO doubt (meter, source, kind, count, first, last, text) VALUES (?, ?, ?, 1, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + 1, last = excluded.last, text = excluded.text
        """,
      arguments: [meter, source, doubt.kind, time.unix, time.unix, String(doubt.words.prefix(400))])
  }

  // MARK: Use

  private struct Amounts {
    var cpuUsed = 0
    var cpuCounted = 0
    var memoryUsed = 0
    var memoryCounted = 0
  }

  private func write(_ usage: UsageSample) throws {
    var namespaces: [String: Amounts] = [:]
    var known = 0
    for container in Set(usage.uses.keys).union(usage.requests.keys) {
      let use = usage.uses[container] ?? .init()
      let request = usage.requests[container] ?? .init(milliCPU: 0, memoryBytes: 0)
      let key = "\(container.namespace)/\(container.pod)/\(container.name)"
      let last = try Row.fetchOne(
        database, sql: "SELECT * FROM last_use WHERE container = ? AND source = ?", arguments: [key, source])
      if let last, let seconds = seconds(since: last), seconds <= UsageStore.longestSeconds {
        // A counter that begins again says how much was used since then.
        var used = 0
        if let now = use.cpuMilliseconds, let before = last["cpu"] as Int? { used = now >= before ? now - before : now }
        // More than all cores of any board can give is not use, but a mistake.
        if used > seconds * 1000 * 256 { used = 0 }
        let memory = (use.memoryBytes ?? 0) >> 20
        namespaces[container.namespace, default: Amounts()].cpuUsed += used
        namespaces[container.namespace, default: Amounts()].cpuCounted += max(used, request.milliCPU * seconds)
        namespaces[container.namespace, default: Amounts()].memoryUsed += memory * seconds
        namespaces[container.namespace, default: Amounts()].memoryCounted +=
          max(memory, request.memoryBytes >> 20) * seconds
        known = max(known, seconds)
      }
      try database.execute(
        sql: "INSERT OR REPLACE INTO last_use (container, source, unix, uptime, boot, cpu) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [key, source, time.unix, time.uptime, time.boot, use.cpuMilliseconds])
    }
    guard known > 0 else { return }
    for (name, amounts) in namespaces.sorted(by: { $0.key < $1.key }) { try write(amounts, of: name, seconds: known) }
  }

  private func write(_ amounts: Amounts, of name: String, seconds: Int) throws {
    let namespace = try Names.id("namespace", name, in: database)
    let columns = [amounts.cpuUsed, amounts.cpuCounted, amounts.memoryUsed, amounts.memoryCounted]
    let parts = columns.map { shares($0, seconds: seconds) }
    for index in parts[0].indices {
      let (hour, part, _) = parts[0][index]
      // Hours of use are read by nobody, days are.
      for (table, span, number) in [("usage_day", "day", hour / 24)] {
        try database.execute(
          sql: """
            INSERT INTO \(table) (namespace, \(span), source, cpu_used, cpu_counted, memory_used, memory_counted,
              seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET cpu_used = cpu_used + excluded.cpu_used,
              cpu_counted = cpu_counted + excluded.cpu_counted, memory_used = memory_used + excluded.memory_used,
              memory_counted = memory_counted + excluded.memory_counted, seconds = seconds + excluded.seconds
            """,
          arguments: [
            namespace, number, source, parts[0][index].share, parts[1][index].share, parts[2][index].share,
            parts[3][index].share, part,
          ])
      }
    }
  }

  // MARK: Time

  private func seconds(since row: Row) -> Int? {
    let earlier = SampleTime(unix: row["unix"], uptime: row["uptime"], boot: row["boot"])
    return time.seconds(since: earlier).flatMap { $0 > 0 ? $0 : nil }
  }

  /// An amount over the hours that end now, in proportion to time; the parts add up to the whole.
  private func shares(_ amount: Int, seconds: Int) -> [(hour: Int, seconds: Int, share: Int)] {
    var parts: [(hour: Int, seconds: Int, share: Int)] = []
    var start = time.unix - seconds
    var given = 0
    while start < time.unix {
      let end = min(time.unix, (start / 3600 + 1) * 3600)
      let upToEnd = end - (time.unix - seconds)
      let share = end == time.unix ? amount - given : amount * upToEnd / seconds - given
      parts.append((start / 3600, end - start, share))
      given += share
      start = end
    }
    return parts
  }

  private func whole(_ value: Decimal) -> Int? { Int("\(value.rounded(0))") }
}

extension CounterTrust {
  init(_ row: Row) {
    func amount(_ column: String) -> WattHours { WattHours(Decimal(row[column] as Int? ?? 0) / 1000) }
    self.init(
      still: amount("still"), stillSeconds: row["still_seconds"] as Int? ?? 0,
      step: (row["step"] as Int?).map { WattHours(Decimal($0) / 1000) },
      stands: row["stands"] as Bool? ?? false, counted: amount("counted"),
      expected: amount("expected"), runsFast: row["fast"] as Bool? ?? false)
  }
}
