import GRDB

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
