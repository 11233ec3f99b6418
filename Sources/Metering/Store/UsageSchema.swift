import GRDB

/// Tables of the history. A migration that was shipped is never edited; a change is a new one.
///
/// Amounts are whole numbers: milliwatt-hours, core-milliseconds, mebibyte-seconds, seconds. Hours and days are numbers
/// since 1970, in UTC. What two sources sampled is kept apart, and of each day that of the source that knows more of it
/// counts: nothing is added up twice.
enum UsageSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("meters and namespaces") { database in
      try database.execute(
        sql: """
          CREATE TABLE name (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (kind, text));
          CREATE TABLE coverage (meter INTEGER NOT NULL, since INTEGER NOT NULL, items TEXT NOT NULL,
            PRIMARY KEY (meter, since)) WITHOUT ROWID;
          CREATE TABLE sample (source INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (source, at)) WITHOUT ROWID;
          CREATE TABLE last_reading (meter INTEGER NOT NULL, source INTEGER NOT NULL, unix INTEGER NOT NULL, uptime INTEGER,
            boot TEXT, milliwatts INTEGER, counter INTEGER, PRIMARY KEY (meter, source)) WITHOUT ROWID;
          CREATE TABLE last_use (container TEXT NOT NULL, source INTEGER NOT NULL, unix INTEGER NOT NULL, uptime INTEGER,
            boot TEXT, cpu INTEGER, PRIMARY KEY (container, source)) WITHOUT ROWID;
          """)
      for span in ["hour", "day"] {
        try database.execute(
          sql: """
            CREATE TABLE power_\(span) (meter INTEGER NOT NULL, \(span) INTEGER NOT NULL, source INTEGER NOT NULL,
              energy INTEGER NOT NULL, seconds INTEGER NOT NULL, PRIMARY KEY (meter, \(span), source)) WITHOUT ROWID;
            CREATE TABLE usage_\(span) (namespace INTEGER NOT NULL, \(span) INTEGER NOT NULL, source INTEGER NOT NULL,
              cpu_used INTEGER NOT NULL, cpu_counted INTEGER NOT NULL, memory_used INTEGER NOT NULL,
              memory_counted INTEGER NOT NULL, seconds INTEGER NOT NULL, PRIMARY KEY (namespace, \(span), source)
            ) WITHOUT ROWID;
            """)
      }
      // Reports ask for times first.
      try database.execute(
        sql: """
          CREATE INDEX power_day_by_day ON power_day (day);
          CREATE INDEX usage_day_by_day ON usage_day (day);
          """)
    }
    migrator.registerMigration("doubts") { database in
      try database.execute(
        sql: """
          CREATE TABLE doubt (meter INTEGER NOT NULL, source INTEGER NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (meter, source, kind))
            WITHOUT ROWID;
          ALTER TABLE last_reading ADD COLUMN still INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE last_reading ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE last_reading ADD COLUMN expected INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE last_reading ADD COLUMN stands INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE last_reading ADD COLUMN fast INTEGER NOT NULL DEFAULT 0;
          """)
    }
    migrator.registerMigration("steps of counters") { database in
      try database.execute(
        sql: """
          ALTER TABLE last_reading ADD COLUMN still_seconds INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE last_reading ADD COLUMN step INTEGER;
          """)
    }
    return migrator
  }
}
