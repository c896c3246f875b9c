// From the last good part of one product to the first good part of the next.
public import Plant

/// One change of product on a machine, definition `changeover/1`.
///
/// It lasts from the last good part of the product before to the first good part of the next one,
/// as far as that is planned time that was seen. Source: `domain/oee.md`, edge cases.
public struct Changeover: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "changeover/1"

    /// What was made before.
    public let from: String
    /// What is made after.
    public let to: String
    /// From the last good part to the first.
    public let range: TimeRange
    /// How long, planned time only.
    public let length: Elapsed

    /// Changes of product whose first good part lies in a period, in order of time.
    ///
    /// Parts come from counters; a change without a good part on both sides is not complete.
    public static func all(
        in period: TimeRange, ledger: PartLedger, working: [TimeRange], steps: ClockSteps = .none
    ) -> [Changeover] {
        zip(ledger.jobs, ledger.jobs.dropFirst()).compactMap { before, after in
            guard before.product != after.product,
                let last = lastPart(ledger, in: before.range),
                let first = firstPart(ledger, in: after.range), last < first,
                period.contains(first)
            else { return nil }
            let range = TimeRange(start: last, end: first)
            let length = working.compactMap { $0.intersection(range) }
                .reduce(Elapsed.zero) { $0 + steps.elapsed($1) }
            return Changeover(from: before.product, to: after.product, range: range, length: length)
        }
    }

    /// When the last part of a range was seen that was not scrap.
    private static func lastPart(_ ledger: PartLedger, in range: TimeRange) -> Timestamp? {
        growths(ledger, in: range).last { isGood(ledger, at: Timestamp(nanoseconds: $0)) }
            .map(Timestamp.init(nanoseconds:))
    }

    private static func firstPart(_ ledger: PartLedger, in range: TimeRange) -> Timestamp? {
        growths(ledger, in: range).first { isGood(ledger, at: Timestamp(nanoseconds: $0)) }
            .map(Timestamp.init(nanoseconds:))
    }

    /// When parts were seen in a range.
    private static func growths(_ ledger: PartLedger, in range: TimeRange) -> ArraySlice<Int64> {
        let times = ledger.counted.times
        let first = ObservedStates.firstIndex(times, notBefore: range.start.nanoseconds)
        let last = ObservedStates.firstIndex(times, notBefore: range.end.nanoseconds)
        return times[first..<max(first, last)]
    }

    /// Whether more was counted at an instant than was scrap.
    private static func isGood(_ ledger: PartLedger, at time: Timestamp) -> Bool {
        let instant = TimeRange(start: time, end: time + Elapsed(nanoseconds: 1))
        return ledger.counted.total(in: instant) > ledger.scrapped.total(in: instant)
    }
}
