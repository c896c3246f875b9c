// Pieces of one signal's samples as they are stored, and their merge into one series.

import Plant

/// Some samples of one signal, times strictly rising, all of one revision.
struct Fragment: Sendable {
    /// Nanoseconds since 1970.
    var times: [Int64]
    /// Values and qualities.
    var column: BlockColumn
    /// How many samples of the same times came before.
    let revision: UInt32
    /// Whether it belongs to a masked import.
    let isMasked: Bool
    /// Whether it stands for bytes that could not be read.
    let isMarker: Bool

    /// A piece of a column.
    init(
        times: [Int64], column: BlockColumn, revision: UInt32, isMasked: Bool = false,
        isMarker: Bool = false
    ) {
        self.times = times
        self.column = column
        self.revision = revision
        self.isMasked = isMasked
        self.isMarker = isMarker
    }

    /// One bad sample that stands where a damaged piece begins.
    static func marker(at time: Int64, kind: ValueKind, revision: UInt32) -> Fragment {
        var values = ColumnValues.empty(kind)
        _ = values.append(ColumnValues.placeholder(kind))
        return Fragment(
            times: [time], column: BlockColumn(values: values, quality: [.badDamaged]),
            revision: revision, isMarker: true)
    }

    /// The samples from one time through another, nil when there are none.
    func clipped(from: Int64, through: Int64) -> Fragment? {
        guard let first = times.first, let last = times.last, first <= through, last >= from else {
            return nil
        }
        let start = times.position(atLeast: from)
        let end = through == .max ? times.count : times.position(atLeast: through + 1)
        guard start < end else { return nil }
        if start == 0, end == times.count { return self }
        return Fragment(
            times: Array(times[start..<end]),
            column: BlockColumn(
                values: column.values.slice(start..<end),
                quality: column.quality.isEmpty ? [] : Array(column.quality[start..<end])),
            revision: revision, isMasked: isMasked, isMarker: isMarker)
    }

    /// Appends a later piece of the same revision.
    mutating func append(_ later: Fragment) {
        var block = RowBlock(times: times, columns: [column], lateness: [])
        times = []
        column = BlockColumn(values: .flags([]), quality: [])
        block.append(RowBlock(times: later.times, columns: [later.column], lateness: []))
        times = block.times
        column = block.columns[0]
    }
}

/// Joins rows of a series; quality stays empty while all are good.
struct SeriesBuilder {
    private var block: RowBlock

    /// An empty series of a kind.
    init(_ kind: ValueKind) {
        block = RowBlock(
            times: [], columns: [BlockColumn(values: .empty(kind), quality: [])], lateness: [])
    }

    /// Appends a piece that is later than everything before.
    mutating func append(_ fragment: Fragment) {
        block.append(
            RowBlock(times: fragment.times, columns: [fragment.column], lateness: []))
    }

    /// The series.
    var series: SampleSeries {
        let quality = block.columns[0].quality
        return SampleSeries(
            times: block.times, values: block.columns[0].values,
            quality: quality.contains { $0 != .good } ? quality : [])
    }
}

/// Merging of pieces that may overlap: one sample for each time, the newest revision.
enum FragmentMerge {
    /// The merged series.
    static func series(_ fragments: [Fragment], kind: ValueKind) -> SampleSeries {
        var builder = SeriesBuilder(kind)
        for fragment in disjoint(fragments, kind: kind) { builder.append(fragment) }
        return builder.series
    }

    /// Pieces in order of time that do not overlap; those that did are merged.
    static func disjoint(_ fragments: [Fragment], kind: ValueKind) -> [Fragment] {
        let ordered = fragments.filter { $0.column.values.kind == kind && !$0.times.isEmpty }
            .sorted { $0.times[0] < $1.times[0] }
        var result: [Fragment] = []
        result.reserveCapacity(ordered.count)
        var cluster: [Fragment] = []
        var end = Int64.min
        for fragment in ordered {
            if !cluster.isEmpty, fragment.times[0] > end {
                divide(cluster, into: &result)
                cluster = []
                end = .min
            }
            cluster.append(fragment)
            end = max(end, fragment.times[fragment.times.count - 1])
        }
        if !cluster.isEmpty { divide(cluster, into: &result) }
        return result
    }

    /// Only stretches that several pieces share are merged; the rest is cut out as it is.
    private static func divide(_ cluster: [Fragment], into result: inout [Fragment]) {
        if cluster.count == 1 {
            result.append(cluster[0])
            return
        }
        var edges: Set<Int64> = []
        for piece in cluster {
            edges.insert(piece.times[0])
            let last = piece.times[piece.times.count - 1]
            if last < .max { edges.insert(last + 1) }
        }
        let ordered = edges.sorted()
        for (place, start) in ordered.enumerated() {
            let through = place + 1 < ordered.count ? ordered[place + 1] - 1 : Int64.max
            let shared = cluster.compactMap { $0.clipped(from: start, through: through) }
            if !shared.isEmpty { result.append(merged(shared)) }
        }
    }

    private static func merged(_ cluster: [Fragment]) -> Fragment {
        if cluster.count == 1 { return cluster[0] }
        var all = RowBlock(times: [], columns: [cluster[0].column], lateness: [])
        all.columns[0] = BlockColumn(values: .empty(cluster[0].column.values.kind), quality: [])
        var revisions: [UInt32] = []
        for fragment in cluster {
            all.append(RowBlock(times: fragment.times, columns: [fragment.column], lateness: []))
            revisions += [UInt32](repeating: fragment.revision, count: fragment.times.count)
        }
        let positions = all.times.indices.sorted { left, right in
            if all.times[left] != all.times[right] { return all.times[left] < all.times[right] }
            if revisions[left] != revisions[right] { return revisions[left] > revisions[right] }
            return left < right
        }
        var kept: [Int] = []
        kept.reserveCapacity(positions.count)
        for position in positions where kept.last.map({ all.times[$0] }) != all.times[position] {
            kept.append(position)
        }
        let rows = all.rows(at: kept)
        return Fragment(times: rows.times, column: rows.columns[0], revision: 0)
    }
}
