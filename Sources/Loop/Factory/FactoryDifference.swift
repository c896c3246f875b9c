// From a site as it is to a site as described: the events that lead there, and their words.

public import Plant

/// The difference between a site and a description of it.
public struct FactoryDifference: Sendable, Hashable {
    /// Events in the order in which they must be said.
    public private(set) var events: [FactoryEvent] = []
    /// One sentence for each event, for people.
    public private(set) var words: [String] = []

    /// What must be said so that `factory` becomes what `description` says.
    ///
    /// Things that the description leaves out stay as they are; rates and state rules hold from
    /// `now` on, or from the beginning where the machine is new. Throws the first reference to
    /// something that does not exist, as a sentence with its remedy.
    public init(
        from factory: Factory, to description: FactoryDescription, now: Timestamp
    ) throws(RefusedEvent) {
        addSite(factory, description, now)
        addSimple(factory, description)
        var next = factory.nextSignalID.number
        for machine in description.machines {
            try add(machine, factory, description, now: now, next: &next)
        }
        try check(description, factory)
        addMoney(factory, description, now)
        if let constraint = description.constraint, constraint != factory.constraint {
            add(.constraintSet(machine: constraint), "\(constraint) limits the whole factory")
        }
    }

    /// Whether nothing needs to be said.
    public var isEmpty: Bool { events.isEmpty }

    private mutating func add(_ event: FactoryEvent, _ words: String) {
        events.append(event)
        self.words.append(words)
    }

    private mutating func addSite(
        _ factory: Factory, _ description: FactoryDescription, _ now: Timestamp
    ) {
        let name = description.name ?? factory.name
        let zone = description.zone ?? factory.zone
        let currency = description.currency ?? factory.currency
        if name != factory.name || zone != factory.zone || currency != factory.currency {
            add(
                .siteNamed(name: name, zone: zone, currency: currency),
                "site: \(name), \(zone), \(currency.code)")
        }
        for (kind, rate) in description.rates.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where factory.rate(kind, at: now) != rate {
            let from = factory.rates[kind] == nil ? Timestamp(seconds: 0) : now
            add(
                .rateSet(kind: kind, rate: rate, from: from),
                "rate \(kind.rawValue): \(rate.text) \(rate.currency.code)")
        }
    }

    /// Lines, prices and factors; machines of a line are known or described here.
    private mutating func addMoney(
        _ factory: Factory, _ description: FactoryDescription, _ now: Timestamp
    ) {
        for line in description.lines where factory.lines[line.id] != line {
            add(
                .lineSet(line),
                "line \(line.id): " + line.machines.map(\.text).joined(separator: ", "))
        }
        if let tariff = description.tariff,
            factory.tariffs.last(where: { $0.from <= now })?.value != tariff
        {
            let from = factory.tariffs.isEmpty ? Timestamp(seconds: 0) : now
            add(.tariffSet(tariff, from: from), "tariff by \(tariff.source)")
        }
        for factor in description.carbonFactors
        where factory.carbonFactors[factor.year] != factor {
            add(.carbonFactorSet(factor), "carbon factor of \(factor.year)")
        }
    }

    private mutating func addSimple(_ factory: Factory, _ description: FactoryDescription) {
        for (id, name) in description.areas.sorted(by: { $0.key < $1.key })
        where factory.areas[id] != name {
            // A machine may name its area by id; that gives a known one no other name.
            if name == id.text, factory.areas[id] != nil { continue }
            add(.areaSet(id: id, name: name), "area \(id): \(name)")
        }
        for connection in description.connections
        where factory.connections[connection.id] != connection {
            add(.connectionSet(connection), "connection \(connection.id): \(connection.kind)")
        }
        for reason in description.reasons where factory.reasons[reason.id] != reason {
            add(.reasonSet(reason), "reason \(reason.id): \(reason.name)")
        }
        if let calendar = description.calendar, !factory.calendarVersions.contains(calendar) {
            add(
                .calendarSet(calendar),
                "\(calendar.shifts.count) shifts from \(calendar.validFrom.text)")
        }
    }

