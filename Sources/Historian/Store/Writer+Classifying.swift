// Late and repeated samples: what is known already, what is a revision, what is new.

import GRDB
import Plant
import Synchronization

/// A batch divided into what is stored.
struct ClassifiedBatch {
    /// Rows of one group and revision, in order.
    struct Part {
        /// Which group.
        let group: Group
        /// Revision of all samples in it.
        let revision: UInt32
        /// The rows.
        let block: RowBlock
    }

    /// What is to be stored.
    var parts: [Part] = []
    /// Samples in all parts.
    var stored = 0
    /// Samples left out because they are stored already.
    var duplicates = 0
    /// Samples in parts with a revision above 0.
    var revisions = 0
}

/// What became of one sample: a repeat, or stored with a revision.
private let repeated: Int64 = -1

extension Writer {
    /// Compares each sample with all stored ones of its signal and time.
    ///
    /// A sample equal to any stored revision is a repeat, so that sending a batch again never
    /// brings an old value back. Masked imports count for revisions but never as repeats.
    func classify(
        _ batch: SampleBatch, _ recognition: Recognition, _ database: Database,
        _ commit: inout Commit
    ) throws -> ClassifiedBatch {
        let rows = RowBlock(batch, order: recognition.order)
        let block = rows.rows(
            at: rows.times.indices.sorted { (rows.times[$0], $0) < (rows.times[$1], $1) })
        let isMasked = core.registry.withLock { $0.isMasked(recognition.group) }
        var fates: [[Int64]] = []
        for (column, values) in zip(recognition.group.shape.columns, block.columns) {
            fates.append(
                try self.fates(
                    of: column.signal, block.times, values, isMasked: isMasked, database, commit))
        }
        return try divide(block, fates, recognition.group, database, &commit)
    }

    /// The fate of each sample of a column; times are in order and may repeat.
    private func fates(
        of signal: UInt32, _ times: [Int64], _ column: BlockColumn, isMasked: Bool,
        _ database: Database, _ commit: Commit
    ) throws -> [Int64] {
        var fates: [Int64] = []
        fates.reserveCapacity(times.count)
        var start = 0
        while start < times.count {
            let end = stretchEnd(times, from: start)
            var known = Known(
                try stored(
                    signal, from: times[start], through: times[end - 1], database, commit),
                isMasked: isMasked)
            for row in start..<end {
                fates.append(
                    known.fate(
                        time: times[row], value: column.values[row],
                        quality: column.quality.isEmpty ? .good : column.quality[row]))
            }
            start = end
        }
        return fates
    }

    /// Rows within one hour, so that two samples a year apart do not load the year between.
    private func stretchEnd(_ times: [Int64], from start: Int) -> Int {
        var end = start + 1
        while end < times.count {
            let (gap, overflow) = times[end].subtractingReportingOverflow(times[end - 1])
            if overflow || gap > 3_600_000_000_000 { break }
            if end - start >= HistorianLimits.rowsPerChunk, gap > 0 { break }
            end += 1
        }
        return end
    }

    /// Stored pieces of a signal, masked ones too, as the open transaction sees them.
    private func stored(
        _ signal: UInt32, from: Int64, through: Int64, _ database: Database, _ commit: Commit
    ) throws -> [Fragment] {
        guard frontiers[signal] >= from else { return [] }
        var groups = core.groups(of: signal, includingMasked: true)?.groups ?? []
        for group in commit.newGroups.values where group.index(of: signal) != nil {
            groups.append((group, core.registry.withLock { $0.isMasked(group) }))
        }
        guard let kind = core.registry.withLock({ $0.kind(signal) }) ?? commit.newKinds[signal]
        else { return [] }
        let fragments =
            try core.headFragments(
                database, of: signal, groups: groups, from: from, through: through)
            + core.monthFragments(
                of: signal, kind: kind, groups: groups, from: from, through: through)
        return fragments.filter { !$0.isMarker }
    }

    private func divide(
        _ block: RowBlock, _ fates: [[Int64]], _ group: Group, _ database: Database,
        _ commit: inout Commit
    ) throws -> ClassifiedBatch {
        var result = ClassifiedBatch()
        var whole: [Int64: [Int]] = [:]
        var single: [[Int64: [Int]]] = Array(repeating: [:], count: fates.count)
        for row in 0..<block.rows {
            let first = fates[0][row]
            if fates.allSatisfy({ $0[row] == first }) {
                if first != repeated { whole[first, default: []].append(row) }
            } else {
                for (column, fate) in fates.enumerated() where fate[row] != repeated {
                    single[column][fate[row], default: []].append(row)
                }
            }
        }
        for column in fates {
            result.duplicates += column.count { $0 == repeated }
            result.revisions += column.count { $0 > 0 }
            result.stored += column.count { $0 != repeated }
        }
        for (revision, rows) in whole.sorted(by: { $0.key < $1.key }) {
            result.parts.append(
                .init(group: group, revision: UInt32(revision), block: block.rows(at: rows)))
        }
        for (index, parts) in single.enumerated() {
            for (revision, rows) in parts.sorted(by: { $0.key < $1.key }) {
                let shape = GroupShape(
                    columns: [group.shape.columns[index]], origin: group.shape.origin)
                var alone = RowBlock(
                    times: block.times, columns: [block.columns[index]],
                    lateness: block.lateness)
                alone = alone.rows(at: rows)
                result.parts.append(
                    .init(
                        group: try self.group(of: shape, database, &commit),
                        revision: UInt32(revision), block: alone))
            }
        }
        return result
    }
}

/// Stored samples of a signal in order of time, and those of the batch itself as they are met.
private struct Known {
    private struct Sample {
        let time: Int64
        let value: Scalar
        let quality: Quality
        let revision: Int64
        let isMasked: Bool
    }

    private var samples: [Sample] = []
    private var next = 0
    private var now: [Sample] = []
    private let isMasked: Bool

    /// Stored samples, and whether the batch itself belongs to a masked import.
    init(_ fragments: [Fragment], isMasked: Bool) {
        self.isMasked = isMasked
        for fragment in fragments {
            for (row, time) in fragment.times.enumerated() {
                let quality = fragment.column.quality
                samples.append(
                    Sample(
                        time: time, value: fragment.column.values[row],
                        quality: quality.isEmpty ? .good : quality[row],
                        revision: Int64(fragment.revision), isMasked: fragment.isMasked))
            }
        }
        samples.sort { ($0.time, $0.revision) < ($1.time, $1.revision) }
    }

    /// The fate of the next sample in order of time.
    mutating func fate(time: Int64, value: Scalar, quality: Quality) -> Int64 {
        if now.first?.time != time { now = [] }
        while next < samples.count, samples[next].time <= time {
            if samples[next].time == time { now.append(samples[next]) }
            next += 1
        }
        let isRepeat = now.contains {
            !$0.isMasked && $0.quality == quality && $0.value.isIdentical(to: value)
        }
        if isRepeat { return repeated }
        let revision = (now.map(\.revision).max() ?? -1) + 1
        now.append(
            Sample(
                time: time, value: value, quality: quality, revision: revision,
                isMasked: isMasked))
        return revision
    }
}
