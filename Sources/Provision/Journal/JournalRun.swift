import Diagnostics
import GRDB

/// Writes the events of one run into the journal's tables.
struct RunRow: Sendable {
  let id: String

  func record(_ event: Event, at now: Double, in database: Database) throws {
    switch event {
    case .runStarted(let command, let rack, let hosts):
      try database.execute(
        sql: "INSERT OR REPLACE INTO run (id, command, rack, hosts, started) VALUES (?, ?, ?, ?, ?)",
        arguments: [id, command, rack, hosts.joined(separator: " "), now])
    case .stepStarted(let host, let phase, let step):
      try database.execute(
        sql: "INSERT INTO step (run, host, phase, step, started) VALUES (?, ?, ?, ?, ?)",
        arguments: [id, host, phase, step, now])
    case .stepEnded(let host, let phase, let step, let outcome, let seconds, let detail):
      try database.execute(
        sql: """
          UPDATE step SET outcome = ?, seconds = ?, detail = ? WHERE id = (
            SELECT MAX(id) FROM step WHERE run = ? AND host = ? AND phase = ? AND step = ? AND outcome IS NULL)
          """,
        arguments: [outcome.rawValue, seconds, detail, id, host, phase, step])
      if database.changesCount == 0 {
        try database.execute(
          sql: """
            INSERT INTO step (run, host, phase, step, started, seconds, outcome, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [id, host, phase, step, now - seconds, seconds, outcome.rawValue, detail])
      }
    case .note(let level, let host, let text):
      try message(text, level: level.rawValue, host: host, at: now, in: database)
    case .failure(let error):
      let text = ([error.description] + error.output.suffix(20)).joined(separator: "\n")
      try message(text, level: "error", host: error.subject.host, at: now, in: database)
    case .condition(let name, let host, let state, let detail):
      try message("\(name): \(state.rawValue) \(detail)", level: "condition", host: host, at: now, in: database)
    case .summary(let summary):
      try database.execute(
        sql: "UPDATE run SET ended = ?, result = ?, changed = ? WHERE id = ?",
        arguments: [now, summary.result.rawValue, summary.changed, id])
    case .planned, .phaseStarted, .phaseEnded, .stepProgress: break
    }
  }

  private func message(_ text: String, level: String, host: String?, at now: Double, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO message (run, at, host, level, text) VALUES (?, ?, ?, ?, ?)",
      arguments: [id, now, host, level, text])
  }
}

/// One run of a command, as the journal remembers it.
package struct JournalRun: Sendable, Equatable, Codable {
  package var id: String
  package var command: String
  package var rack: String
  package var hosts: [String]
  /// Seconds since 1970, by the operator's clock.
  package var started: Double
  package var ended: Double?
  /// As in ``Summary/Result``; nil if the run is still going on or was killed.
  package var result: String?
  package var changed: Int

  static func recent(_ count: Int, in database: Database) throws -> [JournalRun] {
    try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY started DESC LIMIT ?", arguments: [count]).map { row in
      let hosts: String = row["hosts"]
      return JournalRun(
        id: row["id"], command: row["command"], rack: row["rack"],
        hosts: hosts.split(separator: " ").map(String.init), started: row["started"], ended: row["ended"],
        result: row["result"], changed: row["changed"])
    }
  }
}

/// One step of a run on one host.
package struct JournalStep: Sendable, Equatable, Codable {
  package var host: String
  package var phase: String
  package var step: String
  /// Seconds since 1970, by the operator's clock.
  package var started: Double
  package var seconds: Double?
  /// As in ``Event/Outcome``; nil if it was running when hearth was killed.
  package var outcome: String?
  package var detail: String?

  static func all(ofRun id: String, in database: Database) throws -> [JournalStep] {
    try Row.fetchAll(database, sql: "SELECT * FROM step WHERE run = ? ORDER BY id", arguments: [id]).map { row in
      JournalStep(
        host: row["host"], phase: row["phase"], step: row["step"], started: row["started"], seconds: row["seconds"],
        outcome: row["outcome"], detail: row["detail"])
    }
  }
}
