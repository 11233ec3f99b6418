import GRDB

/// Tables of the journal. A migration that was shipped is never edited; a change is a new one.
enum JournalSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("runs and steps") { database in
      try database.create(table: "run") { table in
        table.primaryKey("id", .text)
        table.column("command", .text).notNull()
        table.column("rack", .text).notNull()
        table.column("hosts", .text).notNull()
        table.column("started", .double).notNull().indexed()
        table.column("ended", .double)
        // Null while it runs, and for ever if it was killed.
        table.column("result", .text)
        table.column("changed", .integer).notNull().defaults(to: 0)
      }
      try database.create(table: "step") { table in
        table.autoIncrementedPrimaryKey("id")
        table.column("run", .text).notNull().indexed()
        table.column("host", .text).notNull()
        table.column("phase", .text).notNull()
        table.column("step", .text).notNull()
        table.column("started", .double).notNull()
        table.column("seconds", .double)
        table.column("outcome", .text)
        table.column("detail", .text)
      }
      try database.create(table: "message") { table in
        table.autoIncrementedPrimaryKey("id")
        table.column("run", .text).notNull().indexed()
        table.column("at", .double).notNull()
        table.column("host", .text)
        table.column("level", .text).notNull()
        table.column("text", .text).notNull()
      }
    }
    return migrator
  }
}
