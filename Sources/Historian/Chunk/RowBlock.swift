// Rows of one group in columns: what goes into head rows and chunks and comes out of them.

import Plant

/// One column of a block.
struct BlockColumn: Hashable, Sendable {
    /// One value for each row.
    var values: ColumnValues
    /// One quality for each row, empty when all are good.
    var quality: [Quality]
}

/// Rows of one group and revision, oldest first, times strictly rising.
struct RowBlock: Hashable, Sendable {
    /// Nanoseconds since 1970, one for each row.
    var times: [Int64]
    /// One for each column of the group, in its order.
    var columns: [BlockColumn]
    /// Arrival minus source time for each row, empty where the two are the same.
    var lateness: [Int64]

    /// Number of rows.
    var rows: Int { times.count }
    /// Rows times columns.
    var sampleCount: Int { times.count * columns.count }

    /// An empty block of a shape.
    init(empty shape: GroupShape) {
        times = []
        columns = shape.columns.map { BlockColumn(values: .empty($0.kind), quality: []) }
        lateness = []
    }

    /// A block of columns.
    init(times: [Int64], columns: [BlockColumn], lateness: [Int64]) {
        self.times = times
        self.columns = columns
        self.lateness = lateness
    }

    /// The batch's columns in the order given, without copying values.
    init(_ batch: SampleBatch, order: [Int]) {
        times = batch.times
        columns = order.map {
            BlockColumn(values: batch.columns[$0].values, quality: batch.columns[$0].quality)
        }
        lateness = batch.lateness
    }

    /// Appends later rows of the same shape.
    mutating func append(_ later: RowBlock) {
        if rows == 0 {
            self = later
            return
        }
        let before = rows
        if lateness.isEmpty != later.lateness.isEmpty {
            if lateness.isEmpty { lateness = [Int64](repeating: 0, count: before) }
            lateness +=
                later.lateness.isEmpty
                ? [Int64](repeating: 0, count: later.rows) : later.lateness
        } else {
            lateness += later.lateness
        }
        times += later.times
        for index in columns.indices {
            columns[index].append(later.columns[index], before: before, more: later.rows)
        }
    }

    /// Some rows in a row.
    func rows(_ range: Range<Int>) -> RowBlock {
        if range == 0..<rows { return self }
        return RowBlock(
            times: Array(times[range]),
            columns: columns.map {
                BlockColumn(
                    values: $0.values.slice(range),
                    quality: $0.quality.isEmpty ? [] : Array($0.quality[range]))
            },
            lateness: lateness.isEmpty ? [] : Array(lateness[range]))
    }

    /// Rows picked by position, in that order.
    func rows(at positions: [Int]) -> RowBlock {
        RowBlock(
            times: positions.map { times[$0] },
            columns: columns.map { column in
                BlockColumn(
                    values: column.values.pick(positions),
                    quality: column.quality.isEmpty ? [] : positions.map { column.quality[$0] })
            },
            lateness: lateness.isEmpty ? [] : positions.map { lateness[$0] })
    }

    /// The same rows with times rising; a block that is in order stays as it is.
    func inOrder() -> RowBlock {
        if times.isRising { return self }
        let positions = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        return rows(at: positions)
    }
}

extension BlockColumn {
    fileprivate mutating func append(_ later: BlockColumn, before: Int, more: Int) {
        if !quality.isEmpty || !later.quality.isEmpty {
            if quality.isEmpty { quality = [Quality](repeating: .good, count: before) }
            quality +=
                later.quality.isEmpty
                ? [Quality](repeating: .good, count: more) : later.quality
        }
        values.append(contentsOf: later.values)
    }
}

extension [Int64] {
    /// Whether each value is larger than the one before.
    var isRising: Bool {
        var index = 1
        while index < count {
            if self[index] <= self[index &- 1] { return false }
            index &+= 1
        }
        return true
    }

    /// The first position whose value is at least `time`, in a rising array.
    func position(atLeast time: Int64, from start: Int = 0) -> Int {
        var low = start
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ColumnValues {
    /// Some values in a row.
    func slice(_ range: Range<Int>) -> ColumnValues {
        if range == 0..<count { return self }
        switch self {
        case .numbers(let values): return .numbers(Array(values[range]))
        case .integers(let values): return .integers(Array(values[range]))
        case .flags(let values): return .flags(Array(values[range]))
        case .texts(let values): return .texts(Array(values[range]))
        }
    }

    /// Values picked by position.
    func pick(_ positions: [Int]) -> ColumnValues {
        switch self {
        case .numbers(let values): .numbers(positions.map { values[$0] })
        case .integers(let values): .integers(positions.map { values[$0] })
        case .flags(let values): .flags(positions.map { values[$0] })
        case .texts(let values): .texts(positions.map { values[$0] })
        }
    }

    /// Appends values of the same kind; those of another kind cannot meet in one group.
    mutating func append(contentsOf later: ColumnValues) {
        switch (self, later) {
        case (.numbers(var values), .numbers(let more)):
            self = .numbers([])
            values += more
            self = .numbers(values)
        case (.integers(var values), .integers(let more)):
            self = .integers([])
            values += more
            self = .integers(values)
        case (.flags(var values), .flags(let more)):
            self = .flags([])
            values += more
            self = .flags(values)
        case (.texts(var values), .texts(let more)):
            self = .texts([])
            values += more
            self = .texts(values)
        default:
            preconditionFailure("columns of one group have one kind")
        }
    }

    /// Bytes of text, 0 for other kinds.
    var textBytes: Int {
        guard case .texts(let texts) = self else { return 0 }
        return texts.reduce(0) { $0 + $1.utf8.count }
    }

    /// A value that stands where there is none.
    static func placeholder(_ kind: ValueKind) -> Scalar {
        switch kind {
        case .number: .number(.nan)
        case .integer: .integer(0)
        case .flag: .flag(false)
        case .text: .text("")
        }
    }
}

extension Scalar {
    /// Whether two values have the same bits; NaN equals itself, -0.0 is not 0.0.
    func isIdentical(to other: Scalar) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): left.bitPattern == right.bitPattern
        case (.integer(let left), .integer(let right)): left == right
        case (.flag(let left), .flag(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}
