// The fixed points of the story: when history begins, when material is kitted, what went silent.

import Plant

/// The fixed points of one script, made from seed, now and zone.
struct StoryPlan: Sendable {
    let seed: UInt64
    let zone: ZoneRules
    /// The second in which now lies.
    let now: Int64
    /// First second of history.
    let start: Int64
    /// From here on every second is sampled.
    let fineFrom: Int64
    /// From here on only planted problems need a person.
    let calmFrom: Int64
    /// Until here no planned stop interrupts the picture.
    let quietUntil: Int64
    /// The day on which lathe 2 was not seen.
    let dead: Span
    /// First local date of the calendar.
    let firstDate: CivilDate
    let version: CalendarVersion
    let calendar: ShiftCalendar

    /// The plan of a script.
    init(seed: UInt64, now: Timestamp, zone: ZoneRules) {
        self.seed = seed
        self.zone = zone
        self.now = now.secondsSince1970
        let even = self.now.snapped(to: Story.coarseStep)
        start = even - Story.history
        fineFrom = even - Story.lastDay
        calmFrom = even - Story.calmBefore
        quietUntil = even + Story.quietAfter
        let deadDay = zone.day(containing: Timestamp(seconds: start + Story.deadAfter))
        dead = Span(start: deadDay.start.secondsSince1970, end: deadDay.end.secondsSince1970)
        firstDate = zone.local(Timestamp(seconds: start)).date.adding(days: -3)
        let quiet = Span(start: calmFrom, end: quietUntil).range
        version = SiteCalendar.version(from: firstDate, quiet: quiet, zone: zone)
        calendar = ShiftCalendar(zone: zone, versions: [version])
    }

    /// The stretch around now in which nothing planned happens.
    var quiet: Span { Span(start: calmFrom, end: quietUntil) }

    /// How far the bore has drifted at a second, 0 to 1, in steps of an hour.
    @inline(__always)
    func drifted(at second: Int64) -> Double {
        let from = now - Story.drift
        let hours = Double((second - from) / 3600)
        return min(1, max(0, hours * 3600 / Double(Story.drift)))
    }
}

/// One shift of the site as the builder needs it.
struct ShiftFrame: Sendable {
    /// Place in the list of shifts from the first of the history on.
    let index: Int
    /// `2026-11-13/early`.
    let id: String
    /// From its start to the start of the next.
    let span: Span
    /// Planned working time.
    let working: [Span]
    /// Whether few people are there.
    let isQuietHours: Bool
    /// Whether material is kitted for the press brake.
    let isKitted: Bool
}

/// A job that starts in a shift.
struct JobStart: Hashable, Sendable {
    let at: Int64
    let job: String
    let product: Product
    let plannedParts: Int64
}

/// One machine in one shift: what it really did, and what people said about it.
struct ShiftTimeline: Sendable {
    let frame: ShiftFrame
    let segments: [Segment]
    let jobs: [JobStart]
    /// Counter of all parts at its start.
    let partsBefore: Int64
    /// Counter of scrap at its start.
    let scrapBefore: Int64
    /// Numbers of the scrap parts within the shift, counted from 1.
    let scrapParts: [Int64]
    /// Scrap that a person books at the end of the shift.
    let bookedScrap: Int64

    /// The segment that holds a second of the shift.
    func segment(at second: Int64) -> Segment {
        var low = 0
        var high = segments.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if segments[middle].span.start <= second { low = middle } else { high = middle - 1 }
        }
        return segments[low]
    }

    /// Scrap among the first `parts` of the shift.
    func scrap(among parts: Int64) -> Int64 {
        var low = 0
        var high = scrapParts.count
        while low < high {
            let middle = (low + high) / 2
            if scrapParts[middle] <= parts { low = middle + 1 } else { high = middle }
        }
        return Int64(low)
    }
}

/// What one shift hands to the next.
struct Carry: Sendable {
    var parts: Int64
    var scrap: Int64
    var wattHours: Double
    var warmth: Double
}
