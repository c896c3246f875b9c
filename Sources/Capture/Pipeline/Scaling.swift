// Scale, offset and unit conversion: one multiply-add over a whole column.

import Plant

/// Turns raw values into stored ones.
enum Scaling {
    /// Each value × `factor` + `addend`, in place; columns of other kinds stay as they are.
    ///
    /// A value that is not finite keeps its bit pattern (decisions 12). A factor such as 0.1 is
    /// done by dividing by its whole inverse: 307 × 0.1 is then 30.7 and not 30.700000000000003,
    /// because a quotient is rounded once and the factor itself is not exact.
    static func apply(factor: Double, addend: Double, to values: inout ColumnValues) {
        guard factor != 1 || addend != 0, case .numbers(var numbers) = values else { return }
        values = .numbers([])  // Leaves one owner, so that the column changes in place.
        if let divisor = wholeInverse(of: factor) {
            for index in numbers.indices where numbers[index].isFinite {
                numbers[index] = numbers[index] / divisor + addend
            }
        } else {
            for index in numbers.indices where numbers[index].isFinite {
                numbers[index] = numbers[index] * factor + addend
            }
        }
        values = .numbers(numbers)
    }

    /// n where the factor is the double nearest to 1/n, n a whole number from 2 to a million.
    private static func wholeInverse(of factor: Double) -> Double? {
        guard factor > 0.9e-6, factor <= 0.5 else { return nil }
        let whole = Double(Int64(1 / factor + 0.5))
        return 1 / whole == factor ? whole : nil
    }
}
