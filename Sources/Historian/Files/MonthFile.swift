// Tables and statements of a month file: groups, chunks, and what was found damaged.

import GRDB
import Plant

/// A chunk's row without its payload.
struct ChunkPiece: Hashable, Sendable {
    /// Row id in its table.
    let id: Int64
    /// Key and range as the table has them.
    let key: ChunkKey
    /// Header and directory.
    let header: [UInt8]
    /// Whether it was set aside as damaged.
    let isQuarantined: Bool
}

/// SQL of `history/YYYY-MM.db`; all of it runs inside a transaction of its caller.
enum MonthFile {
    /// Its tables.
    static let schema = DatabaseFile.Schema(
        application: 0x4D57_4D46, version: 3, pageSize: 4_096,
        statements: [
            """
            CREATE TABLE shape(
                id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, import INTEGER NOT NULL,
                columns BLOB NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE chunk(
                id INTEGER PRIMARY KEY, shape INTEGER NOT NULL, first INTEGER NOT NULL,
                revision INTEGER NOT NULL, last INTEGER NOT NULL, rows INTEGER NOT NULL,
                samples INTEGER NOT NULL, header BLOB NOT NULL, payload BLOB NOT NULL,
                UNIQUE(shape, first, revision)
            ) STRICT
            """,
            "CREATE INDEX chunk_range ON chunk(shape, last)",
            """
            CREATE TABLE quarantine(
                id INTEGER PRIMARY KEY, shape INTEGER NOT NULL, first INTEGER NOT NULL,
                revision INTEGER NOT NULL, last INTEGER NOT NULL, rows INTEGER NOT NULL,
                samples INTEGER NOT NULL, header BLOB NOT NULL, payload BLOB NOT NULL,
                reason TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX quarantine_range ON quarantine(shape, last)",
        ])

    /// Figures that took the place of samples; a signal in it has no samples in this month.
    ///
    /// The table is made with the first of them: most months never have it.
    private static let rollupTable = """
        CREATE TABLE IF NOT EXISTS rollup(
            signal INTEGER NOT NULL, step INTEGER NOT NULL, samples INTEGER NOT NULL,
            header BLOB NOT NULL, payload BLOB NOT NULL, PRIMARY KEY(signal, step)
        ) STRICT, WITHOUT ROWID
        """

    /// Whether any samples of the month gave way to figures.
    static func hasFigures(_ database: Database) throws -> Bool {
        try database.first("SELECT 1 FROM sqlite_master WHERE name = 'rollup'") { _ in true }
            ?? false
    }

    /// Signals whose samples gave way to figures.
    static func thinned(_ database: Database) throws -> Set<UInt32> {
        var signals: Set<UInt32> = []
        guard try hasFigures(database) else { return signals }
        try database.each("SELECT DISTINCT signal FROM rollup") { signals.insert($0.uint32(0)) }
        return signals
    }

    /// Whether a signal's samples gave way to figures.
    static func isThinned(_ database: Database, _ signal: UInt32) throws -> Bool {
        guard try hasFigures(database) else { return false }
        return try database.first(
            "SELECT 1 FROM rollup WHERE signal = ? LIMIT 1", [.number(signal)]
        ) { _ in true }
            ?? false
    }

    /// The stored figures of a signal, nil where it has none.
    static func rollup(
        _ database: Database, signal: UInt32, step: Rollup.Step
    ) throws -> (header: [UInt8], payload: [UInt8])? {
        try database.first(
            "SELECT header, payload FROM rollup WHERE signal = ? AND step = ?",
            [.number(signal), .number(step.rawValue)]
        ) { ($0.blob(0), $0.blob(1)) }
    }

    /// Stores the figures of a signal; `samples` is how many they stand for.
    static func add(
        _ database: Database, signal: UInt32, step: Rollup.Step, samples: Int, header: [UInt8],
        payload: [UInt8]
    ) throws {
        try database.execute(sql: rollupTable)
        try database.change(
            """
            INSERT INTO rollup(signal, step, samples, header, payload) VALUES(?, ?, ?, ?, ?)
            ON CONFLICT(signal, step) DO UPDATE SET samples = excluded.samples,
                header = excluded.header, payload = excluded.payload
            """,
            [
                .number(signal), .number(step.rawValue), .number(samples),
                .blob(header), .blob(payload),
            ])
    }

    /// Stores a chunk under its key; the same key again replaces it, which changes nothing (R-10).
    static func upsert(
        _ database: Database, _ key: ChunkKey, samples: Int, header: [UInt8], payload: [UInt8]
    ) throws {
        try database.change(
            """
            INSERT INTO chunk(shape, first, revision, last, rows, samples, header, payload)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(shape, first, revision) DO UPDATE SET last = excluded.last,
                rows = excluded.rows, samples = excluded.samples, header = excluded.header,
                payload = excluded.payload
            """,
            [
                .number(key.group), .integer(key.first), .number(key.revision),
                .integer(key.last), .number(key.rows), .number(samples), .blob(header),
                .blob(payload),
            ])
    }

    /// Repeats a group's columns so that the file stands alone.
    static func add(_ database: Database, _ id: UInt32, _ shape: GroupShape) throws {
        try database.change(
            "INSERT OR IGNORE INTO shape(id, origin, import, columns) VALUES(?, ?, ?, ?)",
            [
                .number(id), .number(shape.origin.code), .number(shape.origin.importNumber),
                .blob(shape.columnBytes),
            ])
    }

    /// Chunks of a group that touch a range, both ends included, damaged ones too, by last time.
    static func pieces(
        _ database: Database, group: UInt32, from: Int64, through: Int64,
        newestFirst: Bool = false, limit: Int = HistorianLimits.rowsAccepted
    ) throws -> [ChunkPiece] {
        var pieces: [ChunkPiece] = []
        for table in ["chunk", "quarantine"] {
            let sql = """
                SELECT id, first, revision, last, rows, header FROM \(table)
                WHERE shape = ? AND last >= ? AND first <= ?
                ORDER BY last \(newestFirst ? "DESC" : "ASC"), id LIMIT ?
                """
            let range: [SQLValue] = [
                .number(group), .integer(from), .integer(through), .number(limit),
            ]
            try database.each(sql, range) { row in
                let key = ChunkKey(
                    group: group, revision: row.uint32(2), first: row.integer(1),
                    last: row.integer(3), rows: Int(row.integer(4)))
                pieces.append(
                    ChunkPiece(
                        id: row.integer(0), key: key, header: row.blob(5),
                        isQuarantined: table == "quarantine"))
            }
        }
        return pieces
    }

    /// The payload of a chunk, nil where it has been moved meanwhile.
    static func payload(_ database: Database, _ piece: ChunkPiece) throws -> [UInt8]? {
        let table = piece.isQuarantined ? "quarantine" : "chunk"
        return try database.first(
            "SELECT payload FROM \(table) WHERE id = ? AND shape = ? AND first = ?",
            [.integer(piece.id), .number(piece.key.group), .integer(piece.key.first)]
        ) { $0.blob(0) }
    }

    /// Moves a damaged chunk aside; it is kept (R-44).
    static func quarantine(_ database: Database, id: Int64, reason: String) throws {
        try database.change(
            """
            INSERT INTO quarantine(shape, first, revision, last, rows, samples, header, payload,
                reason)
            SELECT shape, first, revision, last, rows, samples, header, payload, ?2
            FROM chunk WHERE id = ?1
            """,
            [.integer(id), .text(reason)])
        try database.change("DELETE FROM chunk WHERE id = ?", [.integer(id)])
    }
}
