// One check over each small table of the head, so that a flipped bit in it is never believed.

import GRDB

/// Checks of the tables whose rows have none of their own: groups, signals, cursors, masks.
///
/// The check of a table is the exclusive or of the CRC-32C of its rows, so that a change of one
/// row costs two looks at that row and not one at all of them.
enum HeadTally {
    /// A table with a check.
    enum Table: String, CaseIterable {
        /// Groups and their columns.
        case shape
        /// Signals with their newest sealed sample.
        case signal
        /// How far sources were read.
        case cursor
        /// Imports that are left out.
        case mask

        /// All rows.
        fileprivate var all: String {
            switch self {
            case .shape: "SELECT id, origin, import, columns FROM shape"
            case .signal:
                "SELECT id, kind, frontier, time, value, quality, revision, import FROM signal"
            case .cursor: "SELECT source, position FROM cursor"
            case .mask: "SELECT import FROM mask"
            }
        }

        /// The row of a key.
        fileprivate var one: String {
            switch self {
            case .shape: "SELECT id, origin, import, columns FROM shape WHERE id = ?"
            case .signal:
                """
                SELECT id, kind, frontier, time, value, quality, revision, import FROM signal
                WHERE id = ?
                """
            case .cursor: "SELECT source, position FROM cursor WHERE source = ?"
            case .mask: "SELECT import FROM mask WHERE import = ?"
            }
        }

        fileprivate var columns: Int32 {
            switch self {
            case .shape: 4
            case .signal: 8
            case .cursor: 2
            case .mask: 1
            }
        }
    }

    /// Version of `head.db` from which on the checks are there.
    static let version = 2

    /// What makes the checks of empty tables.
    static let statements = [
        "CREATE TABLE tally(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
        "INSERT INTO tally VALUES('shape', 0), ('signal', 0), ('cursor', 0), ('mask', 0)",
    ]

    /// Gives a head of version 1 its checks, in the caller's transaction.
    static func upgrade(_ database: Database) throws {
        let found = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
        guard found < version else { return }
        for statement in statements { try database.change(statement) }
        for table in Table.allCases { try combine(database, table, try whole(database, table)) }
        try database.change("PRAGMA user_version = 2")
    }

    /// Runs a change of one row and keeps the check of its table true.
    static func changing(
        _ database: Database, _ table: Table, _ key: SQLValue, _ change: () throws -> Void
    ) throws {
        let before = try database.first(table.one, [key]) { check($0, table) } ?? 0
        try change()
        let after = try database.first(table.one, [key]) { check($0, table) } ?? 0
        if before != after { try combine(database, table, before ^ after) }
    }

    /// Throws `StoreError.damaged` when a table is not what was written.
    static func demand(_ database: Database) throws {
        for table in Table.allCases {
            let stored = try database.first(
                "SELECT value FROM tally WHERE name = ?", [.text(table.rawValue)]
            ) { $0.integer(0) }
            guard stored == Int64(try whole(database, table)) else {
                throw StoreError.damaged(
                    file: HeadFile.name,
                    what: "the table \(table.rawValue) does not match its check")
            }
        }
    }

    private static func whole(_ database: Database, _ table: Table) throws -> UInt32 {
        var value: UInt32 = 0
        try database.each(table.all) { value ^= check($0, table) }
        return value
    }

    private static func combine(_ database: Database, _ table: Table, _ value: UInt32) throws {
        // SQLite has no exclusive or: it is what is set in one of the two and not in both.
        try database.change(
            "UPDATE tally SET value = (value | ?2) - (value & ?2) WHERE name = ?1",
            [.text(table.rawValue), .number(value)])
    }

    private static func check(_ row: QueryRow, _ table: Table) -> UInt32 {
        var bytes: [UInt8] = []
        for column in 0..<table.columns {
            let value = row.blob(column)
            bytes.put(row.isNull(column) ? UInt32.max : UInt32(truncatingIfNeeded: value.count))
            bytes += value
        }
        return Checksum.crc32c(bytes, 0..<bytes.count)
    }
}
