// The current configuration: a fold over the journal's events, nothing else.

/// The site as configured at one point of the journal.
public struct Factory: Hashable, Sendable {
    /// The site's name; empty until it is given.
    public var name = ""
    /// IANA zone name.
    public var zone = "Europe/London"
    /// The site's currency.
    public var currency = Currency.gbp
    /// Areas by id.
    public var areas: [Slug: String] = [:]
    /// Machines by id.
    public var machines: [Slug: Machine] = [:]
    /// Connections by id.
    public var connections: [Slug: Connection] = [:]
    /// Signals by number.
    public var signals: [SignalID: Signal] = [:]
    /// Reasons by id.
    public var reasons: [Slug: StopReason] = [:]
    /// Reasons that are no longer offered.
    public var retiredReasons: Set<Slug> = []
    /// Calendar versions in the order they were given.
    public var calendarVersions: [CalendarVersion] = []
    /// Rates of the site, oldest first.
    public var rates: [RateKind: [Dated<Rate>]] = [:]
    /// The machine whose hour limits the whole factory, nil while unanswered.
    public var constraint: Slug?
    /// Lines by id.
    public var lines: [Slug: ProductionLine] = [:]
    /// What is watched about parts, by signal.
    public var characteristics: [SignalID: Characteristic] = [:]
    /// Products with their versions, oldest first.
    public var products: [Slug: [Dated<Product>]] = [:]
    /// Products that are no longer offered.
    public var retiredProducts: Set<Slug> = []
    /// Jobs that were put on the list, by their names.
    public var plannedJobs: [String: PlannedJob] = [:]
    /// Jobs that are finished.
    public var closedJobs: Set<String> = []
    /// Check lists by id.
    public var checkLists: [Slug: CheckList] = [:]
    /// What electricity costs, oldest first.
    public var tariffs: [Dated<Tariff>] = []
    /// What a kWh weighs, by year; what the site gave goes before what is known.
    public var carbonFactors: [Int: CarbonFactor] = Dictionary(
        uniqueKeysWithValues: CarbonFactor.unitedKingdom.map { ($0.year, $0) })

    /// An empty site.
    public init() {}

    /// Machines in use, by name then id.
    public var activeMachines: [Machine] {
        machines.values.filter { !$0.isRetired }
            .sorted { ($0.name, $0.id.text) < ($1.name, $1.id.text) }
    }

    /// Signals of a machine, by number.
    public func signals(of machine: Slug) -> [Signal] {
        signals.values.filter { $0.machine == machine }.sorted { $0.id < $1.id }
    }

    /// A signal by its outside name `machine/signal`.
    public func signal(_ machine: Slug, _ slug: Slug) -> Signal? {
        signals.values.first { $0.machine == machine && $0.slug == slug }
    }

    /// The signal of a source, which is how an arriving value finds its number.
    public func signal(connection: Slug, address: String) -> Signal? {
        signals.values.first {
            $0.source.connection == connection && $0.source.address == address
        }
    }

    /// The rate in force at a time, nil when none was given.
    public func rate(_ kind: RateKind, at time: Timestamp) -> Rate? {
        rates[kind]?.last { $0.from <= time }?.value
    }

    /// The tariff in force at a time: what was given, else the flat price of a kWh.
    public func tariff(at time: Timestamp) -> Tariff? {
        if let tariff = tariffs.last(where: { $0.from <= time })?.value { return tariff }
        return rate(.kilowattHour, at: time).map {
            Tariff(source: "what the site gave as its price", rate: $0)
        }
    }

    /// The factor of a year, else the newest one before it; nil before the first.
    public func carbonFactor(year: Int) -> CarbonFactor? {
        carbonFactors.values.filter { $0.year <= year }.max { $0.year < $1.year }
    }

    /// Products that are offered as they hold at a time, by name.
    public func products(at time: Timestamp) -> [Product] {
        products.filter { !retiredProducts.contains($0.key) }
            .compactMap { $0.value.last { $0.from <= time }?.value }
            .sorted { ($0.name, $0.id.text) < ($1.name, $1.id.text) }
    }

    /// The product of a name as it holds at a time; nil when there is none.
    public func product(named name: String, at time: Timestamp) -> Product? {
        let wanted = name.lowercased()
        return products(at: time).first { $0.name.lowercased() == wanted || $0.id.text == wanted }
    }

    /// Jobs on the list that are not finished: those that are due first, then by name.
    public var openJobs: [PlannedJob] {
        plannedJobs.values.filter { !closedJobs.contains($0.job) }.sorted {
            ($0.due?.dayNumber ?? .max, $0.job) < ($1.due?.dayNumber ?? .max, $1.job)
        }
    }

