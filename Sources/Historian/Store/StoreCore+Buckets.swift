// Figures for charts: one bucket a pixel, from summaries of whole chunks where those suffice.

import GRDB
import Plant

/// A stretch of samples of one signal that overlaps no other: decoded, or only summarised.
private enum Stretch {
    /// Samples in order.
    case samples(Fragment)
    /// A whole chunk by its summary.
    case summary(first: Int64, last: Int64, ColumnSummary)

    var first: Int64 {
        switch self {
        case .samples(let fragment): fragment.times[0]
        case .summary(let first, _, _): first
        }
    }
}

/// A piece of a signal found in a file, before it is decided whether to decode it.
private struct Found {
    let first: Int64
    let last: Int64
    let month: MonthKey
    let piece: ChunkPiece
    let summary: ColumnSummary?
    var isAlone = true
}

extension StoreCore {
    /// `count` buckets of equal length over a range; summaries are used unless told otherwise.
    func buckets(
        of signal: UInt32, in range: TimeRange, count: Int, usesSummaries: Bool = true
    ) throws(StoreError) -> [Bucket] {
        guard count > 0 else { throw .malformed(what: "\(count) buckets") }
        guard count <= HistorianLimits.buckets else {
            throw .tooLarge(what: "buckets", size: count, limit: HistorianLimits.buckets)
        }
        let grid = BucketGrid(range, count: count)
        var sums = [ColumnSummary](repeating: ColumnSummary(), count: count)
        if !range.isEmpty, let (kind, groups) = groups(of: signal), !groups.isEmpty {
            let stretches = try stretches(
                of: signal, kind: kind, groups: groups, grid, usesSummaries: usesSummaries)
            for stretch in stretches { add(stretch, grid, &sums) }
        }
        return sums.enumerated().map { index, sum in
            Bucket(
                range: grid.range(index), count: sum.count, minimum: sum.minimum,
                maximum: sum.maximum, mean: sum.mean, first: sum.first, last: sum.last)
        }
    }

    private func stretches(
        of signal: UInt32, kind: ValueKind, groups: [(group: Group, isMasked: Bool)],
        _ grid: BucketGrid, usesSummaries: Bool
    ) throws(StoreError) -> [Stretch] {
        let from = grid.start
        let through = grid.end - 1
        var fragments = try head.read { database in
            try headFragments(
                database, of: signal, groups: groups, from: from, through: through)
        }
        var stretches: [Stretch] = []
        var occupied = fragments.map { ($0.times[0], $0.times[$0.times.count - 1]) }
        for month in shelf.months(from: from, through: through) {
            let result = try inMonth(month) { database in
                var found = try self.found(database, month, signal, groups, from, through)
                Self.markAlone(&found, occupied)
                var decoded: [Fragment] = []
                let stage = EntropyStage(writes: false, reads: true)
                for item in found {
                    if usesSummaries, item.isAlone, item.first >= from, item.last <= through,
                        let summary = item.summary, grid.index(item.first) == grid.index(item.last)
                    {
                        stretches.append(
                            .summary(first: item.first, last: item.last, summary))
                        continue
                    }
                    let fragment = try self.fragment(
                        database, month, item.piece, of: signal, kind: kind, isMasked: false,
                        from: from, stage)
                    if let clipped = fragment?.clipped(from: from, through: through) {
                        decoded.append(clipped)
                    }
                }
                return (decoded, found.map { ($0.first, $0.last) })
            }
            guard let result else { continue }
            fragments += result.0
            occupied += result.1
        }
        stretches += FragmentMerge.disjoint(fragments, kind: kind).map { .samples($0) }
        return stretches.sorted { $0.first < $1.first }
    }

    private func found(
        _ database: Database, _ month: MonthKey, _ signal: UInt32,
        _ groups: [(group: Group, isMasked: Bool)], _ from: Int64, _ through: Int64
    ) throws -> [Found] {
        var found: [Found] = []
        for (group, _) in groups {
            let pieces = try MonthFile.pieces(
                database, group: group.id, from: from, through: through)
            for piece in pieces {
                var summary: ColumnSummary?
                do {
                    let reader = try ChunkReader(header: piece.header)
                    if reader.key == piece.key, !piece.isQuarantined {
                        summary = reader.entry(of: signal)?.summary
                    }
                } catch {
                    // Decoding meets the same fault and reports it.
                    summary = nil
                }
                found.append(
                    Found(
                        first: piece.key.first, last: piece.key.last, month: month, piece: piece,
                        summary: summary))
            }
        }
        return found
    }

    /// Marks pieces that share time with another piece, or with what is in the head.
    private static func markAlone(_ found: inout [Found], _ others: [(Int64, Int64)]) {
        found.sort { ($0.first, $0.last) < ($1.first, $1.last) }
        var widest = -1
        for index in found.indices {
            if widest >= 0, found[widest].last >= found[index].first {
                found[widest].isAlone = false
                found[index].isAlone = false
            }
            if widest < 0 || found[index].last > found[widest].last { widest = index }
        }
        guard !others.isEmpty else { return }
        let sorted = others.sorted { $0.0 < $1.0 }
        var latest = Int64.min
        var next = 0
        for index in found.indices {
            while next < sorted.count, sorted[next].0 <= found[index].last {
                latest = max(latest, sorted[next].1)
                next += 1
            }
            if next > 0, latest >= found[index].first { found[index].isAlone = false }
        }
    }

    private func add(_ stretch: Stretch, _ grid: BucketGrid, _ sums: inout [ColumnSummary]) {
        switch stretch {
        case .summary(let first, _, let summary): sums[grid.index(first)].add(summary)
        case .samples(let fragment):
            let quality = fragment.column.quality
            var start = 0
            while start < fragment.times.count {
                let bucket = grid.index(fragment.times[start])
                let end = fragment.times.position(atLeast: grid.boundary(bucket + 1))
                let part = ColumnSummary.of(
                    fragment.column.values.slice(start..<end),
                    quality.isEmpty ? [] : Array(quality[start..<end]))
                sums[bucket].add(part)
                start = end
            }
        }
    }
}

/// Equal buckets over a range; exact for any range, by 128-bit arithmetic.
struct BucketGrid {
    /// First instant inside.
    let start: Int64
    /// First instant after.
    let end: Int64
    /// Number of buckets.
    let count: Int
    private let length: Int128

    /// A grid over a range.
    init(_ range: TimeRange, count: Int) {
        start = range.start.nanoseconds
        end = range.end.nanoseconds
        self.count = count
        length = Int128(end) - Int128(start)
    }

    /// First instant of a bucket; of `count` it is the end of the range.
    func boundary(_ index: Int) -> Int64 {
        let offset = (length * Int128(index) + Int128(count) - 1) / Int128(count)
        return Int64(Int128(start) + offset)
    }

    /// The bucket of an instant inside the range.
    func index(_ time: Int64) -> Int {
        guard length > 0 else { return 0 }
        return Int((Int128(time) - Int128(start)) * Int128(count) / length)
    }

    /// The range of a bucket.
    func range(_ index: Int) -> TimeRange {
        TimeRange(
            start: Timestamp(nanoseconds: boundary(index)),
            end: Timestamp(nanoseconds: boundary(index + 1)))
    }
}
