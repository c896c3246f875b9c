// Exact repeats: the same series with the same time and value twice.

import Plant

/// Drops rows that repeat the row before them exactly: same time, values and qualities.
///
/// Equal values at a later time are kept: they prove that the machine was seen (decisions 10).
struct RepeatFilter: Sendable {
    private struct Last: Sendable {
        var time: Int64
        var value: Scalar
        var quality: Quality
    }

    private var last: [SignalID: Last] = [:]
    /// Rows dropped so far.
    private(set) var dropped = 0

    /// Removes repeated rows in place.
    mutating func apply(to batch: inout SampleBatch) {
        guard !batch.times.isEmpty else { return }
        var kept: [Int] = []
        kept.reserveCapacity(batch.times.count)
        for row in batch.times.indices {
            if repeats(batch, row, previous: kept.last) { dropped += 1 } else { kept.append(row) }
        }
        let final = kept.last
        if kept.count < batch.times.count { batch.keepRows(kept) }
        guard final != nil, let row = batch.times.indices.last else { return }
        for column in batch.columns {
            last[column.signal] = Last(
                time: batch.times[row], value: column.values[row], quality: column.quality(at: row))
        }
    }

    private func repeats(_ batch: SampleBatch, _ row: Int, previous: Int?) -> Bool {
        guard !batch.columns.isEmpty else { return false }
        if let previous {
            return batch.times[previous] == batch.times[row]
                && batch.columns.allSatisfy {
                    $0.values[previous] == $0.values[row]
                        && $0.quality(at: previous) == $0.quality(at: row)
                }
        }
        return batch.columns.allSatisfy { column in
            guard let seen = last[column.signal] else { return false }
            return seen.time == batch.times[row] && seen.value == column.values[row]
                && seen.quality == column.quality(at: row)
        }
    }
}

extension SampleBatch {
    /// Keeps the rows at these positions, in this order.
    mutating func keepRows(_ rows: [Int]) {
        times = rows.map { times[$0] }
        if !lateness.isEmpty { lateness = rows.map { lateness[$0] } }
        for index in columns.indices {
            let column = columns[index]
            let values: ColumnValues =
                switch column.values {
                case .numbers(let all): .numbers(rows.map { all[$0] })
                case .integers(let all): .integers(rows.map { all[$0] })
                case .flags(let all): .flags(rows.map { all[$0] })
                case .texts(let all): .texts(rows.map { all[$0] })
                }
            let quality = column.quality.isEmpty ? [] : rows.map { column.quality[$0] }
            columns[index] = SignalColumn(signal: column.signal, values: values, quality: quality)
        }
    }
}
