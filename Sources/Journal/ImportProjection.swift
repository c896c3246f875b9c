// Which files were taken in, how much of each, and which were taken back (decisions 18, 33).

import GRDB
public import Plant

/// A file that was taken in.
public struct ImportRecord: Hashable, Sendable {
    /// Its number, carried by its samples.
    public let number: UInt32
    /// Its name as it was given.
    public let file: String
    /// SHA-256 of its bytes in hexadecimal.
    public let sha256: String
    /// When it began.
    public let started: Timestamp
    /// Rows taken, nil until it is done.
    public let taken: Int64?
    /// Rows refused, nil until it is done.
    public let refused: Int64?
    /// Whether it was taken back: its samples no longer count.
    public let isUndone: Bool
    /// The journal's sequence number of its start.
    public let sequence: Int64
}

/// One row for each import.
enum ImportProjection {
    static func apply(_ stored: StoredEvent, in db: Database) throws {
        switch stored.event {
        case .importStarted(let number, let file, let sha256):
            try db.cachedStatement(
                sql: """
                    INSERT INTO p_import (number, seq, recorded, file, sha256)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (number) DO NOTHING
                    """
            ).execute(
                arguments: [
                    number, stored.sequence, stored.recorded.nanoseconds, file, sha256,
                ])
        case .importDone(let number, let taken, let refused):
            try db.cachedStatement(
                sql: "UPDATE p_import SET taken = ?, refused = ? WHERE number = ?"
            ).execute(arguments: [taken, refused, number])
        case .importUndone(let number):
            try db.cachedStatement(sql: "UPDATE p_import SET undone = ? WHERE number = ?")
                .execute(arguments: [stored.sequence, number])
        default: break
        }
    }

    static func all(_ db: Database) throws -> [ImportRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT number, file, sha256, recorded, taken, refused, undone, seq
                FROM p_import ORDER BY number
                """
        ).map { row in
            ImportRecord(
                number: try row.value(0), file: try row.value(1), sha256: try row.value(2),
                started: Timestamp(nanoseconds: try row.value(3)), taken: try row.value(4),
                refused: try row.value(5),
                isUndone: row.hasNull(atIndex: 6) == false, sequence: try row.value(7))
        }
    }
}
