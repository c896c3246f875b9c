// Which stored pieces the samples of a stretch stand in: where a figure comes from, to the chunk.

public import Plant

/// A stored piece of samples: a chunk of a month file, or rows of the head that are not sealed yet.
public struct StoredPiece: Hashable, Sendable {
    /// Its file within the data folder.
    public let file: String
    /// The group's number; with `first` and `revision` it names a chunk for ever.
    public let group: UInt32
    /// How many samples of the same signals and times came before.
    public let revision: UInt32
    /// Time of the first row.
    public let first: Timestamp
    /// Time of the last row.
    public let last: Timestamp
    /// Number of rows.
    public let rows: Int
    /// Whether it was set aside as damaged.
    public let isDamaged: Bool
}

extension SampleStore {
    /// The pieces that hold samples of a signal in a range, in order of time; none for a signal
    /// that is not known.
    public func pieces(
        of signal: SignalID, in range: TimeRange
    ) throws(StoreError) -> [StoredPiece] {
        guard !range.isEmpty else { return [] }
        return try core.pieces(
            of: signal.number, from: range.start.nanoseconds, through: range.end.nanoseconds - 1)
    }
}

extension StoreCore {
    /// The head is read first: a piece that is sealed meanwhile is then named twice, never not at
    /// all.
    func pieces(
        of signal: UInt32, from: Int64, through: Int64
    ) throws(StoreError) -> [StoredPiece] {
        guard let (_, groups) = groups(of: signal) else { return [] }
        let numbers = groups.filter { !$0.isMasked }.map(\.group.id)
        var found = try head.read { database in
            var rows: [StoredPiece] = []
            for group in numbers {
                try HeadFile.rows(database, group: group, from: from, through: through) {
                    piece, _ in
                    rows.append(
                        StoredPiece(
                            file: "head.db", group: group, revision: piece.revision,
                            first: Timestamp(nanoseconds: piece.first),
                            last: Timestamp(nanoseconds: piece.last), rows: piece.rows,
                            isDamaged: false))
                }
            }
            return rows
        }
        for month in shelf.months(from: from, through: through) {
            let inMonth = try inMonth(month) { database in
                try numbers.flatMap { group in
                    try MonthFile.pieces(database, group: group, from: from, through: through)
                }.map { piece in
                    StoredPiece(
                        file: "history/\(month.fileName)", group: piece.key.group,
                        revision: piece.key.revision,
                        first: Timestamp(nanoseconds: piece.key.first),
                        last: Timestamp(nanoseconds: piece.key.last), rows: piece.key.rows,
                        isDamaged: piece.isQuarantined)
                }
            }
            found += inMonth ?? []
        }
        return found.sorted {
            ($0.first, $0.group, $0.revision) < ($1.first, $1.group, $1.revision)
        }
    }
}
