// Values that cannot be: not finite, or outside what the signal can give.

import Plant

/// Marks impossible values; they are kept, but count as missing.
enum LimitCheck {
    /// Gives `bad/value` to values that are not finite or outside the limits, in place.
    static func apply(minimum: Double?, maximum: Double?, to column: inout SignalColumn) {
        switch column.values {
        case .numbers(let values):
            let low = minimum ?? -.infinity
            let high = maximum ?? .infinity
            mark(&column, count: values.count) { index in
                let value = values[index]
                return !value.isFinite || value < low || value > high
            }
        case .integers(let values):
            guard minimum != nil || maximum != nil else { return }
            let low = minimum ?? -.infinity
            let high = maximum ?? .infinity
            mark(&column, count: values.count) { index in
                let value = Double(values[index])
                return value < low || value > high
            }
        case .flags, .texts: return
        }
    }

    private static func mark(
        _ column: inout SignalColumn, count: Int, where isImpossible: (Int) -> Bool
    ) {
        for index in 0..<count where isImpossible(index) {
            if column.quality.isEmpty {
                column.quality = [Quality](repeating: .good, count: count)
            }
            if !column.quality[index].isBad { column.quality[index] = .badValue }
        }
    }
}
