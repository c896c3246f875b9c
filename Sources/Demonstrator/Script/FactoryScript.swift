// The made-up factory: a pure function of seed, now and zone that everything is read from.

public import Plant

/// A factory of eight machines with known truth, made from a seed; never mixed with real data.
///
/// The same seed, now and zone give the same bits. History is the 42 days before `now`; the same
/// course goes on after it. Timelines are made when they are asked for and kept in a bounded store.
public struct FactoryScript: Sendable {
    /// What everything random comes from.
    public let seed: UInt64
    /// Where history ends and the live course begins.
    public let now: Timestamp
    /// Rules of the site's zone.
    public let zone: ZoneRules
    /// The stretch of history: the 42 days before `now`, begun at a multiple of 10 s.
    public var historyRange: TimeRange {
        TimeRange(start: Timestamp(seconds: plan.start), end: now)
    }

    /// The first instant of history.
    public var historyStart: Timestamp { Timestamp(seconds: plan.start) }

    let plan: StoryPlan
    let models: [MachineModel]
    let store: TimelineStore
    /// Number of each machine's first signal.
    let firstSignal: [UInt32]

    /// A factory from a seed, as it is at `now` in a zone.
    public init(seed: UInt64, now: Timestamp, zone: ZoneRules) {
        self.seed = seed
        self.now = now
        self.zone = zone
        plan = StoryPlan(seed: seed, now: now, zone: zone)
        models = MachineRoster.all()
        store = TimelineStore(plan: plan, models: models)
        var numbers: [UInt32] = []
        var next: UInt32 = 1
        for model in models {
            numbers.append(next)
            next += UInt32(model.signals.count)
        }
        firstSignal = numbers
    }

    /// Ids of the machines, in the order of their signals.
    public var machines: [Slug] { models.map(\.slug) }

    /// Machines that send lines instead of being polled.
    public var lineMachines: [Slug] { models.filter { $0.link == .lines }.map(\.slug) }

    /// The number of a machine's signal, nil when there is no such signal.
    public func signal(_ machine: Slug, _ slug: Slug) -> SignalID? {
        guard let place = place(of: machine),
            let index = models[place].signals.firstIndex(where: { $0.slug == slug })
        else { return nil }
        return SignalID(firstSignal[place] + UInt32(index))
    }

    func place(of machine: Slug) -> Int? { models.firstIndex { $0.slug == machine } }

    func reader(_ machine: Int, at second: Int64) -> SignalReader {
        SignalReader(
            model: models[machine], machine: machine, plan: plan,
            timeline: store.timeline(machine: machine, at: second))
    }
}

/// The value of one signal at an instant.
public struct SignalReading: Hashable, Sendable {
    /// Which signal.
    public let signal: SignalID
    /// What it shows.
    public let value: Scalar

    /// A reading.
    public init(signal: SignalID, value: Scalar) {
        self.signal = signal
        self.value = value
    }
}

extension FactoryScript {
    /// What a machine's signals show at an instant, in order of their numbers; empty for a
    /// machine that does not exist.
    ///
    /// Values change on whole seconds. Equal to what history holds for the same second.
    public func reading(_ machine: Slug, at time: Timestamp) -> [SignalReading] {
        guard let place = place(of: machine) else { return [] }
        let second = time.secondsSince1970
        let reader = reader(place, at: second)
        return models[place].signals.indices.map { index in
            SignalReading(
                signal: SignalID(firstSignal[place] + UInt32(index)),
                value: reader.value(index, at: second))
        }
    }
}
