// Plain readings of the two stores for programs; they block while they read.

import Historian
import Journal
public import Plant

extension World {
    /// Stored samples of a signal in a range, oldest first.
    public func storedSeries(_ id: SignalID, range: TimeRange) throws -> SampleSeries {
        guard factory.signals[id] != nil else { throw UnknownThing.signal(id) }
        return try samples.series(of: id, in: range)
    }

    /// The stored pieces behind a figure: those that hold samples of its signals in its time.
    public func pieces(
        of signals: [SignalID], range: TimeRange
    ) throws -> [SourcePiece] {
        try signals.flatMap { signal in
            try samples.pieces(of: signal, in: range).map { piece in
                SourcePiece(
                    signal: signal, file: piece.file, group: piece.group,
                    revision: piece.revision, first: piece.first, last: piece.last,
                    rows: piece.rows, isDamaged: piece.isDamaged)
            }
        }
    }

    /// Journal entries as they are stored, oldest first, with their hashes and the personal texts
    /// that they refer to, as far as those are still kept.
    public func chain(
        after: Int64, limit: Int
    ) throws -> [ChainLine] {
        let lines = try journal.chain(after: after, limit: limit)
        let words = try journal.personalWords(of: lines.map(\.entry))
        let known = Dictionary(words.map { ($0.hash, $0) }) { first, _ in first }
        return lines.map { line in
            ChainLine(
                sequence: line.sequence, entry: line.entry, hash: line.hash,
                words: JournalStore.personalHashes(in: line.entry).compactMap { hash in
                    guard let word = known[hash], let salt = word.salt, let text = word.text
                    else { return nil }
                    return ChainLine.Word(hash: hash, salt: salt, text: text)
                })
        }
    }

    /// Newest samples by signal.
    public func newestValues() -> [SignalID: LastValue] { samples.lastValues() }

    /// Journal entries after one; before it when the newest come first (0 means from the end).
    public func entries(
        after sequence: Int64, limit: Int, kinds: Set<String>?, newestFirst: Bool
    ) throws -> [StoredEvent] {
        guard newestFirst else {
            return try journal.events(
                after: sequence, limit: limit, kinds: kinds, newestFirst: false)
        }
        let before = sequence == 0 ? Int64.max : sequence
        return try journal.events(
            after: 0, before: before, limit: limit, kinds: kinds, newestFirst: true)
    }
}
