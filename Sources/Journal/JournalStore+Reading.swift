// Reads what was said: about a machine's time, about shifts, about imports, or entry by entry.

import GRDB
public import Plant

/// The latest word on the figures of one shift of a machine.
public struct ShiftClosing: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// The shift's id such as `2026-11-13/early`.
    public let shift: String
    /// 0 for the first closing, more for revisions.
    public let revision: Int64
    /// Its elements.
    public let facts: Fact
    /// When it was stored.
    public let recorded: Timestamp
    /// The journal's sequence number.
    public let sequence: Int64
}

extension JournalStore {
    /// What was said about a machine's time, each list in order of time.
    ///
    /// Reasons and sightings inside the range; marks, jobs and bookings that share any of it.
    public func annotations(of machine: Slug, in range: TimeRange) throws -> Annotations {
        try file.read { db in
            Annotations(
                reasons: try JournalStore.reasons(db, machine, range),
                marks: try JournalStore.marks(db, machine, range),
                jobs: try JournalStore.jobs(db, machine, range),
                bookings: try JournalStore.bookings(db, machine, range),
                seen: try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT at FROM p_seen WHERE machine = ? AND at >= ? AND at < ?
                        ORDER BY at, seq
                        """, arguments: moments(machine, range)
                ).map(Timestamp.init(nanoseconds:)),
                corrections: try JournalStore.corrections(db, machine, range),
                explanations: try JournalStore.explanations(db, machine, range),
                cuts: try WorkProjection.cuts(db, machine, range),
                calls: try WorkProjection.calls(db, machine, range),
                told: try WorkProjection.told(db, machine, range),
                notes: try WorkProjection.notes(db, machine, range))
        }
    }

    /// Entries after one and before another, at most `limit` and at most
    /// `JournalLimits.eventsPerRead`, oldest or newest first, of some kinds or of all.
    public func events(
        after: Int64 = 0, before: Int64 = .max, limit: Int, kinds: Set<String>? = nil,
        newestFirst: Bool = false
    ) throws -> [StoredEvent] {
        var sql = "SELECT \(CheckedEntry.columns) FROM event WHERE seq > ? AND seq < ?"
        var arguments: StatementArguments = [after, before]
        if let kinds {
            sql += " AND kind IN (" + kinds.map { _ in "?" }.joined(separator: ", ") + ")"
            arguments += StatementArguments(kinds.sorted())
        }
        sql += " ORDER BY seq" + (newestFirst ? " DESC" : "") + " LIMIT ?"
        arguments += [max(0, min(limit, JournalLimits.eventsPerRead))]
        return try file.read { [sql, arguments] db in
            let words = PersonalWords(db)
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                try StoredEvent(checked: row, words: words)
            }
        }
    }

    /// The form that this program writes `core.db` in.
    public static var schemaVersion: Int64 { Schema.steps.last?.version ?? 0 }

    /// What names this journal apart from every other, given when it was begun and anew after each
    /// restore.
    public var incarnation: String {
        get throws {
            try events(
                limit: 1, kinds: [JournalOrigin.kind, JournalOrigin.continued], newestFirst: true
            ).first.flatMap { JournalOrigin.incarnation($0.event) } ?? ""
        }
    }

    /// Copies `core.db` as it is at this moment, for a backup; writing goes on.
    public func snapshot(to path: String) throws { try file.snapshot(to: path) }

    /// Entries as they are stored, with their hashes: what a third party verifies.
    public func chain(
        after: Int64, limit: Int
    ) throws -> [(sequence: Int64, entry: String, hash: String)] {
        try file.read { db in
            try Row.fetchAll(
                db, sql: "SELECT seq, entry, hash FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
                arguments: [after, max(0, min(limit, JournalLimits.eventsPerRead))]
            ).map { row in (try row.value(0), try row.value(1), try row.value(2)) }
        }
    }

    /// The entry with an id, nil when there is none.
    public func event(_ id: EventID) throws -> StoredEvent? {
        try file.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT \(CheckedEntry.columns) FROM event
                    WHERE id_high = ? AND id_low = ?
                    """,
                arguments: [Int64(bitPattern: id.high), Int64(bitPattern: id.low)]
            ).map { row in try StoredEvent(checked: row, words: PersonalWords(db)) }
        }
    }