    private mutating func add(
        _ machine: DescribedMachine, _ factory: Factory, _ description: FactoryDescription,
        now: Timestamp, next: inout UInt32
    ) throws(RefusedEvent) {
        let known = factory.machines[machine.id]
        if let known {
            if known.name != machine.name || known.area != machine.area {
                add(
                    .machineChanged(id: machine.id, name: machine.name, area: machine.area),
                    "machine \(machine.id): \(machine.name)")
            }
            if known.isRetired {
                add(.machineRetired(id: machine.id, isRetired: false), "\(machine.id) is back")
            }
        } else {
            add(
                .machineAdded(id: machine.id, name: machine.name, area: machine.area),
                "new machine \(machine.id): \(machine.name)")
        }
        var numbers: [Slug: SignalID] = [:]
        for signal in machine.signals {
            numbers[signal.slug] = try add(
                signal, of: machine.id, factory, description, now: now, next: &next)
        }
        for signal in factory.signals(of: machine.id) {
            if let slug = signal.slug, numbers[slug] == nil { numbers[slug] = signal.id }
        }
        try addRules(
            of: machine, known: known, numbers: numbers, factory, now: now, next: &next)
    }

    private mutating func add(
        _ signal: DescribedSignal, of machine: Slug, _ factory: Factory,
        _ description: FactoryDescription, now: Timestamp, next: inout UInt32
    ) throws(RefusedEvent) -> SignalID {
        let connection = signal.source.connection
        let isBuiltIn = BuiltInConnection.all.contains(connection)
        guard
            isBuiltIn || factory.connections[connection] != nil
                || description.connections.contains(where: { $0.id == connection })
        else {
            throw RefusedEvent(
                field: "\(machine)/\(signal.slug)", says: "There is no connection `\(connection)`.",
                remedy: "Add a [[connection]] with that id, or correct the signal.")
        }
        let full = "\(machine)/\(signal.slug)"
        if let known = factory.signal(machine, signal.slug) {
            guard known.kind == signal.kind else {
                throw RefusedEvent(
                    field: full,
                    says:
                        "Its values are of kind \(known.kind.word) for ever, not \(signal.kind.word).",
                    remedy: "Give the new signal another id; the old one's history stays.")
            }
            let source = FactoryDifference.source(of: signal, known)
            if known.name != signal.name || known.unit != signal.unit || known.source != source {
                add(
                    .signalChanged(
                        id: known.id, name: signal.name, unit: signal.unit, source: source),
                    "signal \(full): \(signal.source.address)")
            }
            return known.id
        }
        // A series that arrived by itself already has a number: it is assigned, history and all.
        if let known = factory.signal(connection: connection, address: signal.source.address),
            known.machine == nil, known.kind == signal.kind
        {
            add(
                .signalAssigned(
                    id: known.id, machine: machine, slug: signal.slug, from: Timestamp(seconds: 0)),
                "signal \(full): \(signal.source.address), with its history")
            if known.name != signal.name || known.unit != signal.unit {
                add(
                    .signalChanged(
                        id: known.id, name: signal.name, unit: signal.unit, source: known.source),
                    "signal \(full): \(signal.name)")
            }
            return known.id
        }
        let id = SignalID(next)
        next += 1
        add(
            .signalAdded(
                Signal(
                    id: id, name: signal.name, kind: signal.kind, unit: signal.unit,
                    source: signal.source)),
            "new signal \(full): \(signal.source.address)")
        add(
            .signalAssigned(
                id: id, machine: machine, slug: signal.slug, from: Timestamp(seconds: 0)),
            "signal \(full) belongs to \(machine)")
        return id
    }

    /// The source that is described; a series that arrived by itself keeps the tags it came with.
    private static func source(of signal: DescribedSignal, _ known: Signal) -> SignalSource {
        let isSame =
            known.source.connection == signal.source.connection
            && known.source.address == signal.source.address
        let isBuiltIn = BuiltInConnection.all.contains(signal.source.connection)
        return isSame && isBuiltIn && signal.source.options.isEmpty ? known.source : signal.source
    }

    /// The signal that says whether the connection of a machine's state signal is up.
    private mutating func link(
        of machine: DescribedMachine, signal: Slug, _ factory: Factory, _ next: inout UInt32
    ) -> SignalID? {
        guard
            let source = machine.signals.first(where: { $0.slug == signal })?.source
                ?? factory.signal(machine.id, signal)?.source
        else { return nil }
        let address = source.connection.text
        if let known = factory.signal(connection: BuiltInConnection.link, address: address) {
            return known.id
        }
        for case .signalAdded(let signal) in events
        where signal.source.connection == BuiltInConnection.link
            && signal.source.address == address
        {
            return signal.id
        }
        let id = SignalID(next)
        next += 1
        let added = Signal(
            id: id, name: "link of " + address, kind: .flag, unit: "",
            source: SignalSource(connection: BuiltInConnection.link, address: address))
        add(.signalAdded(added), "new signal: whether \(address) is up")
        return id
    }

