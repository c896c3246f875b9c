// Values that wait for the time to pass, signal by signal.

import Plant

/// Columns of one signal, oldest first.
struct WaitingValues: Sendable {
    private var parts: [ColumnPart] = []
    private var newest = Int64.min
    /// Rows that wait.
    private(set) var count = 0

    /// Takes a column; rows before `floor`, or too far off to be true, are left out and counted.
    mutating func take(
        times: [Int64], values: ColumnValues, quality: [Quality], floor: Int64
    ) -> (late: Int64, taken: Int) {
        let far = ActLimits.farthest.nanoseconds
        var isPlain = true
        var previous = max(floor, newest)
        for time in times {
            if time < previous || time > far { isPlain = false }
            previous = max(previous, time)
        }
        let numbers = WaitingValues.numbers(values)
        if isPlain {
            append(
                ColumnPart(
                    times: times, values: numbers, quality: quality, first: 0, last: times.count))
            return (0, times.count)
        }
        let rows = times.indices.filter { times[$0] >= floor && abs(times[$0]) <= far }
        add(rows, times, numbers, quality)
        return (Int64(times.count - rows.count), rows.count)
    }

    private static func numbers(_ values: ColumnValues) -> [Double] {
        switch values {
        case .numbers(let values): values
        case .integers(let values): values.map(Double.init)
        case .flags(let values): values.map { $0 ? 1 : 0 }
        // No limit applies to a text; that it came still counts.
        case .texts(let values): [Double](repeating: .nan, count: values.count)
        }
    }

    private mutating func append(_ part: ColumnPart) {
        guard part.last > part.first else { return }
        parts.append(part)
        count += part.last - part.first
        newest = max(newest, part.times[part.last - 1])
    }

    /// The slow way: rows that are out of order among themselves or against what waits.
    private mutating func add(
        _ rows: [Int], _ times: [Int64], _ values: [Double], _ quality: [Quality]
    ) {
        var all: [(time: Int64, value: Double, quality: Quality)] = []
        for part in parts {
            for index in part.first..<part.last {
                all.append(
                    (
                        part.times[index], part.values[index],
                        part.quality.isEmpty ? .good : part.quality[index]
                    ))
            }
        }
        for row in rows {
            all.append((times[row], values[row], quality.isEmpty ? .good : quality[row]))
        }
        // Rows of one time stay in the order in which they came.
        let order = all.indices.sorted { (all[$0].time, $0) < (all[$1].time, $1) }
        parts = []
        count = 0
        append(
            ColumnPart(
                times: order.map { all[$0].time }, values: order.map { all[$0].value },
                quality: order.map { all[$0].quality }, first: 0, last: order.count))
    }

    /// Hands over the parts before a time.
    mutating func release(before end: Int64) -> [ColumnPart] {
        guard let head = parts.first, head.times[head.first] < end else { return [] }
        var ready: [ColumnPart] = []
        var rest: [ColumnPart] = []
        for part in parts {
            if part.times[part.last - 1] < end {
                ready.append(part)
                continue
            }
            var low = part.first
            var high = part.last
            while low < high {
                let middle = (low + high) / 2
                if part.times[middle] < end { low = middle + 1 } else { high = middle }
            }
            func cut(_ first: Int, _ last: Int) -> ColumnPart {
                ColumnPart(
                    times: part.times, values: part.values, quality: part.quality,
                    first: first, last: last)
            }
            if low > part.first { ready.append(cut(part.first, low)) }
            rest.append(cut(low, part.last))
        }
        count -= ready.reduce(0) { $0 + $1.last - $1.first }
        parts = rest
        return ready
    }
}
