import GRDB

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