    /// Which of these ids have an entry.
    public func held(_ ids: [EventID]) throws -> Set<EventID> {
        guard !ids.isEmpty else { return [] }
        return try file.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT 1 FROM event WHERE id_high = ? AND id_low = ?")
            return Set(
                try ids.filter { id in
                    try Int.fetchOne(
                        statement,
                        arguments: [Int64(bitPattern: id.high), Int64(bitPattern: id.low)]) != nil
                })
        }
    }

    /// The latest figures of one shift, nil before it was closed.
    public func closing(machine: Slug, shift: String) throws -> ShiftClosing? {
        try closings("machine = ? AND shift = ?", [machine.text, shift]).first
    }

    /// The latest figures of a machine's shifts that start on some dates, by date then id.
    public func closings(
        machine: Slug, in dates: ClosedRange<CivilDate>
    ) throws -> [ShiftClosing] {
        // A shift's id begins with its date, and `/` sorts before every digit.
        try closings(
            "machine = ? AND shift >= ? AND shift < ?",
            [machine.text, dates.lowerBound.text, dates.upperBound.adding(days: 1).text])
    }

    /// All imports by number.
    public func imports() throws -> [ImportRecord] {
        try file.read { db in try ImportProjection.all(db) }
    }

    private func closings(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [ShiftClosing] {
        let rows = try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT machine, shift, revision, facts, recorded, seq FROM p_closing
                    WHERE \(condition) ORDER BY shift
                    """, arguments: arguments)
        }
        return try rows.map { row in
            let sequence: Int64 = try row.value(5)
            do {
                return ShiftClosing(
                    machine: try slug(try row.value(0), sequence), shift: try row.value(1),
                    revision: try row.value(2),
                    facts: try Fact(json: Array(try (row.value(3) as String).utf8)),
                    recorded: Timestamp(nanoseconds: try row.value(4)), sequence: sequence)
            } catch let error as FactError {
                throw JournalError.damaged(
                    sequence: sequence, detail: "byte \(error.offset) is not \(error.expected)")
            }
        }
    }
}

extension JournalStore {
    private static func corrections(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [StateCorrection] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT start, stop, state, seq FROM p_correction
                WHERE machine = ? AND stop > ? AND start < ? ORDER BY seq
                """, arguments: moments(machine, range)
        ).map { row in
            let sequence: Int64 = try row.value(3)
            let code: String = try row.value(2)
            guard let state = ObservedState(code: code) else {
                throw JournalError.damaged(sequence: sequence, detail: "\(code) is no state")
            }
            return StateCorrection(
                range: TimeRange(
                    start: Timestamp(nanoseconds: try row.value(0)),
                    end: Timestamp(nanoseconds: try row.value(1))), state: state,
                sequence: sequence)
        }
    }

    private static func explanations(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [OddExplanation] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT at, signal, note, seq FROM p_explained
                WHERE machine = ? AND at >= ? AND at < ? ORDER BY at, seq
                """, arguments: moments(machine, range)
        ).map { row in
            OddExplanation(
                at: Timestamp(nanoseconds: try row.value(0)),
                signal: (try row.value(1) as Int64?).flatMap { UInt32(exactly: $0) }
                    .map { SignalID($0) },
                note: try row.value(2), sequence: try row.value(3))
        }
    }

    private static func reasons(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [ReasonGiven] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT at, reason, detail, seq FROM p_reason
                WHERE machine = ? AND at >= ? AND at < ? ORDER BY at, seq
                """, arguments: moments(machine, range)
        ).map { row in
            ReasonGiven(
                at: Timestamp(nanoseconds: try row.value(0)),
                reason: try slug(try row.value(1), try row.value(3)),
                detail: try row.value(2), sequence: try row.value(3))
        }
    }

    private static func marks(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [PeriodMark] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT start, stop, kind, reason, seq FROM p_mark INDEXED BY p_mark_time
                WHERE machine = ? AND stop > ? AND start < ? ORDER BY start, seq
                """, arguments: moments(machine, range)
        ).map { row in
            let sequence: Int64 = try row.value(4)
            guard let kind = MarkKind(rawValue: try row.value(2)) else {
                throw JournalError.damaged(sequence: sequence, detail: "a mark of no known kind")
            }
            let reason: String? = try row.value(3)
            return PeriodMark(
                kind: kind, range: try timeRange(row),
                reason: try reason.map { try slug($0, sequence) }, sequence: sequence)
        }
    }

    private static func jobs(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [JobRun] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT start, stop, job, product, ideal, estimate, planned, seq FROM p_job INDEXED BY p_job_time
                WHERE machine = ? AND stop > ? AND start < ? AND start < stop ORDER BY start, seq
                """, arguments: moments(machine, range)
        ).map { row in
            JobRun(
                job: try row.value(2), product: try row.value(3),
                idealPerPart: try (row.value(4) as Int64?).map(Elapsed.init(nanoseconds:)),
                isEstimate: try row.value(5), plannedParts: try row.value(6),
                range: try timeRange(row), sequence: try row.value(7))
        }
    }

    /// A booking for a single moment belongs to the range that contains the moment.
    private static func bookings(
        _ db: Database, _ machine: Slug, _ range: TimeRange
    ) throws -> [CountBooking] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT start, stop, good, scrap, rework, cause, seq FROM p_booking INDEXED BY p_booking_time
                WHERE machine = ? AND stop >= ? AND start < ?
                ORDER BY start, seq
                """, arguments: moments(machine, range)
        ).map { row in
            CountBooking(
                range: try timeRange(row), good: try row.value(2), scrap: try row.value(3),
                rework: try row.value(4), cause: try row.value(5),
                sequence: try row.value(6))
        }.filter { $0.range.isEmpty || $0.range.end > range.start }
    }

    static func timeRange(_ row: Row) throws -> TimeRange {
        TimeRange(
            start: Timestamp(nanoseconds: try row.value(0)),
            end: Timestamp(nanoseconds: try row.value(1)))
    }
}

func moments(_ machine: Slug, _ range: TimeRange) -> StatementArguments {
    [machine.text, range.start.nanoseconds, range.end.nanoseconds]
}

func slug(_ text: String, _ sequence: Int64) throws(JournalError) -> Slug {
    guard let slug = Slug(text) else {
        throw .damaged(sequence: sequence, detail: "\(text.count) characters that are no id")
    }
    return slug
}
