// Which series the interface offers, and their samples, made from the stores through the door.

import Plant

/// Samples of one series in order of time; times in milliseconds.
struct PromSamples: Sendable {
    /// Milliseconds since 1970.
    var times: [Int64] = []
    /// Values, all finite.
    var values: [Double] = []

    /// How many there are up to and including a time.
    func count(through time: Int64) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A series with what it is made from.
struct PromSeries: Sendable {
    /// What it is made from.
    enum Origin: Sendable, Hashable {
        /// A stored signal as it is.
        case signal(SignalID)
        /// 1 while a machine is in a state, else 0.
        case state(machine: Slug, MachineState)
        /// Seconds lost since midnight UTC for one reason; `nil` for none given.
        case lost(machine: Slug, reason: Slug?)
    }

    /// Its labels, `__name__` included.
    let labels: PromLabels
    /// What it is made from.
    let origin: Origin

    /// How often series that are not stored are sampled, milliseconds.
    static let spacing: Int64 = 15_000
    /// States in which a machine loses time.
    static let losing: Set<MachineState> = [.stopped, .fault, .setup]

    /// All series of a world.
    static func all(of factory: Factory) -> [PromSeries] {
        var series: [PromSeries] = []
        for signal in factory.signals.values.sorted(by: { $0.id < $1.id })
        where signal.kind != .text {
            series.append(
                PromSeries(
                    labels: [
                        "__name__": "millwright_signal", "machine": signal.machine?.text ?? "",
                        "signal": signal.slug?.text ?? signal.path, "unit": signal.unit,
                    ], origin: .signal(signal.id)))
        }
        for machine in factory.activeMachines { series += self.series(of: machine, factory) }
        return series
    }

    private static func series(of machine: Machine, _ factory: Factory) -> [PromSeries] {
        let id = machine.id.text
        var series = MachineState.allCases.map { state in
            PromSeries(
                labels: ["__name__": "millwright_state", "machine": id, "state": state.code],
                origin: .state(machine: machine.id, state))
        }
        if let rule = machine.counts {
            let parts = [("made", rule.total)] + (rule.scrap.map { [("scrap", $0)] } ?? [])
            for (result, signal) in parts {
                series.append(
                    PromSeries(
                        labels: [
                            "__name__": "millwright_parts_total", "machine": id, "result": result,
                        ], origin: .signal(signal)))
            }
        }
        if case .register(let signal)? = machine.energy {
            series.append(
                PromSeries(
                    labels: ["__name__": "millwright_energy_kwh_total", "machine": id],
                    origin: .signal(signal)))
        }
        let reasons: [Slug?] = [nil] + factory.reasons.keys.sorted()
        for reason in reasons {
            series.append(
                PromSeries(
                    labels: [
                        "__name__": "millwright_lost_seconds_total", "machine": id,
                        "reason": reason?.text ?? "unexplained",
                    ], origin: .lost(machine: machine.id, reason: reason)))
        }
        return series
    }
}

/// Reads samples for one query; remembers what was read for another series of the same machine.
struct PromReader {
    private let world: any WorldDoor
    private let limits: WebLimits
    private var episodes: [Slug: (range: TimeRange, episodes: [StateEpisode])] = [:]
    private var samplesRead = 0

    /// A reader of a world.
    init(world: any WorldDoor, limits: WebLimits) {
        self.world = world
        self.limits = limits
    }

    /// Samples of a series from one time through another, both in milliseconds.
    mutating func samples(
        of series: PromSeries, from: Int64, through: Int64
    ) async throws -> PromSamples {
        let range = TimeRange(
            start: Timestamp(milliseconds: from), end: Timestamp(milliseconds: through + 1))
        let samples: PromSamples
        switch series.origin {
        case .signal(let signal):
            samples = PromReader.usable(try await world.series(signal, range: range))
        case .state(let machine, let state):
            samples = PromReader.states(
                try await known(machine, range), state, range, before: world.time)
        case .lost(let machine, let reason):
            samples = PromReader.losses(
                try await known(machine, range), reason, range, before: world.time)
        }
        samplesRead += samples.times.count
        guard samplesRead <= limits.promSamples else {
            throw PromFault(
                "the query reads more than \(limits.promSamples) samples; ask for fewer series"
                    + " or a shorter range")
        }
        return samples
    }

