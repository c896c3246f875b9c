// From the file to the state in memory: first entry, newest entries checked, configuration.

import GRDB
public import Plant

extension JournalStore {
    /// Begins a new journal or takes up an existing one, inside the caller's transaction.
    static func start(_ db: Database, origin: EncodedDraft, recorded: Timestamp) throws -> Live {
        let isNew = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") == nil
        let projections = try Schema.number(db, "projections")
        if isNew || projections != Projections.version {
            try Projections.drop(db)
            try Projections.create(db)
            try Schema.setNumber(db, "projections", Projections.version)
        }
        if isNew {
            let entry = origin.entry(sequence: 1, recorded: recorded) { text, _ in .text(text) }
            let id = origin.draft.id
            try db.execute(
                sql: """
                    INSERT INTO event (seq, id_high, id_low, recorded, kind, entry, hash)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    1, Int64(bitPattern: id.high), Int64(bitPattern: id.low),
                    recorded.nanoseconds, origin.kind,
                    String(decoding: entry.bytes, as: UTF8.self),
                    hexText(entry.hash(after: ChainEntry.origin)),
                ])
        } else if projections != Projections.version {
            try forEachEvent(db, kinds: nil, through: .max) { stored in
                try Projections.apply(stored, in: db)
            }
        }
        return try state(db)
    }

    /// The state after the newest entry; the newest entries' chain is checked on the way.
    static func state(_ db: Database) throws -> Live {
        var live = Live()
        let newest = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0
        let first = max(1, newest - JournalLimits.entriesCheckedAtOpening + 1)
        var walk = try ChainWalk(db, from: first)
        try walk.run(db, through: newest)
        if let bad = walk.firstBad {
            throw JournalError.damaged(sequence: bad.sequence, detail: bad.detail)
        }
        live.head = ChainHead(sequence: newest, hash: walk.hash)
        live.factory = try factory(db, through: newest)
        return live
    }

    /// The configuration as it was after an entry.
    ///
    /// Throws `JournalError.damaged` when an entry does not read.
    public func factory(at sequence: Int64) throws -> Factory {
        try file.read { db in try JournalStore.factory(db, through: sequence) }
    }

    static func factory(_ db: Database, through sequence: Int64) throws -> Factory {
        var factory = Factory()
        try forEachEvent(db, kinds: FactoryEvent.configuringKinds, through: sequence) { stored in
            factory.apply(stored.event, recorded: stored.recorded)
        }
        return factory
    }

    /// Runs over stored events in order.
    static func forEachEvent(
        _ db: Database, kinds: Set<String>?, through sequence: Int64,
        _ body: (StoredEvent) throws -> Void
    ) throws {
        var sql = "SELECT \(CheckedEntry.columns) FROM event WHERE seq <= ?"
        var arguments: StatementArguments = [sequence]
        if let kinds {
            sql += " AND kind IN (" + kinds.map { _ in "?" }.joined(separator: ", ") + ")"
            arguments += StatementArguments(kinds.sorted())
        }
        let rows = try Row.fetchCursor(db, sql: sql + " ORDER BY seq", arguments: arguments)
        let words = PersonalWords(db)
        while let row = try rows.next() {
            try body(try StoredEvent(checked: row, words: words))
        }
    }
}
