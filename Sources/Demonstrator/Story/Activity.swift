// What a machine really does, and stretches of it: the truth that everything else is read from.

import Plant

/// What a machine really does.
enum Activity: UInt8, Sendable {
    /// Switched off, as agreed.
    case off
    /// Standing although it was meant to work.
    case idle
    /// Working at the usual rate.
    case run
    /// Working below the usual rate.
    case slow
    /// Being prepared for a job.
    case setup
    /// Standing with a fault of its own.
    case fault
    /// Standing as agreed: a break or planned maintenance.
    case pause

    /// Whether parts come out.
    var isProducing: Bool { self == .run || self == .slow }
    /// Whether the machine says that something is wrong.
    var isFault: Bool { self == .fault }
}

/// A value for each activity, such as the kilowatts drawn.
struct Levels: Hashable, Sendable {
    let off: Double
    let idle: Double
    let setup: Double
    let run: Double
    let fault: Double

    /// The value of an activity.
    @inline(__always)
    subscript(activity: Activity) -> Double {
        switch activity {
        case .off: off
        case .idle, .pause: idle
        case .run, .slow: run
        case .setup: setup
        case .fault: fault
        }
    }
}

/// A half-open stretch of whole seconds since 1970.
struct Span: Hashable, Sendable {
    var start: Int64
    var end: Int64

    /// Length in seconds.
    var length: Int64 { end - start }
    /// The range of stored time.
    var range: TimeRange {
        TimeRange(start: Timestamp(seconds: start), end: Timestamp(seconds: end))
    }

    /// Whether the two share any second.
    func overlaps(_ other: Span) -> Bool { start < other.end && other.start < end }

    /// The shared part, nil when there is none.
    func intersection(_ other: Span) -> Span? {
        overlaps(other) ? Span(start: max(start, other.start), end: min(end, other.end)) : nil
    }
}

/// A stretch of one activity; the figures hold at its start and grow evenly inside it.
struct Segment: Sendable {
    var span: Span
    var activity: Activity
    /// Index into the site's reasons, −1 for none.
    var reason = -1
    /// Index into the reason's details, −1 for none.
    var detail = -1
    /// Whether it was planted over the ordinary course.
    var isPlanted = false
    /// How hard it works, about 1.
    var load = 1.0
    /// Time for one part over the planned time.
    var pace = 1.0
    /// Where its warmth tends to: 0 cold, 1 usual when running.
    var heat = 0.0
    /// Parts per second while producing.
    var rate = 0.0
    /// Kilowatts drawn.
    var kilowatts = 0.0
    /// Parts of this shift made before it, with the started one's fraction.
    var progress = 0.0
    /// Watt hours since the machine was new.
    var wattHours = 0.0
    /// Warmth at its start.
    var warmth = 0.0

    /// An ordinary stretch.
    init(_ start: Int64, _ end: Int64, _ activity: Activity) {
        span = Span(start: start, end: end)
        self.activity = activity
    }

    /// Parts of this shift at a second inside or at the end, with the started one's fraction.
    @inline(__always)
    func progress(at second: Int64) -> Double {
        progress + Double(second - span.start) * rate
    }

    /// Watt hours since the machine was new at a second inside or at the end.
    @inline(__always)
    func wattHours(at second: Int64) -> Double {
        wattHours + kilowatts * Double(second - span.start) * (1000.0 / 3600.0)
    }

    /// Warmth at a second inside or at the end; falls towards `heat` as 1/(1 + u + u²/2).
    @inline(__always)
    func warmth(at second: Int64, inertia: Double) -> Double {
        let u = Double(second - span.start) / inertia
        return heat + (warmth - heat) / (1 + u + u * u * 0.5)
    }
}