    /// Episodes of a machine from the midnight before a range on.
    private mutating func known(
        _ machine: Slug, _ range: TimeRange
    ) async throws -> [StateEpisode] {
        if let known = episodes[machine], known.range.start <= range.start,
            known.range.end >= range.end
        {
            return known.episodes
        }
        let day: Int64 = 86_400_000
        let midnight = range.start.millisecondsSince1970 / day * day
        let wide = TimeRange(start: Timestamp(milliseconds: midnight), end: range.end)
        let found = try await world.strip(machine, range: wide)
        episodes[machine] = (wide, found)
        return found
    }

    /// Usable finite samples as numbers.
    private static func usable(_ series: SampleSeries) -> PromSamples {
        var samples = PromSamples()
        samples.times.reserveCapacity(series.count)
        samples.values.reserveCapacity(series.count)
        for row in 0..<series.count where series.quality(at: row).isUsable {
            guard let value = series.values[row].asDouble, value.isFinite else { continue }
            let time = Timestamp(nanoseconds: series.times[row]).millisecondsSince1970
            // Several samples of one millisecond: the newest counts.
            if samples.times.last == time {
                samples.values[samples.values.count - 1] = value
            } else {
                samples.times.append(time)
                samples.values.append(value)
            }
        }
        return samples
    }

    /// Instants of a range on the grid, none after now.
    private static func grid(_ range: TimeRange, before now: Timestamp) -> [Int64] {
        let spacing = PromSeries.spacing
        let end = min(range.end, now).millisecondsSince1970
        var next = (range.start.millisecondsSince1970 + spacing - 1) / spacing * spacing
        var times: [Int64] = []
        while next < end {
            times.append(next)
            next += spacing
        }
        return times
    }

    private static func states(
        _ episodes: [StateEpisode], _ state: MachineState, _ range: TimeRange, before now: Timestamp
    ) -> PromSamples {
        var samples = PromSamples()
        var index = 0
        for time in grid(range, before: now) {
            let instant = Timestamp(milliseconds: time)
            while index < episodes.count, episodes[index].range.end <= instant { index += 1 }
            guard index < episodes.count, episodes[index].range.contains(instant) else { continue }
            samples.times.append(time)
            samples.values.append(episodes[index].state == state ? 1 : 0)
        }
        return samples
    }

    private static func losses(
        _ episodes: [StateEpisode], _ reason: Slug?, _ range: TimeRange, before now: Timestamp
    ) -> PromSamples {
        let lost = episodes.filter {
            PromSeries.losing.contains($0.state) && $0.reason == reason
        }.map(\.range)
        let day: Int64 = 86_400_000
        var samples = PromSamples()
        var midnight = Int64.min
        var first = 0
        var next = 0
        var whole = 0.0
        for time in grid(range, before: now) {
            let today = time / day * day
            if today != midnight {
                midnight = today
                let start = Timestamp(milliseconds: today)
                while first < lost.count, lost[first].end <= start { first += 1 }
                next = first
                whole = 0
            }
            let span = TimeRange(
                start: Timestamp(milliseconds: midnight), end: Timestamp(milliseconds: time))
            // Stretches that have ended are added once; at most one more is under way.
            while next < lost.count, lost[next].end <= span.end {
                whole += lost[next].intersection(span)?.elapsed.seconds ?? 0
                next += 1
            }
            let part = next < lost.count ? lost[next].intersection(span)?.elapsed.seconds : nil
            samples.times.append(time)
            samples.values.append(whole + (part ?? 0))
        }
        return samples
    }
}
