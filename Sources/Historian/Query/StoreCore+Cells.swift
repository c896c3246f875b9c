// Long queries over several signals: chunks by their summaries where those suffice, else decoded.

import GRDB
import Plant

/// A stored piece that touches the range of a query, as its header tells.
private struct FoundPiece {
    let month: MonthKey
    let piece: ChunkPiece
    /// The checked header; nil where it is damaged.
    let reader: ChunkReader?
}

/// Where samples of one signal lie: a piece of a file, rows of the head, what thinning left.
private enum Source {
    case piece(Int)
    case head(Fragment)
    case rollup(Rollup)
}

/// A source with its range.
private struct Placed {
    let first: Int64
    let last: Int64
    let source: Source
}

/// A chunk was moved by upkeep while a query ran: the query begins again.
private struct MovedMeanwhile: Error {}

/// What a query does with the samples of one signal.
protocol CellSink {
    /// Takes a chunk by what its directory says; false where its samples are needed.
    mutating func take(_ entry: ChunkReader.Entry, _ key: ChunkKey) throws(StoreError) -> Bool
    /// Takes samples, later than all before.
    mutating func take(_ times: [Int64], _ column: BlockColumn) throws(StoreError)
    /// Takes the figures that are left of thinned samples, later than all before.
    mutating func take(_ rollup: Rollup) throws(StoreError)
    /// Whether figures of hours give the same as those of minutes from one instant to another.
    func sufficesHourly(from start: Int64, to end: Int64) -> Bool
    /// Whether figures of hours tell all that the query asks.
    func suffices(_ rollup: Rollup) -> Bool
}

extension StoreCore {
    /// Hands the samples of several signals to their sinks, each in order of time.
    ///
    /// Both ends are included. Signals of one group share the reading of its times. Unknown
    /// signals get nothing. Masked imports are left out.
    func run<Sink: CellSink>(
        _ signals: [UInt32], from: Int64, through: Int64, usesSummaries: Bool = true,
        sinks make: () -> [Sink]
    ) throws(StoreError) -> [Sink] {
        for _ in 0..<HistorianLimits.queryAttempts {
            var query = CellQuery(
                core: self, signals: signals, from: from, through: through,
                usesSummaries: usesSummaries, sinks: make())
            do {
                try query.run()
                return query.sinks
            } catch is MovedMeanwhile {
                continue
            } catch {
                throw storeError(error, file: folder)
            }
        }
        throw .unavailable(file: "history", what: "its chunks were moved again and again")
    }
}

/// One query under way.
private struct CellQuery<Sink: CellSink> {
    let core: StoreCore
    let signals: [UInt32]
    let from: Int64
    let through: Int64
    let usesSummaries: Bool
    var sinks: [Sink]
    private var kinds: [ValueKind] = []
    private var pieces: [FoundPiece] = []
    private var placed: [[Placed]] = []
    private let stage = EntropyStage(writes: false, reads: true)

    init(
        core: StoreCore, signals: [UInt32], from: Int64, through: Int64, usesSummaries: Bool,
        sinks: [Sink]
    ) {
        self.core = core
        self.signals = signals
        self.from = from
        self.through = through
        self.usesSummaries = usesSummaries
        self.sinks = sinks
    }

    mutating func run() throws {
        guard from <= through else { return }
        var groups: [[Group]] = []
        for signal in signals {
            let found = core.groups(of: signal)
            kinds.append(found?.kind ?? .number)
            groups.append(found?.groups.map(\.group) ?? [])
            placed.append([])
        }
        // The head first: what moves to a month file meanwhile is seen twice, never not at all.
        try core.head.read { database in
            for (index, signal) in signals.enumerated() {
                let fragments = try core.headFragments(
                    database, of: signal, groups: groups[index].map { ($0, false) }, from: from,
                    through: through)
                for fragment in fragments {
                    placed[index].append(
                        Placed(
                            first: fragment.times[0],
                            last: fragment.times[fragment.times.count - 1],
                            source: .head(fragment)))
                }
            }
        }
        try findPieces(groups)
        try consume()
    }

    /// Headers of all pieces in month files that touch the range.
    private mutating func findPieces(_ groups: [[Group]]) throws {
        var members: [UInt32: [Int]] = [:]
        for (index, found) in groups.enumerated() {
            for group in found { members[group.id, default: []].append(index) }
        }
        for month in core.shelf.months(from: from, through: through) {
            let found = try core.inMonth(month) { database in
                (
                    thinned: try placeRollups(database, month),
                    pieces: try members.keys.sorted().flatMap { group in
                        try MonthFile.pieces(database, group: group, from: from, through: through)
                    }
                )
            }
            guard let found else {
                for index in signals.indices where !groups[index].isEmpty {
                    let marker = Fragment.marker(
                        at: max(month.start, from), kind: kinds[index], revision: 0)
                    placed[index].append(
                        Placed(
                            first: marker.times[0], last: marker.times[0], source: .head(marker)))
                }
                continue
            }
            for piece in found.pieces {
                let wanted = (members[piece.key.group] ?? []).filter { !found.thinned.contains($0) }
                if !wanted.isEmpty { place(piece, month, wanted) }
            }
        }
        for index in placed.indices {
            placed[index].sort { ($0.first, $0.last) < ($1.first, $1.last) }
        }
    }

