// Energy of a stretch of time from a meter's register or from measured power (domain: energy).

import Plant
import Understand

/// Adds up energy.
enum EnergyReading {
    /// Energy in kWh and the time for which it is known.
    ///
    /// A register counts by its differences, where a fall is a new start from zero; a difference
    /// belongs to the range in which it was read. Power counts by the trapezoid between two samples
    /// that are at most `longestGap` apart, cut at the ends of the range. The energy of ranges that
    /// follow each other is therefore the energy of the whole. `series` reaches `longestGap` beyond
    /// the range, `before` is the newest sample from before it.
    static func total(
        _ rule: EnergyRule, series: SampleSeries, before: LastValue?, range: TimeRange,
        longestGap: Elapsed
    ) -> (kilowattHours: Double, seen: Elapsed) {
        var previous: (time: Timestamp, value: Double)?
        if let before, before.quality.isUsable, let value = before.value.asDouble, value.isFinite,
            range.start - before.time <= longestGap
        {
            previous = (before.time, value)
        }
        var sum = 0.0
        var seen = Elapsed.zero
        for index in series.times.indices {
            guard series.quality(at: index).isUsable, let value = series.values[index].asDouble,
                value.isFinite
            else {
                if case .power = rule { previous = nil }
                continue
            }
            let now = (time: Timestamp(nanoseconds: series.times[index]), value: value)
            if let last = previous {
                let stretch = TimeRange(start: last.time, end: now.time)
                let isSeen = stretch.elapsed <= longestGap
                let inside = stretch.intersection(range)
                switch rule {
                case .register:
                    if range.contains(now.time) {
                        sum += now.value >= last.value ? now.value - last.value : now.value
                    }
                case .power:
                    if isSeen, let inside { sum += energy(stretch, last.value, now.value, inside) }
                }
                if isSeen, let inside { seen += inside.elapsed }
            }
            previous = now
        }
        return (sum, seen)
    }

    /// Energy inside a part of a stretch over which power goes in a straight line.
    private static func energy(
        _ stretch: TimeRange, _ first: Double, _ last: Double, _ inside: TimeRange
    ) -> Double {
        guard inside != stretch else { return (first + last) / 2 * stretch.elapsed.hours }
        let middle = ((inside.start - stretch.start) + (inside.end - stretch.start)).seconds / 2
        return (first + (last - first) * (middle / stretch.elapsed.seconds)) * inside.elapsed.hours
    }
}
