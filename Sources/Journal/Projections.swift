// Tables derived from the entries alone: dropped and rebuilt at will (class D4, decisions 19).

import GRDB
import Plant

/// The projections as a whole: their tables, and how one entry enters them.
enum Projections {
    /// Raised when a table or the meaning of an entry changes; an older set is rebuilt.
    static let version: Int64 = 4
    /// All tables, in the order in which they are compared.
    static let tables = [
        "p_booking", "p_call", "p_check", "p_closing", "p_correction", "p_cut", "p_document",
        "p_element", "p_explained", "p_import", "p_job", "p_mark", "p_note", "p_reason", "p_seen",
        "p_told",
    ]

    static func create(_ db: Database) throws { try db.execute(sql: definitions) }

    static func drop(_ db: Database) throws {
        for table in tables { try db.execute(sql: "DROP TABLE IF EXISTS \(table)") }
    }

    /// Enters one stored event; events that nothing is derived from change nothing.
    ///
    /// An import that is taken back takes its events out of every table: they are made anew.
    static func apply(_ stored: StoredEvent, in db: Database) throws {
        if case .importUndone(let number) = stored.event, try hasEvents(of: number, in: db) {
            try remake(through: stored.sequence, in: db)
        } else {
            try enter(stored, in: db)
        }
    }

    /// Makes every table anew from the entries up to one; the last sequence number.
    @discardableResult
    static func remake(through last: Int64, in db: Database) throws -> Int64 {
        var undone: Set<UInt32> = []
        try JournalStore.forEachEvent(db, kinds: ["import.undone"], through: last) { stored in
            if case .importUndone(let number) = stored.event { undone.insert(number) }
        }
        try drop(db)
        try create(db)
        var entries: Int64 = 0
        try JournalStore.forEachEvent(db, kinds: nil, through: last) { stored in
            let isUndone = stored.id.importNumber.map { undone.contains($0) } ?? false
            if !isUndone { try enter(stored, in: db) }
            entries = stored.sequence
        }
        return entries
    }

