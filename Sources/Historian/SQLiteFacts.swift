// Which SQLite the program runs on, for the page about this box and for `doctor`.

import GRDB

/// Facts about the SQLite library.
public enum SQLiteFacts {
    /// Its version such as `3.40.1`, or `unknown` when it does not say.
    public static var version: String {
        do {
            let queue = try DatabaseQueue()
            return try queue.read { db in
                try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "unknown"
            }
        } catch {
            return "unknown"  // A library that cannot open a database in memory says nothing.
        }
    }
}
