// Points and lengths of time as the stores keep them: whole nanoseconds, UTC.

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, UTC, leap seconds not counted.
///
/// Covers the years 1678 to 2261.
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since 1970, negative before.
    public var nanoseconds: Int64

    /// A time from nanoseconds since 1970.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// A time from whole seconds since 1970, held at the ends of what can be stored.
    public init(seconds: Int64) {
        nanoseconds = seconds.heldProduct(1_000_000_000)
    }

    /// A time from whole milliseconds since 1970, held at the ends of what can be stored.
    public init(milliseconds: Int64) {
        nanoseconds = milliseconds.heldProduct(1_000_000)
    }

    /// The earliest time that can be stored.
    public static let distantPast = Timestamp(nanoseconds: .min)
    /// The latest time that can be stored.
    public static let distantFuture = Timestamp(nanoseconds: .max)

    /// Whole seconds since 1970, rounded down.
    public var secondsSince1970: Int64 { nanoseconds.floorDivided(by: 1_000_000_000) }
    /// Whole milliseconds since 1970, rounded down.
    public var millisecondsSince1970: Int64 { nanoseconds.floorDivided(by: 1_000_000) }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The time `elapsed` later, held at the ends of what can be stored.
    public static func + (time: Timestamp, elapsed: Elapsed) -> Timestamp {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(elapsed.nanoseconds)
        if overflow { return elapsed.nanoseconds > 0 ? .distantFuture : .distantPast }
        return Timestamp(nanoseconds: sum)
    }

    /// The time `elapsed` earlier, held at the ends of what can be stored.
    public static func - (time: Timestamp, elapsed: Elapsed) -> Timestamp {
        let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(
            elapsed.nanoseconds)
        if overflow { return elapsed.nanoseconds < 0 ? .distantFuture : .distantPast }
        return Timestamp(nanoseconds: difference)
    }

    /// Stored time between two points, held at the ends of what can be stored.
    public static func - (later: Timestamp, earlier: Timestamp) -> Elapsed {
        let (difference, overflow) = later.nanoseconds.subtractingReportingOverflow(
            earlier.nanoseconds)
        if overflow { return Elapsed(nanoseconds: later > earlier ? .max : .min) }
        return Elapsed(nanoseconds: difference)
    }
}

/// A length of time in whole nanoseconds; may be negative.
public struct Elapsed: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds.
    public var nanoseconds: Int64

    /// A length from nanoseconds.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// No time at all.
    public static let zero = Elapsed(nanoseconds: 0)

    /// A length from whole milliseconds; lengths are held at the longest that can be stored.
    public static func milliseconds(_ count: Int64) -> Elapsed {
        Elapsed(nanoseconds: count.heldProduct(1_000_000))
    }

    /// A length from whole seconds.
    public static func seconds(_ count: Int64) -> Elapsed {
        Elapsed(nanoseconds: count.heldProduct(1_000_000_000))
    }

    /// A length from whole minutes.
    public static func minutes(_ count: Int64) -> Elapsed { .seconds(count.heldProduct(60)) }

    /// A length from whole hours.
    public static func hours(_ count: Int64) -> Elapsed { .seconds(count.heldProduct(3600)) }

    /// Seconds with their fraction.
    public var seconds: Double { Double(nanoseconds) / 1e9 }
    /// Minutes with their fraction.
    public var minutes: Double { seconds / 60 }
    /// Hours with their fraction.
    public var hours: Double { seconds / 3600 }

    /// Orders by length.
    public static func < (left: Elapsed, right: Elapsed) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The sum of two lengths, held at the longest that can be stored.
    public static func + (left: Elapsed, right: Elapsed) -> Elapsed {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return Elapsed(nanoseconds: overflow ? (right.nanoseconds > 0 ? .max : .min) : sum)
    }

    /// The difference of two lengths, held at the longest that can be stored.
    public static func - (left: Elapsed, right: Elapsed) -> Elapsed {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(
            right.nanoseconds)
        return Elapsed(nanoseconds: overflow ? (right.nanoseconds < 0 ? .max : .min) : difference)
    }

    /// Adds to a running sum.
    public static func += (sum: inout Elapsed, more: Elapsed) {
        sum = sum + more
    }
}

/// A half-open stretch of time: `start` belongs to it, `end` does not.
public struct TimeRange: Hashable, Sendable, BitwiseCopyable {
    /// First instant inside.
    public var start: Timestamp
    /// First instant after; never before `start`.
    public var end: Timestamp

    /// A range; an `end` before `start` gives an empty range at `start`.
    public init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = max(start, end)
    }

    /// Length of the range.
    public var elapsed: Elapsed { end - start }
    /// Whether nothing is inside.
    public var isEmpty: Bool { start == end }

    /// Whether the instant lies inside.
    public func contains(_ time: Timestamp) -> Bool { start <= time && time < end }

    /// Whether the two ranges share any instant.
    public func overlaps(_ other: TimeRange) -> Bool {
        max(start, other.start) < min(end, other.end)
    }

    /// The shared part, or nil when there is none.
    public func intersection(_ other: TimeRange) -> TimeRange? {
        guard overlaps(other) else { return nil }
        return TimeRange(start: max(start, other.start), end: min(end, other.end))
    }

    /// What remains of the range when `holes` (in any order, may overlap) are cut out.
    public func subtracting(_ holes: [TimeRange]) -> [TimeRange] {
        var rest: [TimeRange] = []
        var cursor = start
        for hole in holes.sorted(by: { $0.start < $1.start }) where hole.overlaps(self) {
            if hole.start > cursor { rest.append(TimeRange(start: cursor, end: hole.start)) }
            cursor = max(cursor, hole.end)
        }
        if cursor < end { rest.append(TimeRange(start: cursor, end: end)) }
        return rest
    }
}

extension Int64 {
    /// The product with a positive factor, held at the ends of what can be stored.
    func heldProduct(_ factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? (self > 0 ? .max : .min) : product
    }

    /// Division that rounds towards minus infinity; `divisor` is positive.
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
