// Calls, parted stops, answered checks and documents, derived from the entries; jobs by their name.

import GRDB
public import Plant

/// Tables of the work around a job.
enum WorkProjection {
    static let definition = """
        CREATE TABLE p_call (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, at INTEGER NOT NULL,
            kind TEXT NOT NULL
        ) STRICT;
        CREATE INDEX p_call_time ON p_call (machine, at);
        CREATE TABLE p_cut (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, at INTEGER NOT NULL,
            cut INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX p_cut_time ON p_cut (machine, at);
        CREATE TABLE p_told (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, at INTEGER NOT NULL,
            state TEXT NOT NULL
        ) STRICT;
        CREATE INDEX p_told_time ON p_told (machine, at);
        CREATE TABLE p_note (
            seq INTEGER PRIMARY KEY, machine TEXT NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX p_note_time ON p_note (machine, at);
        CREATE TABLE p_check (seq INTEGER PRIMARY KEY, job TEXT NOT NULL) STRICT;
        CREATE INDEX p_check_job ON p_check (job);
        CREATE TABLE p_document (
            seq INTEGER PRIMARY KEY, job TEXT NOT NULL, sha256 TEXT NOT NULL
        ) STRICT;
        CREATE INDEX p_document_job ON p_document (job);
        CREATE INDEX p_job_name ON p_job (job);
        """

    /// Entries of a job's answered checks.
    static let checks = """
        SELECT \(CheckedEntry.columns) FROM event
        WHERE seq IN (SELECT seq FROM p_check WHERE job = ?) ORDER BY seq LIMIT ?
        """
    /// Entries of a job's documents.
    static let documents = """
        SELECT \(CheckedEntry.columns) FROM event
        WHERE seq IN (SELECT seq FROM p_document WHERE job = ?) ORDER BY seq LIMIT ?
        """

