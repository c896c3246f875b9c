// Adds up what the cells of a column could be, with an example of each.

/// What all cells of a column could be.
struct ColumnTally {
    /// Cells with content.
    private(set) var filled = 0
    private var counts = [Int](repeating: 0, count: CellShape.count)
    /// The first row of the grid with each shape, -1 for none.
    private var rows = [Int](repeating: -1, count: CellShape.count)
    /// The first rows with different content.
    private(set) var examples: [Int] = []
    private(set) var units: [Int: Int] = [:]
    /// Sums under both meanings of comma and point; nil once a number does not fit.
    private(set) var pointSum: Double? = 0
    private(set) var commaSum: Double? = 0

    /// Adds a cell of a row.
    mutating func add(_ cell: RawCell, row: Int, in grid: Grid) {
        guard let shape = CellShape.of(cell, in: grid) else { return }
        filled += 1
        var bits = shape.rawValue
        while bits != 0 {
            let bit = bits.trailingZeroBitCount
            bits &= bits - 1
            counts[bit] += 1
            if rows[bit] < 0 { rows[bit] = row }
        }
        if examples.count < SheetsLimits.examples { examples.append(row) }
        if !shape.isDisjoint(with: .numbers) { addNumber(cell, shape, in: grid) }
    }

    private mutating func addNumber(_ cell: RawCell, _ shape: CellShape, in grid: Grid) {
        let start = Int(cell.start)
        let range = trimmed(grid.bytes, start..<start + Int(cell.length))
        guard let number = NumberText(grid.bytes, range) else { return }
        if shape.contains(.unit) { units[number.unit, default: 0] += 1 }
        let point = number.value(grid.bytes, .point)
        let comma =
            shape.contains(.numberDiffers)
            ? number.value(grid.bytes, .comma)
            : shape.contains(.pointOnly) ? nil : point ?? number.value(grid.bytes, .comma)
        pointSum = pointSum.flatMap { sum in point.map { sum + $0 } }
        commaSum = commaSum.flatMap { sum in comma.map { sum + $0 } }
    }

    /// How many cells have a shape, or one of several that exclude one another.
    subscript(shape: CellShape) -> Int {
        var bits = shape.rawValue
        var sum = 0
        while bits != 0 {
            sum += counts[bits.trailingZeroBitCount]
            bits &= bits - 1
        }
        return sum
    }

    /// The first row of the grid that has one of some shapes.
    func row(_ shape: CellShape) -> Int? {
        var bits = shape.rawValue
        var first: Int?
        while bits != 0 {
            let row = rows[bits.trailingZeroBitCount]
            if row >= 0 { first = min(first ?? row, row) }
            bits &= bits - 1
        }
        return first
    }

    /// Cells that say something: not "n/a" and no fault of a formula.
    var telling: Int { filled - self[[.placeholder, .fault]] }

    /// The unit that most of the numbers have, 0 for none.
    var unit: Int {
        units.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }
}
