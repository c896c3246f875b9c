// Tables and statements of `head.db`: newest samples, groups, signals, cursors, masks.

import GRDB
import Plant

/// A head row without its bytes.
struct HeadPiece: Hashable, Sendable {
    /// Row id.
    let id: Int64
    /// The group's number.
    let group: UInt32
    /// Revision of all its samples.
    let revision: UInt32
    /// Time of the first row.
    let first: Int64
    /// Time of the last row.
    let last: Int64
    /// Number of rows.
    let rows: Int
}

/// What the head remembers of a signal between starts.
struct StoredSignal: Hashable, Sendable {
    /// Kind, fixed for its life.
    let kind: ValueKind
    /// No sample of the signal in a month file is later than this.
    var frontier: Int64
    /// Newest sample in month files with its revision and import; nil where not known.
    var last: LiveEntry?
}

/// SQL of `head.db`; all of it runs inside a transaction of its caller.
enum HeadFile {
    /// The file's name in the data folder.
    static let name = "head.db"

    /// Its tables.
    static let schema = DatabaseFile.Schema(
        application: 0x4D57_4844, version: 2, pageSize: 4_096,
        statements: [
            """
            CREATE TABLE shape(
                id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, import INTEGER NOT NULL,
                columns BLOB NOT NULL, sealed INTEGER
            ) STRICT
            """,
            """
            CREATE TABLE head(
                id INTEGER PRIMARY KEY, shape INTEGER NOT NULL, revision INTEGER NOT NULL,
                first INTEGER NOT NULL, last INTEGER NOT NULL, rows INTEGER NOT NULL,
                bytes BLOB NOT NULL
            ) STRICT
            """,
            "CREATE INDEX head_range ON head(shape, last)",
            """
            CREATE TABLE signal(
                id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, frontier INTEGER NOT NULL,
                time INTEGER, value BLOB, quality INTEGER, revision INTEGER, import INTEGER
            ) STRICT
            """,
            "CREATE TABLE cursor(source TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT",
            "CREATE TABLE mask(import INTEGER PRIMARY KEY) STRICT",
        ] + HeadTally.statements, isRaisedOnOpen: false)

    /// All groups, or those from a number on.
    static func shapes(_ database: Database) throws -> [(id: UInt32, shape: GroupShape)] {
        var shapes: [(UInt32, GroupShape)] = []
        try database.each("SELECT id, origin, import, columns FROM shape ORDER BY id") { row in
            shapes.append((row.uint32(0), try shape(row, name)))
        }
        return shapes
    }

    /// The shape in columns 1 to 3 of a row.
    static func shape(_ row: QueryRow, _ file: String) throws -> GroupShape {
        do {
            let origin = try SampleOrigin(
                code: UInt8(truncatingIfNeeded: row.integer(1)), importNumber: row.uint32(2))
            return try GroupShape(columnBytes: row.blob(3), origin: origin)
        } catch {
            throw StoreError.damaged(file: file, what: "group \(row.integer(0)): \(error.what)")
        }
    }

    /// Stores a new group.
    static func add(_ database: Database, _ id: UInt32, _ shape: GroupShape) throws {
        try HeadTally.changing(database, .shape, .number(id)) {
            try database.change(
                "INSERT INTO shape(id, origin, import, columns) VALUES(?, ?, ?, ?)",
                [
                    .number(id), .number(shape.origin.code), .number(shape.origin.importNumber),
                    .blob(shape.columnBytes),
                ])
        }
    }

    /// All signals.
    static func signals(_ database: Database) throws -> [UInt32: StoredSignal] {
        var signals: [UInt32: StoredSignal] = [:]
        let sql = "SELECT id, kind, frontier, time, value, quality, revision, import FROM signal"
        try database.each(sql) { row in
            guard let kind = ValueKind(rawValue: UInt8(truncatingIfNeeded: row.integer(1))),
                row.uint32(0) < HistorianLimits.signalNumbers
            else { throw StoreError.damaged(file: name, what: "signal \(row.integer(0))") }
            var stored = StoredSignal(kind: kind, frontier: row.integer(2), last: nil)
            if !row.isNull(3), let value = scalar(row.blob(4), kind) {
                stored.last = LiveEntry(
                    time: row.integer(3), value: value,
                    quality: Quality(code: UInt8(truncatingIfNeeded: row.integer(5))),
                    revision: row.uint32(6), importNumber: row.uint32(7))
            }
            signals[row.uint32(0)] = stored
        }
        return signals
    }

    /// Announces a signal.
    static func add(_ database: Database, signal: UInt32, kind: ValueKind) throws {
        try HeadTally.changing(database, .signal, .number(signal)) {
            try database.change(
                "INSERT OR IGNORE INTO signal(id, kind, frontier) VALUES(?, ?, ?)",
                [.number(signal), .number(kind.rawValue), .integer(.min)])
        }
    }

