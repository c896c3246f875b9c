// Faults that tests plant, and the settings of the connections read back.

import GRDB

/// Faults that tests plant; nothing in the product does.
struct JournalFaults: Sendable {
    /// Runs just before each commit of a group.
    var beforeCommit: @Sendable () throws -> Void = {}
}

extension JournalStore {
    /// Settings of the writing connection and of a reading one as the library reports them.
    public func connectionSettings() throws -> (
        writing: [String: String], reading: [String: String]
    ) {
        let names = [
            "journal_mode", "synchronous", "mmap_size", "trusted_schema", "cell_size_check",
            "foreign_keys", "busy_timeout", "temp_store", "journal_size_limit", "query_only",
            "recursive_triggers", "wal_autocheckpoint",
        ]
        func settings(_ db: Database) throws -> [String: String] {
            var found: [String: String] = [:]
            for name in names {
                // A plain reading of the pragma: it changes nothing.
                let value = try DatabaseValue.fetchOne(db, sql: "PRAGMA \(name)")
                found[name] = value.map { text(of: $0) } ?? ""
            }
            return found
        }
        return (try file.withWriter(settings), try file.read(settings))
    }

    private func text(of value: DatabaseValue) -> String {
        String.fromDatabaseValue(value) ?? Int64.fromDatabaseValue(value).map(String.init) ?? ""
    }

    /// Runs statements on the writing connection as they are: how tests damage a file.
    func plant(sql: String) throws {
        do {
            try file.withWriter { db in try db.execute(sql: sql) }
        } catch let error as DatabaseError {
            throw JournalError(error)
        }
    }

    /// The first column of a query as text, on a reading connection.
    func column(sql: String) throws -> [String] {
        try file.read { db in
            try DatabaseValue.fetchAll(db, sql: sql).map { text(of: $0) }
        }
    }
}

extension JournalFaults {
    /// A failure of the disk, as the library reports it.
    static var failedFlush: any Error {
        DatabaseError(resultCode: .SQLITE_IOERR_FSYNC, message: "disk I/O error")
    }
}