    static func apply(_ stored: StoredEvent, in db: Database) throws {
        let sequence = stored.sequence
        switch stored.event {
        case .helpCalled(let machine, let at, let kind):
            try db.cachedStatement(
                sql: "INSERT INTO p_call (seq, machine, at, kind) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [sequence, machine.text, at.nanoseconds, kind.rawValue])
        case .stopCut(let machine, let at, let isCut):
            try db.cachedStatement(
                sql: "INSERT INTO p_cut (seq, machine, at, cut) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [sequence, machine.text, at.nanoseconds, isCut])
        case .stateTold(let machine, let at, let state):
            try db.cachedStatement(
                sql: "INSERT INTO p_told (seq, machine, at, state) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [sequence, machine.text, at.nanoseconds, state.code])
        case .stopNoted(let machine, let at, _):
            try db.cachedStatement(sql: "INSERT INTO p_note (seq, machine, at) VALUES (?, ?, ?)")
                .execute(arguments: [sequence, machine.text, at.nanoseconds])
        case .checkAnswered(let answer):
            try db.cachedStatement(sql: "INSERT INTO p_check (seq, job) VALUES (?, ?)")
                .execute(arguments: [sequence, answer.job])
        case .documentAttached(let document):
            try db.cachedStatement(
                sql: "INSERT INTO p_document (seq, job, sha256) VALUES (?, ?, ?)"
            ).execute(arguments: [sequence, document.job, document.sha256])
        default: break
        }
    }

    static func cuts(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [StopCut] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT at, cut, seq FROM p_cut WHERE machine = ? AND at >= ? AND at < ?
                ORDER BY seq
                """, arguments: moments(machine, range)
        ).map { row in
            StopCut(
                at: Timestamp(nanoseconds: try row.value(0)), isCut: try row.value(1),
                sequence: try row.value(2))
        }
    }

    static func told(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [StateTold] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT at, state, seq FROM p_told WHERE machine = ? AND at >= ? AND at < ?
                ORDER BY at, seq
                """, arguments: moments(machine, range)
        ).map { row in
            let sequence: Int64 = try row.value(2)
            let code: String = try row.value(1)
            guard let state = ObservedState(code: code) else {
                throw JournalError.damaged(sequence: sequence, detail: "\(code) is no state")
            }
            return StateTold(
                at: Timestamp(nanoseconds: try row.value(0)), state: state, sequence: sequence)
        }
    }

    static func notes(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [StopNote] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT at, seq FROM p_note WHERE machine = ? AND at >= ? AND at < ?
                ORDER BY at, seq
                """, arguments: moments(machine, range)
        ).map { row in
            StopNote(at: Timestamp(nanoseconds: try row.value(0)), sequence: try row.value(1))
        }
    }

    static func calls(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [HelpCall] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT at, kind, seq FROM p_call WHERE machine = ? AND at >= ? AND at < ?
                ORDER BY at, seq
                """, arguments: moments(machine, range)
        ).map { row in
            let sequence: Int64 = try row.value(2)
            guard let kind = HelpKind(rawValue: try row.value(1)) else {
                throw JournalError.damaged(sequence: sequence, detail: "a call of no known kind")
            }
            return HelpCall(
                at: Timestamp(nanoseconds: try row.value(0)), kind: kind, sequence: sequence)
        }
    }
}

extension JournalStore {
    /// Where and when a job ran, in order of time.
    public func runs(of job: String) throws -> [MachineJob] {
        try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT start, stop, job, product, ideal, estimate, planned, seq, machine
                    FROM p_job WHERE job = ? AND start < stop ORDER BY start, seq
                    """, arguments: [job]
            ).map { row in
                let sequence: Int64 = try row.value(7)
                return MachineJob(
                    machine: try slug(try row.value(8), sequence),
                    run: JobRun(
                        job: try row.value(2), product: try row.value(3),
                        idealPerPart: try (row.value(4) as Int64?).map(Elapsed.init(nanoseconds:)),
                        isEstimate: try row.value(5), plannedParts: try row.value(6),
                        range: try JournalStore.timeRange(row), sequence: sequence))
            }
        }
    }

    /// Jobs that ran in a range, each once, the latest first.
    public func jobs(in range: TimeRange, limit: Int) throws -> [String] {
        try file.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT job FROM p_job WHERE stop > ? AND start < ? AND job <> ''
                    GROUP BY job ORDER BY max(start) DESC LIMIT ?
                    """,
                arguments: [
                    range.start.nanoseconds, range.end.nanoseconds,
                    max(0, min(limit, JournalLimits.eventsPerRead)),
                ])
        }
    }

    /// Answered checks of a job, oldest first.
    public func checks(of job: String) throws -> [StoredCheck] {
        try entries(of: job, chosen: WorkProjection.checks).compactMap { stored in
            guard case .checkAnswered(let answer) = stored.event else { return nil }
            return StoredCheck(answer: answer, actor: stored.actor, sequence: stored.sequence)
        }
    }

    /// Documents of a job, oldest first.
    public func documents(of job: String) throws -> [StoredDocument] {
        try entries(of: job, chosen: WorkProjection.documents).compactMap { stored in
            guard case .documentAttached(let document) = stored.event else { return nil }
            return StoredDocument(
                document: document, actor: stored.actor, recorded: stored.recorded,
                sequence: stored.sequence)
        }
    }

    /// Rows of an import whose events are stored, in order; row 0 is what it added to the site.
    public func importedRows(_ number: UInt32) throws -> [Int] {
        let first = Int64(number) << 16
        return try file.read { db in
            let ids = try Row.fetchAll(
                db, sql: "SELECT id_high, id_low FROM event WHERE id_high BETWEEN ? AND ?",
                arguments: [first, first | 0xFFFF]
            ).map { row in
                EventID(
                    high: UInt64(bitPattern: try row.value(0)),
                    low: UInt64(bitPattern: try row.value(1)))
            }
            return Set(ids.compactMap(\.importRow)).sorted()
        }
    }

    /// Entries by their numbers, oldest first; numbers that do not exist are left out.
    public func events(numbered sequences: [Int64]) throws -> [StoredEvent] {
        try file.read { db in
            let words = PersonalWords(db)
            return try sequences.sorted().prefix(JournalLimits.eventsPerRead).compactMap {
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: "SELECT \(CheckedEntry.columns) FROM event WHERE seq = ?"),
                    arguments: [$0]
                ).map { row in try StoredEvent(checked: row, words: words) }
            }
        }
    }

    private func entries(of job: String, chosen sql: String) throws -> [StoredEvent] {
        try file.read { db in
            let words = PersonalWords(db)
            return try Row.fetchAll(
                db, sql: sql, arguments: [job, JournalLimits.eventsPerRead]
            ).map { row in try StoredEvent(checked: row, words: words) }
        }
    }
}
