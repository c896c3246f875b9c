// A site as it is, put back into the words of factory.toml.

public import Plant

extension FactoryDescription {
    /// The description of a site, with machines in use only.
    public init(_ factory: Factory, at time: Timestamp) {
        self.init()
        name = factory.name
        zone = factory.zone
        currency = factory.currency
        for kind in RateKind.allCases { rates[kind] = factory.rate(kind, at: time) }
        constraint = factory.constraint
        areas = factory.areas
        connections = factory.connections.values.sorted { $0.id < $1.id }
        reasons = factory.reasons.values.filter { !factory.retiredReasons.contains($0.id) }
            .sorted { $0.id < $1.id }
        calendar = factory.calendarVersions.max { $0.validFrom < $1.validFrom }
        lines = factory.lines.values.sorted { $0.id < $1.id }
        tariff = factory.tariffs.last { $0.from <= time }?.value
        carbonFactors = factory.carbonFactors.values
            .filter { !CarbonFactor.unitedKingdom.contains($0) }.sorted { $0.year < $1.year }
        machines = factory.activeMachines.map { FactoryDescription.describe($0, factory) }
    }

    private static func describe(_ machine: Machine, _ factory: Factory) -> DescribedMachine {
        func slug(_ id: SignalID) -> Slug? { factory.signals[id]?.slug }
        var described = DescribedMachine(
            id: machine.id, name: machine.name, area: machine.area, signals: [], state: nil,
            counts: nil, energy: nil)
        for signal in factory.signals(of: machine.id) where !signal.isRetired {
            guard let slug = signal.slug else { continue }
            described.signals.append(
                DescribedSignal(
                    slug: slug, name: signal.name, kind: signal.kind, unit: signal.unit,
                    source: signal.source))
        }
        if let rule = machine.stateRules.last?.value {
            described.state = describe(rule, slug: slug)
        }
        if let counts = machine.counts, let total = slug(counts.total) {
            described.counts = (total, counts.scrap.flatMap(slug), counts.bits)
        }
        if let energy = machine.energy, let signal = slug(energy.signal) {
            if case .register = energy {
                described.energy = (signal, true)
            } else {
                described.energy = (signal, false)
            }
        }
        return described
    }

    private static func describe(
        _ rule: StateRule, slug: (SignalID) -> Slug?
    ) -> DescribedState? {
        var running: Threshold?
        var idle: Threshold?
        var meanings: [String: ObservedState] = [:]
        let id: SignalID
        switch rule.source {
        case .explicit(let signal, let words):
            id = signal
            meanings = words
        case .level(let signal, let upper, let lower):
            id = signal
            running = upper
            idle = lower
        }
        guard let signal = slug(id) else { return nil }
        return DescribedState(
            signal: signal, running: running, idle: idle, meanings: meanings,
            fault: rule.fault.flatMap(slug), runningDwell: rule.runningDwell,
            stoppedDwell: rule.stoppedDwell, staleAfter: rule.staleAfter, holds: rule.link != nil)
    }
}