    private static func hasEvents(of number: UInt32, in db: Database) throws -> Bool {
        let first = Int64(number) << 16
        return try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE id_high BETWEEN ? AND ?)",
            arguments: [first, first | 0xFFFF]) ?? false
    }

    private static func enter(_ stored: StoredEvent, in db: Database) throws {
        let sequence = stored.sequence
        switch stored.event {
        case .jobStarted(let machine, let at, _, _, _, _, _):
            try JobProjection.start(stored, machine: machine, at: at, in: db)
        case .jobEnded(let machine, let at):
            try JobProjection.end(machine: machine, at: at, in: db)
        case .periodMarked(let machine, let range, let kind, let reason):
            try MarkProjection.mark(
                machine, PeriodMark(kind: kind, range: range, reason: reason, sequence: sequence),
                in: db)
        case .stopReason(let machine, let at, let reason, let detail):
            try db.cachedStatement(
                sql: """
                    INSERT INTO p_reason (seq, machine, at, reason, detail)
                    VALUES (?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [sequence, machine.text, at.nanoseconds, reason.text, detail])
        case .countBooked(let machine, let range, let good, let scrap, let rework, let cause):
            try db.cachedStatement(
                sql: """
                    INSERT INTO p_booking
                    (seq, machine, start, stop, good, scrap, rework, cause)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    sequence, machine.text, range.start.nanoseconds, range.end.nanoseconds, good,
                    scrap, rework, cause,
                ])
        case .problemSeen(let machine, let at):
            try db.cachedStatement(
                sql: "INSERT INTO p_seen (seq, machine, at) VALUES (?, ?, ?)"
            ).execute(arguments: [sequence, machine.text, at.nanoseconds])
        case .shiftClosed(let machine, let shift, let revision, let facts):
            try close(stored, machine, shift, revision, facts, in: db)
            try ElementProjection.close(machine, shift, facts, in: db)
        case .importStarted, .importDone, .importUndone:
            try ImportProjection.apply(stored, in: db)
        default: try applyWordsOfPeople(stored, in: db)
        }
    }

    /// Corrections of states and explanations of what looked odd.
    private static func applyWordsOfPeople(_ stored: StoredEvent, in db: Database) throws {
        let sequence = stored.sequence
        switch stored.event {
        case .stateCorrected(let machine, let range, let state):
            try db.cachedStatement(
                sql: """
                    INSERT INTO p_correction (seq, machine, start, stop, state)
                    VALUES (?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    sequence, machine.text, range.start.nanoseconds, range.end.nanoseconds,
                    state.code,
                ])
        case .oddExplained(let machine, let signal, let at, let note):
            try db.cachedStatement(
                sql: """
                    INSERT INTO p_explained (seq, machine, at, signal, note)
                    VALUES (?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    sequence, machine.text, at.nanoseconds, signal.map { Int64($0.number) }, note,
                ])
        default: try WorkProjection.apply(stored, in: db)
        }
    }

    /// The latest word on a shift holds.
    private static func close(
        _ stored: StoredEvent, _ machine: Slug, _ shift: String, _ revision: Int64, _ facts: Fact,
        in db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO p_closing (machine, shift, seq, recorded, revision, facts)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (machine, shift) DO UPDATE SET
                    seq = excluded.seq, recorded = excluded.recorded,
                    revision = excluded.revision, facts = excluded.facts
                """
        ).execute(
            arguments: [
                machine.text, shift, stored.sequence, stored.recorded.nanoseconds, revision,
                String(decoding: facts.canonicalBytes, as: UTF8.self),
            ])
    }

    /// Times are nanoseconds since 1970; an open range stops at the largest number.
    private static let definitions = """
        CREATE TABLE p_reason (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, at INTEGER NOT NULL,
            reason TEXT NOT NULL, detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX p_reason_time ON p_reason (machine, at);
        CREATE TABLE p_mark (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, start INTEGER NOT NULL,
            stop INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT
        ) STRICT;
        CREATE INDEX p_mark_time ON p_mark (machine, stop, start);
        CREATE INDEX p_mark_start ON p_mark (machine, start);
        CREATE TABLE p_job (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, start INTEGER NOT NULL,
            stop INTEGER NOT NULL, job TEXT NOT NULL, product TEXT NOT NULL, ideal INTEGER,
            estimate INTEGER NOT NULL, planned INTEGER
        ) STRICT;
        CREATE INDEX p_job_time ON p_job (machine, stop, start);
        CREATE INDEX p_job_start ON p_job (machine, start);
        CREATE TABLE p_booking (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, start INTEGER NOT NULL,
            stop INTEGER NOT NULL, good INTEGER NOT NULL, scrap INTEGER NOT NULL,
            rework INTEGER NOT NULL, cause TEXT NOT NULL
        ) STRICT;
        CREATE INDEX p_booking_time ON p_booking (machine, stop, start);
        CREATE TABLE p_seen (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX p_seen_time ON p_seen (machine, at);
        CREATE TABLE p_correction (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, start INTEGER NOT NULL,
            stop INTEGER NOT NULL, state TEXT NOT NULL
        ) STRICT;
        CREATE INDEX p_correction_time ON p_correction (machine, stop, start);
        CREATE TABLE p_explained (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, at INTEGER NOT NULL,
            signal INTEGER, note TEXT NOT NULL
        ) STRICT;
        CREATE INDEX p_explained_time ON p_explained (machine, at);
        \(WorkProjection.definition)
        \(ElementProjection.definition)
        CREATE TABLE p_closing (
            machine TEXT NOT NULL, shift TEXT NOT NULL, seq INTEGER NOT NULL,
            recorded INTEGER NOT NULL, revision INTEGER NOT NULL, facts TEXT NOT NULL,
            PRIMARY KEY (machine, shift)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE p_import (
            number INTEGER PRIMARY KEY, seq INTEGER NOT NULL, recorded INTEGER NOT NULL,
            file TEXT NOT NULL, sha256 TEXT NOT NULL, taken INTEGER, refused INTEGER,
            undone INTEGER
        ) STRICT;
        """
}