    /// Refuses references to areas and machines that do not exist.
    private func check(
        _ description: FactoryDescription, _ factory: Factory
    ) throws(RefusedEvent) {
        for machine in description.machines {
            guard let area = machine.area else { continue }
            guard factory.areas[area] != nil || description.areas[area] != nil else {
                throw RefusedEvent(
                    field: machine.id.text, says: "There is no area `\(area)`.",
                    remedy: "Add an [[area]] with that id and a name.")
            }
        }
        for line in description.lines {
            for machine in line.machines + [line.bottleneck].compactMap(\.self)
            where factory.machines[machine] == nil
                && !description.machines.contains(where: { $0.id == machine })
            {
                throw RefusedEvent(
                    field: line.id.text, says: "There is no machine `\(machine)`.",
                    remedy: "Name machines of this file or of the site in the line.")
            }
        }
        guard let constraint = description.constraint else { return }
        guard
            factory.machines[constraint] != nil
                || description.machines.contains(where: { $0.id == constraint })
        else {
            throw RefusedEvent(
                field: "site.constraint", says: "There is no machine `\(constraint)`.",
                remedy: "Write the id of a [[machine]].")
        }
    }

    private mutating func addRules(
        of machine: DescribedMachine, known: Machine?, numbers: [Slug: SignalID],
        _ factory: Factory, now: Timestamp, next: inout UInt32
    ) throws(RefusedEvent) {
        func number(_ slug: Slug) throws(RefusedEvent) -> SignalID {
            guard let number = numbers[slug] else {
                let nearest = NearestWord.find(slug.text, among: numbers.keys.map(\.text))
                throw RefusedEvent(
                    field: machine.id.text, says: "It has no signal `\(slug)`.",
                    remedy: nearest.map { "Did you mean `\($0)`?" }
                        ?? "Add a [[machine.signal]] with that id.")
            }
            return number
        }
        if let state = machine.state {
            let signal = try number(state.signal)
            let source: StateSource =
                state.running.map { .level(signal, running: $0, idle: state.idle) }
                ?? .explicit(signal, meanings: state.meanings)
            var fault: SignalID?
            if let slug = state.fault { fault = try number(slug) }
            // Limits that were learnt stay learnt limits when the file says the same ones.
            let old = known?.stateRules.last?.value
            let rule = StateRule(
                source: source, fault: fault, runningDwell: state.runningDwell,
                stoppedDwell: state.stoppedDwell, staleAfter: state.staleAfter,
                link: state.holds ? link(of: machine, signal: state.signal, factory, &next) : nil,
                confidence: old?.source == source ? old?.confidence : nil)
            if old != rule {
                let from = known?.stateRules.isEmpty ?? true ? Timestamp(seconds: 0) : now
                add(
                    .stateRuleSet(machine: machine.id, rule: rule, from: from),
                    "\(machine.id): its state is seen by \(state.signal)")
            }
        }
        if let counts = machine.counts {
            var scrap: SignalID?
            if let slug = counts.scrap { scrap = try number(slug) }
            let rule = CountRule(total: try number(counts.total), scrap: scrap, bits: counts.bits)
            if known?.counts != rule {
                add(
                    .countRuleSet(machine: machine.id, rule: rule),
                    "\(machine.id): its parts are counted by \(counts.total)")
            }
        }
        if let energy = machine.energy {
            let signal = try number(energy.signal)
            let rule: EnergyRule = energy.isRegister ? .register(signal) : .power(signal)
            if known?.energy != rule {
                add(
                    .energyRuleSet(machine: machine.id, rule: rule),
                    "\(machine.id): its power is measured by \(energy.signal)")
            }
        }
    }
}

/// Connections that need no setting up.
public enum BuiltInConnection {
    /// Series sent by programs in line protocol.
    public static let lineProtocol: Slug = Slug("line-protocol")
    /// Series from files.
    public static let imported: Slug = Slug("import")
    /// The state of connections themselves.
    public static let link: Slug = Slug("link")
    /// Measurements that people enter.
    public static let hand: Slug = Slug("hand")
    /// All of them.
    public static let all: Set<Slug> = [lineProtocol, imported, link, hand]
}

/// An entry that cannot be taken, in words.
public struct RefusedEvent: Error, Sendable, Hashable {
    /// What it is about.
    public let field: String
    /// What is wrong.
    public let says: String
    /// What to do.
    public let remedy: String

    /// A refusal.
    public init(field: String, says: String, remedy: String) {
        self.field = field
        self.says = says
        self.remedy = remedy
    }
}
