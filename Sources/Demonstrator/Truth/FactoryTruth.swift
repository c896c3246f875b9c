// What really happened in the made-up factory: the measure for every figure made from its data.

public import Plant

/// The truth about all machines in a stretch of time.
public struct FactoryTruth: Hashable, Sendable {
    /// The stretch.
    public let range: TimeRange
    /// One entry for each machine, in the order of their signals.
    public let machines: [MachineTruth]
    /// The planted improvement.
    public let improvement: PlantedImprovement
    /// The planted drift of a dimension.
    public let drift: PlantedDrift

    /// The truth about one machine, nil when there is no such machine.
    public func machine(_ id: Slug) -> MachineTruth? { machines.first { $0.machine == id } }
}

/// The truth about one machine in a stretch of time.
public struct MachineTruth: Hashable, Sendable {
    /// Which machine.
    public let machine: Slug
    /// Its states without gap or overlap, with the true reason of each stop, said or not.
    public let episodes: [StateEpisode]
    /// What a perfect observer of its signals sees, without gap or overlap; time that was not
    /// sampled is `unknown`.
    public let observed: [ObservedEpisode]
    /// Every unplanned stop and fault, short ones included.
    public let stops: [TrueStop]
    /// Parts that its counter counted, good and bad.
    public let parts: Int64
    /// Scrap among them, counted by the machine or booked by hand.
    public let scrap: Int64
    /// Energy in whole watt hours.
    public let wattHours: Int64
    /// Time for which nothing was sampled.
    public let unseen: [TimeRange]

    /// Parts that were good.
    public var good: Int64 { parts - scrap }

    /// Time spent in a state.
    public func time(in state: MachineState) -> Elapsed {
        episodes.reduce(.zero) { $1.state == state ? $0 + $1.range.elapsed : $0 }
    }
}

/// An unplanned stop or fault.
public struct TrueStop: Hashable, Sendable {
    /// From when until when.
    public let range: TimeRange
    /// Whether the machine said that it had a fault.
    public let isFault: Bool
    /// The true reason, nil for a short stop that has none.
    public let reason: Slug?
    /// More about the reason; may be empty.
    public let detail: String
    /// When a person gave the reason, nil when nobody did.
    public let told: Timestamp?
}

/// A change for the better whose effect is known.
public struct PlantedImprovement: Hashable, Sendable {
    /// Which machine.
    public let machine: Slug
    /// Whose stops became fewer.
    public let reason: Slug
    /// From when on.
    public let from: Timestamp
    /// Seconds a week lost before, by construction.
    public let secondsPerWeekBefore: Int64
    /// Seconds a week lost after, by construction.
    public let secondsPerWeekAfter: Int64

    /// Hours a week won, by construction.
    public var hoursPerWeek: Double {
        Double(secondsPerWeekBefore - secondsPerWeekAfter) / 3600
    }
}

/// A dimension that moves towards its limit.
public struct PlantedDrift: Hashable, Sendable {
    /// Which machine.
    public let machine: Slug
    /// Which signal.
    public let signal: Slug
    /// From when until when.
    public let range: TimeRange
    /// How far, in micrometres.
    public let micrometres: Int64
    /// Lower drawing limit in micrometres.
    public let lowerLimit: Int64
    /// Upper drawing limit in micrometres.
    public let upperLimit: Int64
}

extension FactoryTruth {
    /// The truth as canonical JSON: names sorted, times in RFC 3339, no fractions.
    public var json: [UInt8] { facts.canonicalBytes }

    /// The truth as the content of an event.
    public var facts: Fact {
        .object([
            "from": .text(range.start.rfc3339), "to": .text(range.end.rfc3339),
            "machines": .list(machines.map(\.facts)),
            "improvement": .object([
                "machine": .text(improvement.machine.text),
                "reason": .text(improvement.reason.text),
                "from": .text(improvement.from.rfc3339),
                "before_s_per_week": .whole(improvement.secondsPerWeekBefore),
                "after_s_per_week": .whole(improvement.secondsPerWeekAfter),
            ]),
            "drift": .object([
                "machine": .text(drift.machine.text), "signal": .text(drift.signal.text),
                "from": .text(drift.range.start.rfc3339), "to": .text(drift.range.end.rfc3339),
                "by_um": .whole(drift.micrometres), "lower_um": .whole(drift.lowerLimit),
                "upper_um": .whole(drift.upperLimit),
            ]),
        ])
    }
}

extension MachineTruth {
    fileprivate var facts: Fact {
        .object([
            "machine": .text(machine.text), "parts": .whole(parts), "scrap": .whole(scrap),
            "good": .whole(good), "watt_hours": .whole(wattHours),
            "unseen": .list(unseen.map(\.facts)),
            "episodes": .list(
                episodes.map { episode in
                    .object([
                        "state": .text(episode.state.code),
                        "from": .text(episode.range.start.rfc3339),
                        "to": .text(episode.range.end.rfc3339),
                        "reason": episode.reason.map { .text($0.text) } ?? .none,
                    ])
                }),
            "stops": .list(
                stops.map { stop in
                    .object([
                        "from": .text(stop.range.start.rfc3339),
                        "to": .text(stop.range.end.rfc3339), "fault": .flag(stop.isFault),
                        "reason": stop.reason.map { .text($0.text) } ?? .none,
                        "detail": .text(stop.detail),
                        "told": stop.told.map { .text($0.rfc3339) } ?? .none,
                    ])
                }),
        ])
    }
}

extension TimeRange {
    fileprivate var facts: Fact {
        .object(["from": .text(start.rfc3339), "to": .text(end.rfc3339)])
    }
}
