// Samples that are not in the store yet, put among those that were read from it.

import Plant

extension SampleSeries {
    /// Takes over the rows of a signal that lie in a range; a later row of one instant replaces an
    /// earlier one, as in the store.
    mutating func take(_ batches: [SampleBatch], of signal: SignalID, in range: TimeRange) {
        for batch in batches {
            guard let column = batch.columns.first(where: { $0.signal == signal }) else { continue }
            // A series that was never stored is empty and of no kind in particular.
            if times.isEmpty, values.kind != column.values.kind {
                values = .empty(column.values.kind)
            }
            guard values.kind == column.values.kind else { continue }
            for (row, time) in batch.times.enumerated()
            where range.contains(Timestamp(nanoseconds: time)) {
                take(time, column.values[row], column.quality(at: row))
            }
        }
    }

    private mutating func take(_ time: Int64, _ value: Scalar, _ quality: Quality) {
        guard let last = times.last, time <= last else {
            append(time, value, quality)
            return
        }
        // Rare: the rest of the series is laid aside and put back behind the late row.
        var place = times.count
        while place > 0, times[place - 1] >= time { place -= 1 }
        let old = self
        self = old.prefix(place)
        append(time, value, quality)
        for index in place..<old.count where old.times[index] != time {
            append(old.times[index], old.values[index], old.quality(at: index))
        }
    }

    private mutating func append(_ time: Int64, _ value: Scalar, _ quality: Quality) {
        guard values.append(value) else { return }
        if self.quality.isEmpty, quality != .good {
            self.quality = Array(repeating: .good, count: times.count)
        }
        if quality != .good || !self.quality.isEmpty { self.quality.append(quality) }
        times.append(time)
    }

    private func prefix(_ count: Int) -> SampleSeries {
        let kept: ColumnValues =
            switch values {
            case .numbers(let values): .numbers(Array(values.prefix(count)))
            case .integers(let values): .integers(Array(values.prefix(count)))
            case .flags(let values): .flags(Array(values.prefix(count)))
            case .texts(let values): .texts(Array(values.prefix(count)))
            }
        return SampleSeries(
            times: Array(times.prefix(count)), values: kept, quality: Array(quality.prefix(count)))
    }
}
