// Energy of a stretch of time from a meter's register or from measured power (domain: energy).

import Plant
import Understand

/// Adds up energy.
enum EnergyReading {
    /// Energy in kWh and the time for which it is known.
    ///
    /// A register counts by its differences, where a fall is a new start from zero; power counts
    /// by the trapezoid between two samples that are at most `longestGap` apart.
    static func total(
        _ rule: EnergyRule, series: SampleSeries, before: LastValue?, range: TimeRange,
        longestGap: Elapsed
    ) -> (kilowattHours: Double, seen: Elapsed) {
        var previous: (time: Int64, value: Double)?
        if let before, before.quality.isUsable, let value = before.value.asDouble,
            range.start - before.time <= longestGap
        {
            previous = (range.start.nanoseconds, value)
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
            let now = (time: series.times[index], value: value)
            if let last = previous {
                let gap = Elapsed(nanoseconds: now.time - last.time)
                switch rule {
                case .register:
                    sum += now.value >= last.value ? now.value - last.value : now.value
                    if gap <= longestGap { seen += gap }
                case .power where gap <= longestGap:
                    sum += (now.value + last.value) / 2 * gap.hours
                    seen += gap
                case .power: break
                }
            }
            previous = now
        }
        return (sum, seen)
    }
}
