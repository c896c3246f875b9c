// How the traces are made: what each kind of machine draws, and what goes wrong with the sensor.
import Plant

/// A part of a machine's cycle.
struct CyclePart {
    /// How long, in seconds.
    let seconds: Double
    /// What is drawn, in the sensor's unit.
    let level: Double
}

/// A machine, a sensor and their circumstances.
struct TraceModel {
    let name: String
    /// What is drawn when it is off and when it idles.
    let off: Double
    let idle: Double
    /// What is drawn in one cycle of its work.
    let cycle: [CyclePart]
    /// How much cycles differ in length, as a share.
    var jitter = 0.05
    /// Noise in proportion to the value, and beside it in the sensor's unit.
    var noise = 0.03
    var floor = 0.02
    /// Growth of the sensor's reading in the day, as a share.
    var drift = 0.0
    /// How much more than idle is drawn in the half hour after it was switched on.
    var warmUp = 0.0
    /// What the reading is multiplied by from the ninth hour on: the clamp sits on another phase.
    var swap = 1.0
    /// Whether it is ever switched off, and whether it ever stands while it is on.
    var hasOff = true
    var hasIdle = true
    /// The smallest difference that the sensor tells.
    var digit = 0.01
    var isAmbiguous = false
}

extension TraceModel {
    private static let hours = 24

    /// A day that begins at six, one value a second.
    func trace(_ random: inout TraceRandom) -> LabelledTrace {
        let start = Timestamp(seconds: 1_773_640_800)
        let seconds = TraceModel.hours * 3600
        let plan = schedule(&random, seconds)
        var values: [Double] = []
        values.reserveCapacity(seconds)
        var truth: [ObservedEpisode] = []
        var sinceOn = 0
        for (state, length) in plan {
            let from = start + .seconds(Int64(values.count))
            var work = Work(cycle: cycle, jitter: jitter)
            for _ in 0..<length {
                sinceOn = state == .off ? 0 : sinceOn + 1
                let ideal: Double
                switch state {
                case .running: ideal = work.next(&random)
                case .idle:
                    let rest = max(0, 1 - Double(sinceOn) / 1800)
                    ideal = idle * (1 + warmUp * rest)
                default: ideal = off
                }
                values.append(shown(ideal, at: values.count, of: seconds, &random))
            }
            let range = TimeRange(start: from, end: start + .seconds(Int64(values.count)))
            truth.append(ObservedEpisode(state: state, range: range))
        }
        let times = values.indices.map { (start + .seconds(Int64($0))).nanoseconds }
        return LabelledTrace(
            name: name, series: SampleSeries(times: times, values: .numbers(values)), truth: truth,
            range: TimeRange(start: start, end: start + .seconds(Int64(seconds))),
            isAmbiguous: isAmbiguous)
    }

    /// What the sensor makes of it.
    private func shown(
        _ ideal: Double, at second: Int, of seconds: Int, _ random: inout TraceRandom
    ) -> Double {
        let gain =
            (1 + drift * Double(second) / Double(seconds)) * (second >= 9 * 3600 ? swap : 1)
        let noisy = ideal * gain * (1 + noise * random.normal()) + floor * random.normal()
        return (max(0, noisy) / digit).rounded() * digit
    }

    /// What the machine does all day: states with their lengths in seconds.
    private func schedule(
        _ random: inout TraceRandom, _ seconds: Int
    ) -> [(state: ObservedState, length: Int)] {
        var plan: [(state: ObservedState, length: Int)] = []
        var used = 0
        let rest: ObservedState = hasIdle ? .idle : .off
        func add(_ state: ObservedState, _ length: Double) {
            let whole = min(Int(length), seconds - used)
            guard whole > 0 else { return }
            used += whole
            if plan.last?.state == state {
                plan[plan.count - 1].length += whole
            } else {
                plan.append((state, whole))
            }
        }
        if hasOff { add(.off, random.between(300, 900)) }
        add(rest, random.between(600, 1200))
        var hadBreak = false
        while used < 16 * 3600 {
            add(.running, random.between(300, 3000))
            if hasOff, !hadBreak, used > 2 * 3600 {
                add(.off, random.between(600, 1500))
                hadBreak = true
            }
            // Three stops of ten are short ones.
            let isShort = random.share() < 0.3
            add(rest, isShort ? random.between(60, 120) : random.between(120, 1200))
        }
        add(hasOff ? .off : rest, Double(seconds))
        return plan
    }
}

/// A machine at work, second by second.
private struct Work {
    let cycle: [CyclePart]
    let jitter: Double
    var part = 0
    var left = 0.0

    init(cycle: [CyclePart], jitter: Double) {
        self.cycle = cycle
        self.jitter = jitter
        left = cycle[0].seconds
    }

    mutating func next(_ random: inout TraceRandom) -> Double {
        while left < 0.5 {
            part = (part + 1) % cycle.count
            left += cycle[part].seconds * (1 + jitter * random.normal())
        }
        left -= 1
        return cycle[part].level
    }
}
