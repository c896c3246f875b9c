// Walks the whole chain and names the first entry that is not what was stored (S-31).

import GRDB
import Plant

/// What a walk over the whole journal found.
public struct JournalVerifyReport: Hashable, Sendable {
    /// An entry that is not what was stored.
    public struct BadEntry: Hashable, Sendable {
        /// Its number.
        public let sequence: Int64
        /// What does not fit.
        public let detail: String
    }

    /// Entries walked.
    public let entries: Int64
    /// The name of this chain, nil when the first entry does not give it.
    public let incarnation: String?
    /// Hash of the last good entry in hexadecimal: print it, and a later walk can be compared.
    public let head: String
    /// The first bad entry, nil when all are good.
    public let firstBad: BadEntry?
    /// What the file's own check found; empty when it is sound.
    public let fileFaults: [String]

    /// Whether nothing was found.
    public var isSound: Bool { firstBad == nil && fileFaults.isEmpty }
}

extension JournalStore {
    /// Walks the chain from the first entry; `progress` hears entries done and in all.
    ///
    /// Throws `JournalError` only when the file cannot be read at all.
    public func verify(
        progress: (_ done: Int64, _ total: Int64) -> Void = { _, _ in }
    ) throws -> JournalVerifyReport {
        let (newest, faults) = try file.read { db in
            (
                try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0,
                try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
            )
        }
        var walk = try file.read { db in try ChainWalk(db, from: 1) }
        var done: Int64 = 0
        while done < newest, walk.firstBad == nil {
            done = min(newest, done + ChainWalk.step)
            // One short reading transaction for each stretch, so that a long walk holds nothing.
            try file.read { db in try walk.run(db, through: done) }
            progress(done, newest)
        }
        if newest == 0 { walk.fail(1, "the journal has no first entry") }
        return JournalVerifyReport(
            entries: walk.sequence, incarnation: walk.incarnation, head: hexText(walk.hash),
            firstBad: walk.firstBad, fileFaults: faults)
    }
}

/// The state of a walk over the chain.
struct ChainWalk {
    /// Entries read in one transaction.
    static let step: Int64 = 1000

    /// The last good entry.
    private(set) var sequence: Int64
    /// Its hash.
    private(set) var hash: [UInt8]
    private(set) var incarnation: String?
    private(set) var firstBad: JournalVerifyReport.BadEntry?

    /// Starts before an entry; the stored hash before it is believed.
    init(_ db: Database, from first: Int64) throws {
        sequence = first - 1
        hash = ChainEntry.origin
        guard first > 1 else { return }
        let text = try String.fetchOne(
            db, sql: "SELECT hash FROM event WHERE seq = ?", arguments: [first - 1])
        if let bytes = text.flatMap(hexBytes) {
            hash = bytes
        } else {
            fail(first - 1, "the entry or its hash is missing")
        }
    }

    mutating func fail(_ sequence: Int64, _ detail: String) {
        firstBad = JournalVerifyReport.BadEntry(sequence: sequence, detail: detail)
    }

    /// Walks on through an entry, or to the first bad one.
    mutating func run(_ db: Database, through last: Int64) throws {
        guard firstBad == nil else { return }
        do {
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT seq, entry, hash, id_high, id_low, recorded, kind FROM event
                    WHERE seq > ? AND seq <= ? ORDER BY seq
                    """, arguments: [sequence, last])
            let words = PersonalWords(db)
            while firstBad == nil, let row = try rows.next() { try step(row, words) }
        } catch let error as DatabaseError {
            fail(sequence + 1, "the file is damaged here: \(error.message ?? "unreadable")")
        } catch is RowDecodingError {
            fail(sequence + 1, "a column of the entry cannot be read")
        }
        if firstBad == nil, sequence < last { fail(sequence + 1, "the entry is missing") }
    }

    private mutating func step(_ row: Row, _ words: PersonalWords) throws {
        let number: Int64 = try row.value(0)
        guard number == sequence + 1 else {
            return fail(sequence + 1, "the entry is missing; the next one is \(number)")
        }
        let bytes = Array(try (row.value(1) as String).utf8)
        let entry = ChainEntry(sequence: number, bytes: bytes)
        let expected = entry.hash(after: hash)
        guard try hexText(expected) == row.value(2) as String else {
            return fail(number, "its hash does not follow from its content and the entry before")
        }
        let beside = (
            try row.value(3) as Int64, try row.value(4) as Int64, try row.value(5) as Int64,
            try row.value(6) as String
        )
        do throws(JournalError) {
            let stored = try StoredEvent(entry: bytes, sequence: number, words: words)
            let isSame =
                beside
                == (
                    Int64(bitPattern: stored.id.high), Int64(bitPattern: stored.id.low),
                    stored.recorded.nanoseconds, stored.event.kind
                )
            guard isSame else {
                return fail(number, "the columns beside the entry say something else")
            }
            if let name = JournalOrigin.incarnation(stored.event) { incarnation = name }
            guard number > 1 || incarnation != nil else {
                return fail(number, "the first entry does not name the journal")
            }
        } catch {
            return fail(number, error.description)
        }
        sequence = number
        hash = expected
    }
}
