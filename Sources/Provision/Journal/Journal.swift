package import Diagnostics
import Foundation
import GRDB

/// What hearth did, on the operator's machine: runs, steps, durations, outcomes and the last output of what failed. A
/// record, not the truth: truth is read from the hosts. It never holds content of files.
///
/// Every event is a transaction of its own, written behind the caller's back and in order, so a killed run leaves all
/// but its last moment.
package final class Journal: EventSink {
  private let database: DatabaseQueue
  /// This run's row, nil before `runStarted`.
  private let run: RunRow

  /// Opens or creates a journal.
  ///
  /// - Parameters:
  ///   - path: of the SQLite file; it and its folder are made readable for their owner only.
  ///   - runID: as in ``RunIdentity/run``.
  /// - Throws: ``HearthError`` with code `local`.
  package init(path: String, runID: String) throws(HearthError) {
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      // SQLite gives its side files the rights of the main file, so that must exist with the right ones first.
      if !FileManager.default.fileExists(atPath: path) {
        _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      configuration.journalMode = .wal
      // Each opening reads the log that ``leave()`` leaves behind: it should stay short.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 100") }
      database = try DatabaseQueue(path: path, configuration: configuration)
      try JournalSchema.migrator.migrate(database)
      run = RunRow(id: runID)
    } catch {
      throw HearthError(
        .local, "the journal cannot be opened", subject: Subject(file: path),
        hint: "make sure that you own the file and its folder and that the disk is not full, or name another folder in "
          + "XDG_STATE_HOME; if the file is damaged, move it away",
        cause: error.reason)
    }
  }

  /// In the rack's folder of ``Folders``.
  package static func path(
    rack: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String { "\(Folders(environment: environment).state(rack: rack))/journal.sqlite" }

  package func emit(_ event: Event) {
    let now = Date().timeIntervalSince1970
    database.asyncWriteWithoutTransaction { [run] database in
      // A record that cannot be written must not end the run that it records.
      try? database.inTransaction {
        try run.record(event, at: now, in: database)
        return .commit
      }
    }
  }

  /// Returns when all events so far are in the file.
  package func flush() {
    database.writeWithoutTransaction { _ in }
  }

  /// Writes what is left to write, at the end of a process. The database is not closed: whoever closes it last copies its
  /// log back and removes it, and the next one to open it begins a new log, together four waits for the disk. SQLite
  /// finds all in the log.
  package func leave() {
    flush()
    _ = Unmanaged.passRetained(database)
  }

  /// The latest runs, newest first.
  package func recent(_ count: Int = 20) throws(HearthError) -> [JournalRun] {
    do {
      return try database.read { try JournalRun.recent(count, in: $0) }
    } catch {
      throw HearthError(.local, "the journal cannot be read", cause: error.reason)
    }
  }

  /// All steps of a run, in order.
  package func steps(ofRun id: String) throws(HearthError) -> [JournalStep] {
    do {
      return try database.read { try JournalStep.all(ofRun: id, in: $0) }
    } catch {
      throw HearthError(.local, "the journal cannot be read", cause: error.reason)
    }
  }
}
