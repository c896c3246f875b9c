// Scale, offset and unit conversion: one multiply-add over a whole column.

import Plant

/// Turns raw values into stored ones.
enum Scaling {
    /// Each value × `factor` + `addend`, in place; columns of other kinds stay as they are.
    ///
    /// A value that is not finite keeps its bit pattern (decisions 12).
    static func apply(factor: Double, addend: Double, to values: inout ColumnValues) {
        guard factor != 1 || addend != 0, case .numbers(var numbers) = values else { return }
        values = .numbers([])  // Leaves one owner, so that the column changes in place.
        for index in numbers.indices where numbers[index].isFinite {
            numbers[index] = numbers[index] * factor + addend
        }
        values = .numbers(numbers)
    }
}
