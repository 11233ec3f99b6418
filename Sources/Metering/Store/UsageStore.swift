package import Diagnostics
import Foundation
import GRDB
package import Inventory
import Units

/// The history of power and use, on the operator's machine: hours for a while, days for good.
///
/// Every sample is one transaction and counts once, however often it is brought; a killed run loses at most its own.
package final class UsageStore: Sendable {
  let database: DatabaseQueue
  private let path: String

  /// What lies further apart is a gap, and nothing is known of it.
  package static let longestSeconds = 1200
  /// Hours are kept for about thirteen months.
  package static let hoursKeptDays = 400
  /// Which samples have been seen is kept for as long as a sampler may bring them again.
  static let samplesKeptDays = 60

  /// - Throws: ``HearthError`` `local` when the file cannot be opened or made.
  package init(path: String) throws(HearthError) {
    self.path = path
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      if !FileManager.default.fileExists(atPath: path) {
        _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
      }
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      configuration.journalMode = .wal
      database = try DatabaseQueue(path: path, configuration: configuration)
      try UsageSchema.migrator.migrate(database)
    } catch {
      throw UsageStore.failure("the history cannot be opened", path, error)
    }
  }

  /// In the rack's folder of ``Folders``.
  package static func path(
    rack: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String { "\(Folders(environment: environment).state(rack: rack))/usage.sqlite" }

  /// Notes which items each meter measures, where that has changed.
  package func note(_ meters: [MeterDeclaration], at unix: Int) throws(HearthError) {
    try write { database in
      for meter in meters {
        let id = try Names.id("meter", meter.name, in: database)
        let items = meter.covers.sorted().joined(separator: "\n")
        let known = try String.fetchOne(
          database, sql: "SELECT items FROM coverage WHERE meter = ? ORDER BY since DESC LIMIT 1", arguments: [id])
        if known != items {
          try database.execute(
            sql: "INSERT OR REPLACE INTO coverage (meter, since, items) VALUES (?, ?, ?)", arguments: [id, unix, items])
        }
      }
    }
  }

  /// - Parameter source: Who took the sample: `here` or the name of a host with a sampler.
  /// - Returns: false when this sample was there already.
  @discardableResult
  package func record(_ sample: Sample, source: String) throws(HearthError) -> Bool {
    try write { database in
      let id = try Names.id("source", source, in: database)
      try database.execute(
        sql: "INSERT OR IGNORE INTO sample (source, at) VALUES (?, ?)", arguments: [id, sample.time.unix])
      guard database.changesCount > 0 else { return false }
      let writer = SampleWriter(database: database, time: sample.time, source: id)
      guard sample.time.unix >= SampleTime.earliest else {
        let day = Day(unixSeconds: sample.time.unix)
        for name in Set(sample.meters.keys).union(sample.refused.keys).sorted() {
          try writer.note(.clock("a sample says it was taken on \(day)"), of: name)
        }
        return false
      }
      try writer.write(sample)
      return true
    }
  }

  /// Forgets hours and lists of samples that are older than they are kept. Days stay.
  package func prune(at unix: Int) throws(HearthError) {
    let hours = unix / 3600 - UsageStore.hoursKeptDays * 24
    let samples = unix - UsageStore.samplesKeptDays * 86_400
    try write { database in
      for table in ["power_hour", "usage_hour"] {
        try database.execute(sql: "DELETE FROM \(table) WHERE hour < ?", arguments: [hours])
      }
      for (table, column) in [("sample", "at"), ("last_use", "unix")] {
        try database.execute(sql: "DELETE FROM \(table) WHERE \(column) < ?", arguments: [samples])
      }
    }
  }

  func write<Value>(_ body: (Database) throws -> Value) throws(HearthError) -> Value {
    do {
      return try database.write(body)
    } catch {
      throw UsageStore.failure("the history cannot be written", path, error)
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(HearthError) -> Value {
    do {
      return try database.read(body)
    } catch {
      throw UsageStore.failure("the history cannot be read", path, error)
    }
  }

  private static func failure(_ what: String, _ path: String, _ error: any Error) -> HearthError {
    HearthError(
      .local, what, subject: Subject(file: path),
      hint: "make sure that you own the file and that the disk is not full; if the file is damaged, move it away",
      cause: "\(error)")
  }
}

/// Names of meters and namespaces, each written once.
enum Names {
  static func id(_ kind: String, _ text: String, in database: Database) throws -> Int {
    if let id = try Int.fetchOne(
      database, sql: "SELECT id FROM name WHERE kind = ? AND text = ?", arguments: [kind, text])
    {
      return id
    }
    try database.execute(sql: "INSERT INTO name (kind, text) VALUES (?, ?)", arguments: [kind, text])
    return Int(database.lastInsertedRowID)
  }
}