    /// Raises the time after which month files hold nothing of a signal.
    static func raise(_ database: Database, signal: UInt32, frontier: Int64) throws {
        try HeadTally.changing(database, .signal, .number(signal)) {
            try setFrontier(database, signal, frontier)
        }
    }

    /// Remembers the newest sample of a signal in month files.
    static func remember(_ database: Database, signal: UInt32, _ entry: LiveEntry) throws {
        try HeadTally.changing(database, .signal, .number(signal)) {
            try setNewest(database, signal, entry)
        }
    }

    /// Remembers a sample that was moved to a month file: no other there is later.
    static func settle(_ database: Database, signal: UInt32, _ entry: LiveEntry) throws {
        try HeadTally.changing(database, .signal, .number(signal)) {
            try setFrontier(database, signal, entry.time)
            try setNewest(database, signal, entry)
        }
    }

    private static func setFrontier(_ database: Database, _ signal: UInt32, _ time: Int64) throws {
        try database.change(
            "UPDATE signal SET frontier = max(frontier, ?2) WHERE id = ?1",
            [.number(signal), .integer(time)])
    }

    private static func setNewest(
        _ database: Database, _ signal: UInt32, _ entry: LiveEntry
    ) throws {
        try database.change(
            """
            UPDATE signal SET time = ?2, value = ?3, quality = ?4, revision = ?5, import = ?6
            WHERE id = ?1 AND (time IS NULL OR time < ?2 OR (time = ?2 AND revision <= ?5))
            """,
            [
                .number(signal), .integer(entry.time), .blob(bytes(entry.value)),
                .number(entry.quality.code), .number(entry.revision),
                .number(entry.importNumber),
            ])
    }

    /// Stores how far a source was read.
    static func store(_ database: Database, _ cursor: SourceCursor) throws {
        try HeadTally.changing(database, .cursor, .text(cursor.source)) {
            try database.change(
                """
                INSERT INTO cursor(source, position) VALUES(?, ?)
                ON CONFLICT(source) DO UPDATE SET position = excluded.position
                """,
                [.text(cursor.source), .text(cursor.position)])
        }
    }

    /// Masks an import or takes the mask away.
    static func setMask(_ database: Database, _ number: UInt32, isMasked: Bool) throws {
        try HeadTally.changing(database, .mask, .number(number)) {
            try database.change(
                isMasked
                    ? "INSERT OR IGNORE INTO mask(import) VALUES(?)"
                    : "DELETE FROM mask WHERE import = ?", [.number(number)])
        }
    }

    /// Adds a head row.
    static func add(
        _ database: Database, group: UInt32, revision: UInt32, _ block: RowBlock
    ) throws {
        guard let first = block.times.first, let last = block.times.last else { return }
        try database.change(
            "INSERT INTO head(shape, revision, first, last, rows, bytes) VALUES(?, ?, ?, ?, ?, ?)",
            [
                .number(group), .number(revision), .integer(first), .integer(last),
                .number(block.rows),
                .blob(HeadRow.encode(block, group: group, revision: revision)),
            ])
    }

    /// Head rows of a group that touch a range, both ends included, in order of arrival.
    static func rows(
        _ database: Database, group: UInt32, from: Int64, through: Int64,
        _ body: (HeadPiece, [UInt8]) throws -> Void
    ) throws {
        let sql = """
            SELECT id, revision, first, last, rows, bytes FROM head
            WHERE shape = ? AND last >= ? AND first <= ? ORDER BY last, id
            """
        try database.each(sql, [.number(group), .integer(from), .integer(through)]) { row in
            let piece = HeadPiece(
                id: row.integer(0), group: group, revision: row.uint32(1), first: row.integer(2),
                last: row.integer(3), rows: Int(row.integer(4)))
            try body(piece, row.blob(5))
        }
    }

    /// The stored form of a value: eight bytes, one for a flag, UTF-8 for a text.
    static func bytes(_ value: Scalar) -> [UInt8] {
        var bytes: [UInt8] = []
        switch value {
        case .number(let number): bytes.put(number)
        case .integer(let number): bytes.put(number)
        case .flag(let flag): bytes.append(flag ? 1 : 0)
        case .text(let text): bytes += text.utf8
        }
        return bytes
    }

    private static func scalar(_ bytes: [UInt8], _ kind: ValueKind) -> Scalar? {
        var reader = ByteReader(bytes)
        do {
            switch kind {
            case .number: return .number(try reader.double())
            case .integer: return .integer(try reader.int64())
            case .flag: return .flag(try reader.byte() != 0)
            case .text: return String(validating: bytes, as: UTF8.self).map { .text($0) }
            }
        } catch {
            // Unreadable here means only that the newest sample is looked up in its chunk.
            return nil
        }
    }
}
