// The times under a drawing: marks at round times of the wall clock, with dates where days pass.

import Plant
import Understand

/// Round times in a range.
struct TimeAxis: Sendable, Hashable {
    /// A mark.
    struct Mark: Sendable, Hashable {
        /// When.
        let time: Timestamp
        /// `11:30`, or `Fri 13 Nov` where a day begins.
        let words: String
    }

    private static let minute = 60
    private static let hour = 3600
    private static let day = 86_400
    private static let steps =
        [1, 2, 5, 10, 15, 30].map { $0 * minute } + [1, 2, 3, 6, 12].map { $0 * hour }
        + [1, 2, 7, 14, 28].map { $0 * day }

    /// The stretch of time.
    let range: TimeRange
    /// Its marks, earliest first.
    let marks: [Mark]

    /// An axis with `most` times of day at most; dates are wider, so they get two less.
    init(_ range: TimeRange, zone: ZoneRules, most: Int = 6) {
        self.range = range
        let seconds = range.elapsed.seconds
        let step =
            TimeAxis.steps.first { step in
                seconds / Double(step) <= Double(step < TimeAxis.day ? most : max(2, most - 2))
            } ?? 28 * TimeAxis.day
        let crosses = zone.local(range.start).date != zone.local(range.end).date
        marks = TimeAxis.times(range, zone: zone, step: step).map { time in
            let isMidnight = zone.local(time).secondsOfDay == 0
            return Mark(
                time: time,
                words: isMidnight && crosses
                    ? Plain.date(time, zone: zone) : Plain.clock(time, zone: zone))
        }
    }

    private static func times(_ range: TimeRange, zone: ZoneRules, step: Int) -> [Timestamp] {
        var result: [Timestamp] = []
        var date = zone.local(range.start).date
        let last = zone.local(range.end).date
        while date <= last {
            let days = step / day
            let isMarked = days < 2 || (days < 7 ? date.dayNumber % days == 0 : date == date.monday)
            for second in stride(from: 0, to: isMarked ? day : 0, by: min(step, day)) {
                // A time that the clock leaves out or shows twice stands once.
                let time = zone.instant(of: date, secondsOfDay: second)
                let isNew = result.last.map { $0 < time } ?? true
                if isNew, time >= range.start, time <= range.end { result.append(time) }
            }
            date = date.adding(days: 1)
        }
        return result
    }

    /// The place of a time on a width of 1.
    func place(_ time: Timestamp) -> Double {
        let whole = range.elapsed.seconds
        return whole > 0 ? (time - range.start).seconds / whole : 0
    }

    /// The times as a drawing as wide as what stands above; every second one may be left out where
    /// room is short.
    var drawing: SVGMarkup {
        SVGElement("svg", class: "xs").with("aria-hidden", "true").containing(
            marks.enumerated().map { index, mark in
                let place = place(mark.time)
                let anchor = place < 0.05 ? "start" : place > 0.94 ? "end" : "middle"
                return SVGElement("text", class: index % 2 == 1 ? "alt" : nil)
                    .with("x", SVGElement.number(place * 100) + "%").with("y", "13")
                    .with("text-anchor", anchor).saying(mark.words)
            }
        ).markup
    }
}