    /// Places what thinning left of a month; gives the signals, whose samples count no more there.
    private mutating func placeRollups(
        _ database: Database, _ month: MonthKey
    ) throws -> Set<Int> {
        let thinned = try MonthFile.thinned(database)
        if thinned.isEmpty { return [] }
        let found = Set(signals.indices.filter { thinned.contains(signals[$0]) })
        for index in found.sorted() {
            var rollup: Rollup?
            if sinks[index].sufficesHourly(from: month.start, to: month.end) {
                rollup = try core.rollup(database, of: signals[index], .hour, stage)
                if let hours = rollup, !sinks[index].suffices(hours) { rollup = nil }
            }
            if rollup == nil {
                rollup = try core.rollup(database, of: signals[index], .minute, stage)
            }
            if let rollup, let first = rollup.cells.first, let last = rollup.cells.last {
                placed[index].append(
                    Placed(first: first.first, last: last.last, source: .rollup(rollup)))
            } else {
                let marker = Fragment.marker(
                    at: max(month.start, from), kind: kinds[index], revision: 0)
                placed[index].append(
                    Placed(first: marker.times[0], last: marker.times[0], source: .head(marker)))
            }
        }
        return found
    }

    private mutating func place(_ piece: ChunkPiece, _ month: MonthKey, _ members: [Int]) {
        var reader: ChunkReader?
        do {
            let checked = try ChunkReader(header: piece.header)
            if checked.key == piece.key { reader = checked }
        } catch {
            // Decoding meets the same fault, reports it and shows a gap.
            reader = nil
        }
        let source = Source.piece(pieces.count)
        pieces.append(FoundPiece(month: month, piece: piece, reader: reader))
        for index in members where reader.map({ $0.entry(of: signals[index]) != nil }) ?? true {
            placed[index].append(
                Placed(first: piece.key.first, last: piece.key.last, source: source))
        }
    }

    /// Walks all signals at once in order of time, so that one decoded chunk serves all of them.
    private mutating func consume() throws {
        var next = [Int](repeating: 0, count: signals.count)
        var waiting: [(first: Int64, signal: Int)] = []
        for index in signals.indices where !placed[index].isEmpty {
            waiting.append((placed[index][0].first, index))
        }
        // Signals of one group have the same pieces: the smallest time comes up for all in turn.
        var decoded = DecodedPiece()
        while let first = waiting.map(\.first).min() {
            for place in waiting.indices where waiting[place].first == first {
                let index = waiting[place].signal
                let end = clusterEnd(index, from: next[index])
                try take(index, next[index]..<end, &decoded)
                next[index] = end
                waiting[place].first = end < placed[index].count ? placed[index][end].first : .max
            }
            waiting.removeAll { next[$0.signal] == placed[$0.signal].count }
        }
    }

    /// The end of the pieces that overlap from a position on.
    private func clusterEnd(_ index: Int, from start: Int) -> Int {
        var last = placed[index][start].last
        var end = start + 1
        while end < placed[index].count, placed[index][end].first <= last {
            last = max(last, placed[index][end].last)
            end += 1
        }
        return end
    }

    private mutating func take(
        _ index: Int, _ range: Range<Int>, _ decoded: inout DecodedPiece
    ) throws {
        let signal = signals[index]
        if range.count == 1, usesSummaries,
            case .piece(let number) = placed[index][range.lowerBound].source,
            let reader = pieces[number].reader, !pieces[number].piece.isQuarantined,
            let entry = reader.entry(of: signal),
            try sinks[index].take(entry, reader.key)
        {
            return
        }
        var fragments: [Fragment] = []
        for place in placed[index][range] {
            switch place.source {
            case .head(let fragment): fragments.append(fragment)
            case .rollup(let rollup):
                // Nothing else is stored beside it: the signal has no samples in its month.
                try sinks[index].take(rollup)
            case .piece(let number):
                if let fragment = try fragment(number, index, &decoded) {
                    fragments.append(fragment)
                }
            }
        }
        for fragment in FragmentMerge.disjoint(fragments, kind: kinds[index]) {
            try sinks[index].take(fragment.times, fragment.column)
        }
    }

    /// The clipped samples of a signal in a piece; a marker where they are damaged.
    private func fragment(
        _ number: Int, _ index: Int, _ decoded: inout DecodedPiece
    ) throws -> Fragment? {
        let found = pieces[number]
        if decoded.number != number {
            decoded = DecodedPiece(number: number)
            let payload = try core.inMonth(found.month) { database in
                try MonthFile.payload(database, found.piece)
            }
            guard let payload, let payload else { throw MovedMeanwhile() }
            decoded.payload = payload
        }
        do throws(ChunkFault) {
            guard let reader = found.reader else {
                throw ChunkFault("its header is damaged, or its row in the table says otherwise")
            }
            guard let entry = reader.entry(of: signals[index]) else { return nil }
            if decoded.times.isEmpty {
                decoded.times = try reader.times(decoded.payload, stage)
            }
            let column = try reader.column(entry, decoded.payload, stage)
            return Fragment(
                times: decoded.times, column: column, revision: found.piece.key.revision
            ).clipped(from: from, through: through)
        } catch {
            core.report(found.month, found.piece, error)
            return .marker(
                at: max(found.piece.key.first, from), kind: kinds[index],
                revision: found.piece.key.revision)
        }
    }
}

/// The piece that was read last.
private struct DecodedPiece {
    var number = -1
    var payload: [UInt8] = []
    var times: [Int64] = []
}
