// Parts from a counter that only goes up: resets, rollovers and gaps are handled here alone.
public import Plant

/// What happened between two readings of a counter.
public enum CounterTurn: Hashable, Sendable {
    /// It went up or stayed.
    case ordinary
    /// It passed the end of its width and began again.
    case rollover
    /// It was set back.
    case reset
}

/// Parts by time: what a counter's readings add up to.
public struct CountIncrements: Hashable, Sendable {
    /// When each growth was seen, in nanoseconds, oldest first.
    public private(set) var times: [Int64] = []
    /// Sum of all growth up to and including the one at the same position.
    private var sums: [Int64] = []
    /// Growth over gaps: belongs to the gap, not to an instant.
    public private(set) var unallocated: [UnallocatedGrowth] = []
    /// How often the counter was set back.
    public private(set) var resets = 0
    /// How often it passed the end of its width.
    public private(set) var rollovers = 0

    /// No parts at all.
    public init() {}

    /// All growth that belongs to an instant.
    public var total: Int64 { sums.last ?? 0 }

    /// Growth seen in a range.
    public func total(in range: TimeRange) -> Int64 {
        sum(before: range.end) - sum(before: range.start)
    }

    /// Growth over gaps that end in a range.
    public func unallocated(in range: TimeRange) -> Int64 {
        unallocated.reduce(0) { range.contains($1.range.end) ? $0 + $1.parts : $0 }
    }

    /// Adds growth at an instant that is not before the last one.
    mutating func add(_ growth: Int64, at time: Int64) {
        guard growth > 0 else { return }
        let (sum, overflow) = total.addingReportingOverflow(growth)
        times.append(time)
        sums.append(overflow ? .max : sum)
    }

    mutating func addUnallocated(_ growth: Int64, over range: TimeRange) {
        guard growth > 0 else { return }
        unallocated.append(UnallocatedGrowth(range: range, parts: growth))
    }

    mutating func note(_ turn: CounterTurn) {
        if turn == .reset { resets += 1 }
        if turn == .rollover { rollovers += 1 }
    }

    private func sum(before time: Timestamp) -> Int64 {
        let index = ObservedStates.firstIndex(times, notBefore: time.nanoseconds)
        return index == 0 ? 0 : sums[index - 1]
    }
}

/// Growth of a counter over a stretch that was not seen.
public struct UnallocatedGrowth: Hashable, Sendable, BitwiseCopyable {
    /// From the last reading before the gap to the first after it.
    public let range: TimeRange
    /// How much it grew.
    public let parts: Int64
}

/// Reads counters, definition `counts/1`.
public enum CountReading {
    /// Growth between two readings of a counter of `bits` width, never negative.
    ///
    /// A fall from the last sixteenth of the width to the first is a rollover; any other fall is
    /// a reset, after which the counter began at zero. Readings are cut to the width, so that a
    /// counter read as signed works too. More than `UnderstandLimits.largestGrowth` at once is no
    /// production: the counter was set. R-39.
    public static func growth(
        from old: Int64, to new: Int64, bits: Int
    ) -> (parts: Int64, turn: CounterTurn) {
        let width = min(64, max(1, bits))
        let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
        let before = UInt64(bitPattern: old) & mask
        let after = UInt64(bitPattern: new) & mask
        func limited(_ parts: UInt64, _ turn: CounterTurn) -> (parts: Int64, turn: CounterTurn) {
            let growth = Int64(clamping: parts)
            return growth > UnderstandLimits.largestGrowth ? (0, .reset) : (growth, turn)
        }
        if after >= before { return limited(after - before, .ordinary) }
        let sixteenth = mask / 16
        if before > mask - sixteenth, after < sixteenth {
            // Wrapping on purpose: the distance around the end of the width.
            return limited((after &- before) & mask, .rollover)
        }
        return limited(after, .reset)
    }

    /// Parts by time from a counter's samples.
    ///
    /// `before` is the newest sample from before the series. Growth between two readings that
    /// touches an unseen stretch, a reading that cannot be used, or a silence longer than
    /// `silence` is unallocated.
    public static func increments(
        _ series: SampleSeries, before: LastValue? = nil, bits: Int, unseen: [TimeRange] = [],
        silence: Elapsed? = nil
    ) -> CountIncrements {
        var result = CountIncrements()
        var lastReading: (time: Int64, value: Int64)?
        var isBroken = false
        if let before, before.quality.isUsable, let value = whole(before.value) {
            lastReading = (before.time.nanoseconds, value)
        }
        var gap = 0
        for index in series.times.indices {
            let time = series.times[index]
            guard series.quality(at: index).isUsable, let value = whole(series.values, index) else {
                isBroken = true
                continue
            }
            defer {
                lastReading = (time, value)
                isBroken = false
            }
            guard let last = lastReading else { continue }
            if value == last.value, !isBroken { continue }
            let (parts, turn) = growth(from: last.value, to: value, bits: bits)
            result.note(turn)
            while gap < unseen.count, unseen[gap].end.nanoseconds <= last.time { gap += 1 }
            let touchesGap = gap < unseen.count && unseen[gap].start.nanoseconds < time
            let isSilent =
                silence.map { limit in
                    Timestamp(nanoseconds: time) - Timestamp(nanoseconds: last.time) > limit
                } ?? false
            if isBroken || touchesGap || isSilent {
                result.addUnallocated(
                    parts,
                    over: TimeRange(
                        start: Timestamp(nanoseconds: last.time), end: Timestamp(nanoseconds: time))
                )
            } else {
                result.add(parts, at: time)
            }
        }
        return result
    }

    private static func whole(_ values: ColumnValues, _ index: Int) -> Int64? {
        switch values {
        case .integers(let values): values[index]
        case .numbers(let values): Int64(exactly: values[index].rounded())
        case .flags, .texts: nil
        }
    }

    private static func whole(_ value: Scalar) -> Int64? {
        switch value {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value.rounded())
        case .flag, .text: nil
        }
    }
}
