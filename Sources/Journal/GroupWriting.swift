// Writes the entries of one group of calls inside one transaction.

import GRDB
import Plant

/// The state of the chain while a group is written; thrown away when the transaction fails.
struct GroupWriting {
    private(set) var head: ChainHead
    let clock: @Sendable () -> Timestamp
    let random: @Sendable () -> UInt64
    /// One outcome for each call, in their order.
    private(set) var outcomes: [Result<[StoredEvent], any Error>] = []
    /// Entries that are new, in their order.
    private(set) var fresh: [StoredEvent] = []
    /// The texts beside the chain, for the one transaction.
    private var words: PersonalWords?

    init(
        head: ChainHead, clock: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.head = head
        self.clock = clock
        self.random = random
    }

    /// Writes one call's events; a conflict is that call's alone, an error of the file throws.
    mutating func write(_ request: AppendRequest, in db: Database) throws {
        let known: [StoredEvent?]
        do {
            known = try repeats(request.drafts, in: db)
        } catch let error as JournalError {
            outcomes.append(.failure(error))
            return
        }
        var result: [StoredEvent] = []
        result.reserveCapacity(known.count)
        for (index, encoded) in request.drafts.enumerated() {
            if let stored = known[index] {
                result.append(stored)
            } else {
                let recorded = request.recorded?[index] ?? clock()
                result.append(try insert(encoded, recorded: recorded, in: db))
            }
        }
        outcomes.append(.success(result))
    }

    /// What is stored already under each id; throws before anything of this call is written.
    private func repeats(_ drafts: [EncodedDraft], in db: Database) throws -> [StoredEvent?] {
        var seen: Set<EventID> = []
        return try drafts.map { encoded in
            let id = encoded.draft.id
            guard seen.insert(id).inserted else {
                throw JournalError.conflict(id: id, sequence: 0)
            }
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT seq, entry FROM event WHERE id_high = ? AND id_low = ?"),
                arguments: [Int64(bitPattern: id.high), Int64(bitPattern: id.low)])
            guard let row else { return nil }
            let sequence: Int64 = try row.value(0)
            let stored = try StoredEvent(
                entry: Array(try (row.value(1) as String).utf8), sequence: sequence,
                words: PersonalWords(db))
            // Bytes are compared: texts that look the same may be different ones.
            guard Array(stored.actor.utf8) == Array(encoded.draft.actor.utf8),
                stored.event.kind == encoded.kind,
                stored.event.facts.canonicalBytes == encoded.draft.event.facts.canonicalBytes
            else {
                throw JournalError.conflict(id: id, sequence: sequence)
            }
            return stored
        }
    }

    private mutating func insert(
        _ encoded: EncodedDraft, recorded: Timestamp, in db: Database
    ) throws -> StoredEvent {
        let words = self.words ?? PersonalWords(db)
        self.words = words
        let entry = try encoded.entry(
            sequence: head.sequence + 1, recorded: recorded,
            keep: { text, purpose in
                try words.reference(to: text, purpose, at: recorded, salt: salt)
            })
        let hash = entry.hash(after: head.hash)
        let id = encoded.draft.id
        try db.cachedStatement(
            sql: """
                INSERT INTO event (seq, id_high, id_low, recorded, kind, entry, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                entry.sequence, Int64(bitPattern: id.high), Int64(bitPattern: id.low),
                recorded.nanoseconds, encoded.kind, String(decoding: entry.bytes, as: UTF8.self),
                hexText(hash),
            ])
        let stored = encoded.stored(sequence: entry.sequence, recorded: recorded)
        try Projections.apply(stored, in: db)
        head = ChainHead(sequence: entry.sequence, hash: hash)
        fresh.append(stored)
        return stored
    }

    /// 16 random bytes.
    private func salt() -> [UInt8] {
        [random(), random()].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
        }
    }
}
