// Counters that go back: a reset or a roll-over, never a negative production.

public import Plant

/// A moment at which a counter went back.
public struct CounterMark: Hashable, Sendable {
    /// Why it went back.
    public enum Cause: String, Hashable, Sendable {
        /// It reached its width and began again.
        case rollOver = "roll-over"
        /// It was set to a smaller value.
        case reset
    }

    /// Which signal.
    public let signal: SignalID
    /// Time of the first value after.
    public let at: Timestamp
    /// Why.
    public let cause: Cause
    /// Value before.
    public let before: Double
    /// Value after.
    public let after: Double

    /// A mark.
    public init(signal: SignalID, at: Timestamp, cause: Cause, before: Double, after: Double) {
        self.signal = signal
        self.at = at
        self.cause = cause
        self.before = before
        self.after = after
    }
}

/// Watches one counter; differences belong to the rooms that count.
struct CounterWatch: Sendable {
    /// Width of the counter in bits.
    let bits: Int
    private var before: Double?

    init(bits: Int) {
        self.bits = bits
    }

    /// The marks of a column in order of its rows; bad values are skipped.
    ///
    /// A fall from the last tenth of the width to its first tenth is a roll-over, any other a
    /// reset.
    mutating func marks(in column: SignalColumn, times: [Int64]) -> [CounterMark] {
        var marks: [CounterMark] = []
        let width = bits >= 64 ? 18_446_744_073_709_551_616.0 : Double(UInt64(1) << UInt64(bits))
        for row in times.indices where column.quality(at: row).isUsable {
            guard let value = column.values[row].asDouble, value.isFinite else { continue }
            if let before, value < before {
                let isRollOver = before >= width * 0.9 && value <= width * 0.1
                marks.append(
                    CounterMark(
                        signal: column.signal, at: Timestamp(nanoseconds: times[row]),
                        cause: isRollOver ? .rollOver : .reset, before: before, after: value))
            }
            before = value
        }
        return marks
    }
}
