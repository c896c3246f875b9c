// Figures over one column of a chunk, so that long ranges need no decoding.

import Plant

/// Count, extremes, sum and ends of the usable, finite values of a column, oldest first.
///
/// The sum is carried in two doubles (T. J. Dekker, 1971), about 106 bits, so that adding
/// summaries gives the same mean as adding the samples one by one.
struct ColumnSummary: Hashable, Sendable, BitwiseCopyable {
    /// Usable finite values.
    var count = 0
    /// Smallest value.
    var minimum = 0.0
    /// Largest value.
    var maximum = 0.0
    /// Sum of all values, leading part.
    var sum = 0.0
    /// Sum of all values, what the leading part could not hold.
    var sumRest = 0.0
    /// First value.
    var first = 0.0
    /// Last value.
    var last = 0.0

    /// Bytes of a stored summary.
    static let byteCount = 52

    /// Adds the next value in time.
    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        if count == 0 {
            minimum = value
            maximum = value
            first = value
        } else {
            if value < minimum { minimum = value }
            if value > maximum { maximum = value }
        }
        last = value
        count &+= 1
        addToSum(value, 0)
    }

    /// Adds a later stretch.
    mutating func add(_ later: ColumnSummary) {
        guard later.count > 0 else { return }
        guard count > 0 else {
            self = later
            return
        }
        minimum = min(minimum, later.minimum)
        maximum = max(maximum, later.maximum)
        last = later.last
        count += later.count
        addToSum(later.sum, later.sumRest)
    }

    /// The sum rounded once.
    var total: Double { sum + sumRest }

    /// The mean, always finite; 0 without values.
    var mean: Double {
        guard count > 0 else { return 0 }
        let mean = (sum + sumRest) / Double(count)
        if mean.isFinite { return min(max(mean, minimum), maximum) }
        return minimum / 2 + maximum / 2
    }

    private mutating func addToSum(_ high: Double, _ low: Double) {
        let total = sum + high
        let part = total - sum
        let lost = (sum - (total - part)) + (high - part)
        let rest = lost + sumRest + low
        sum = total + rest
        sumRest = rest - (sum - total)
    }

    /// Figures of a whole column; texts only count.
    static func of(_ values: ColumnValues, _ quality: [Quality]) -> ColumnSummary {
        of(values, quality, rows: 0..<values.count)
    }

    /// Figures of some rows of a column; texts only count.
    static func of(
        _ values: ColumnValues, _ quality: [Quality], rows: Range<Int>
    ) -> ColumnSummary {
        var summary = ColumnSummary()
        switch values {
        case .numbers(let numbers):
            if quality.isEmpty, let quick = QuickFigures.of(numbers.span.extracting(rows)) {
                return quick
            }
            for row in rows where quality.isEmpty || quality[row].isUsable {
                summary.add(numbers[row])
            }
        case .integers(let integers):
            if quality.isEmpty, let quick = QuickFigures.of(integers.span.extracting(rows)) {
                return quick
            }
            for row in rows where quality.isEmpty || quality[row].isUsable {
                summary.add(Double(integers[row]))
            }
        case .flags(let flags):
            for row in rows where quality.isEmpty || quality[row].isUsable {
                summary.add(flags[row] ? 1 : 0)
            }
        case .texts:
            summary.count =
                quality.isEmpty ? rows.count : rows.count { quality[$0].isUsable }
        }
        return summary
    }

    /// Appends the stored form.
    func put(into output: inout [UInt8]) {
        output.put(UInt32(truncatingIfNeeded: count))
        for value in [minimum, maximum, sum, sumRest, first, last] { output.put(value) }
    }

    /// Reads the stored form; a figure that no column can have is refused.
    static func get(_ reader: inout ByteReader) throws(ChunkFault) -> ColumnSummary {
        var summary = ColumnSummary()
        summary.count = try reader.length("a count", limit: HistorianLimits.rowsAccepted)
        summary.minimum = try reader.double()
        summary.maximum = try reader.double()
        summary.sum = try reader.double()
        summary.sumRest = try reader.double()
        summary.first = try reader.double()
        summary.last = try reader.double()
        return summary
    }
}