    /// The calendar in the site's zone, whose rules are passed in.
    public func calendar(zone: ZoneRules) -> ShiftCalendar {
        ShiftCalendar(zone: zone, versions: calendarVersions)
    }

    /// The number the next signal gets.
    public var nextSignalID: SignalID {
        SignalID((signals.keys.map(\.number).max() ?? 0) + 1)
    }

    /// Applies one event of the journal; events that do not configure anything change nothing.
    ///
    /// `recorded` is the time at which the journal stored it.
    public mutating func apply(_ event: FactoryEvent, recorded: Timestamp) {
        switch event {
        case .siteNamed(let name, let zone, let currency):
            self.name = name
            self.zone = zone
            self.currency = currency
        case .areaSet(let id, let name): areas[id] = name
        case .machineAdded(let id, let name, let area):
            if machines[id] == nil {
                machines[id] = Machine(id: id, name: name, area: area, addedAt: recorded)
            }
        case .machineChanged(let id, let name, let area):
            machines[id]?.name = name
            machines[id]?.area = area
        case .machineRetired(let id, let isRetired): machines[id]?.isRetired = isRetired
        case .connectionSet(let connection): connections[connection.id] = connection
        case .connectionRemoved(let id): connections[id] = nil
        case .signalAdded(let signal): add(signal)
        case .signalAssigned(let id, let machine, let slug, let from):
            signals[id]?.machine = machine
            signals[id]?.slug = slug
            signals[id]?.assignedFrom = from
        case .signalChanged(let id, let name, let unit, let source):
            signals[id]?.name = name
            signals[id]?.unit = unit
            signals[id]?.source = source
        case .signalRetired(let id, let isRetired): signals[id]?.isRetired = isRetired
        case .stateRuleSet(let machine, let rule, let from):
            machines[machine]?.stateRules.removeAll { $0.from >= from }
            machines[machine]?.stateRules.append(Dated(from: from, value: rule))
        case .countRuleSet(let machine, let rule): machines[machine]?.counts = rule
        case .energyRuleSet(let machine, let rule): machines[machine]?.energy = rule
        case .reasonSet(let reason):
            reasons[reason.id] = reason
            retiredReasons.remove(reason.id)
        case .reasonRetired(let id): retiredReasons.insert(id)
        case .calendarSet(let version):
            calendarVersions.removeAll { $0.validFrom == version.validFrom }
            calendarVersions.append(version)
        case .rateSet(let kind, let rate, let from):
            rates[kind, default: []].removeAll { $0.from >= from }
            rates[kind, default: []].append(Dated(from: from, value: rate))
        case .constraintSet(let machine): constraint = machine
        case .lineSet(let line): lines[line.id] = line.machines.isEmpty ? nil : line
        case .tariffSet(let tariff, let from):
            tariffs.removeAll { $0.from >= from }
            tariffs.append(Dated(from: from, value: tariff))
        case .characteristicSet(let watched):
            characteristics[watched.signal] = watched.subgroup == 0 ? nil : watched
        case .carbonFactorSet(let factor): carbonFactors[factor.year] = factor
        case .productSet, .productRetired, .jobPlanned, .jobClosed, .checkListSet:
            applyWork(event)
        case .helpCalled, .stateTold, .stopCut, .stopNoted, .checkAnswered, .documentAttached: break
        case .jobStarted, .jobEnded, .stopReason, .periodMarked, .countBooked, .problemSeen,
            .shiftClosed, .importStarted, .importDone, .importUndone, .boot, .clockStep,
            .samplesDropped, .stateCorrected, .oddExplained, .personSet, .personEnded, .accessNoted,
            .other:
            break
        }
    }

    /// Applies what is said about products, the list of jobs and what is checked.
    private mutating func applyWork(_ event: FactoryEvent) {
        switch event {
        case .productSet(let product, let from):
            products[product.id, default: []].removeAll { $0.from >= from }
            products[product.id, default: []].append(Dated(from: from, value: product))
            retiredProducts.remove(product.id)
        case .productRetired(let id, let isRetired):
            if isRetired { retiredProducts.insert(id) } else { retiredProducts.remove(id) }
        case .jobPlanned(let job):
            plannedJobs[job.job] = job
            closedJobs.remove(job.job)
        case .jobClosed(let job, let isClosed):
            if isClosed { closedJobs.insert(job) } else { closedJobs.remove(job) }
        case .checkListSet(let list): checkLists[list.id] = list.steps.isEmpty ? nil : list
        default: break
        }
    }

    private mutating func add(_ signal: Signal) {
        guard signals[signal.id] == nil else { return }
        signals[signal.id] = signal
    }
}
