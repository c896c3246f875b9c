// A measured property of a part: which signal holds it, what the drawing allows, how it is charted.

/// What is watched about a part.
public struct Characteristic: Hashable, Sendable {
    /// The signal that holds its measurements.
    public let signal: SignalID
    /// The drawing's lower limit, nil for none.
    public let lower: Double?
    /// The drawing's upper limit, nil for none.
    public let upper: Double?
    /// Parts measured at a time: 1 for single values, 2 to 25 for subgroups.
    public let subgroup: Int
    /// From when on the usual spread is taken, nil for the oldest values shown: a baseline that is
    /// frozen here moves only by a later entry.
    public let baselineFrom: Timestamp?

    /// A characteristic.
    public init(
        signal: SignalID, lower: Double?, upper: Double?, subgroup: Int = 1,
        baselineFrom: Timestamp? = nil
    ) {
        self.signal = signal
        self.lower = lower
        self.upper = upper
        self.subgroup = subgroup
        self.baselineFrom = baselineFrom
    }
}
