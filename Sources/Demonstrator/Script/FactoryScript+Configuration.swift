// The configuration of the made-up site as the events that a person's set-up would have made.

public import Plant
import Wire

extension FactoryScript {
    /// Port of the Modbus gateway when none is given.
    public static var usualModbusPort: Int { 5020 }

    /// Everything that configures the site: names, machines, signals, rules, calendar, rates.
    ///
    /// Signals have the numbers 1 and up in this order.
    /// `modbusPort` is where the live side's Modbus server listens on loopback. Jobs, reasons
    /// and the like are `happenings(in:)`.
    public func configuration(modbusPort: Int = usualModbusPort) -> [FactoryEvent] {
        var events: [FactoryEvent] = [
            .siteNamed(name: "Hollins Valves", zone: zone.name, currency: .gbp)
        ]
        events += MachineRoster.areas.map { .areaSet(id: $0.id, name: $0.name) }
        events += SiteReasons.all.map { .reasonSet($0) }
        events.append(.calendarSet(plan.version))
        events.append(
            .connectionSet(
                Connection(
                    id: FactoryScript.gateway, kind: "modbus-tcp",
                    settings: ["address": "127.0.0.1:" + String(modbusPort), "unit": "1"])))
        for machine in models.indices { events += configuration(machine) }
        let from = Timestamp(seconds: plan.start)
        events += [
            .rateSet(
                kind: .hourCost, rate: Rate(millionths: 46_000_000, currency: .gbp), from: from),
            .rateSet(
                kind: .hourAvoided, rate: Rate(millionths: 38_000_000, currency: .gbp), from: from),
            .rateSet(
                kind: .kilowattHour, rate: Rate(millionths: 270_000, currency: .gbp), from: from),
            .constraintSet(machine: models[MachineRoster.pressBrake].slug),
            .lineSet(
                ProductionLine(
                    id: Slug("turning"), name: "Turning",
                    machines: [
                        models[MachineRoster.saw].slug, models[MachineRoster.latheTwo].slug,
                    ])),
            .tariffSet(
                Tariff(
                    source: "a made-up contract",
                    rate: Rate(millionths: 270_000, currency: .gbp),
                    standing: Rate(millionths: 620_000, currency: .gbp),
                    bands: [
                        TariffBand(
                            name: "night", days: Set(Weekday.allCases),
                            hours: ClockSpan(from: 23 * 3600, to: 7 * 3600),
                            rate: Rate(millionths: 168_000, currency: .gbp))
                    ]), from: from),
        ]
        if let bore = signal(models[MachineRoster.latheOne].slug, Slug("bore-diameter")) {
            events.append(
                .characteristicSet(
                    Characteristic(signal: bore, lower: 25.0, upper: 25.021, subgroup: 1)))
        }
        return events
    }

    private func configuration(_ machine: Int) -> [FactoryEvent] {
        let model = models[machine]
        let from = Timestamp(seconds: plan.start)
        var events: [FactoryEvent] = [
            .machineAdded(id: model.slug, name: model.name, area: model.area)
        ]
        for (index, signal) in model.signals.enumerated() {
            let id = SignalID(firstSignal[machine] + UInt32(index))
            let source = FactoryScript.source(of: signal, in: model)
            events += [
                .signalAdded(
                    Signal(
                        id: id, name: signal.name, kind: signal.shape.kind, unit: signal.unit,
                        source: source)),
                .signalAssigned(id: id, machine: model.slug, slug: signal.slug, from: from),
            ]
        }
        if let rule = rule(machine) {
            events.append(.stateRuleSet(machine: model.slug, rule: rule, from: from))
        }
        if let counts = model.counts, let total = signal(model.slug, counts.total) {
            let scrap = counts.scrap.flatMap { signal(model.slug, $0) }
            events.append(
                .countRuleSet(machine: model.slug, rule: CountRule(total: total, scrap: scrap)))
        }
        if let energy = signal(model.slug, model.energy.signal) {
            let rule: EnergyRule = model.energy.isRegister ? .register(energy) : .power(energy)
            events.append(.energyRuleSet(machine: model.slug, rule: rule))
        }
        return events
    }

    private func rule(_ machine: Int) -> StateRule? {
        let model = models[machine]
        let fault = model.faultLight.flatMap { signal(model.slug, $0) }
        let source: StateSource
        switch model.state {
        case .level(let slug, let running, let idle):
            guard let level = signal(model.slug, slug) else { return nil }
            source = .level(level, running: running, idle: idle)
        case .spoken(let slug):
            guard let spoken = signal(model.slug, slug) else { return nil }
            let activities: [Activity] = [.off, .idle, .run, .setup, .fault]
            let isNumber = model.signals.contains {
                $0.slug == slug && $0.shape == .stateNumber
            }
            var meanings: [String: ObservedState] = [:]
            for activity in activities {
                meanings[isNumber ? String(activity.number) : activity.word] = activity.observed
            }
            source = .explicit(spoken, meanings: meanings)
        }
        return StateRule(
            source: source, fault: fault, runningDwell: model.runningDwell,
            stoppedDwell: model.stoppedDwell)
    }

    /// The one gateway behind which all polled machines stand, as in a small shop.
    static let gateway: Slug = Slug("shop-gateway")

    static func connection(of model: MachineModel) -> Slug {
        switch model.link {
        case .modbus: gateway
        case .lines: Slug("line-protocol")
        }
    }

    static func source(of signal: SignalModel, in model: MachineModel) -> SignalSource {
        let connection = connection(of: model)
        guard let place = signal.place else {
            return SignalSource(
                connection: connection, address: MachineLines.address(signal, of: model))
        }
        let address = place.table.rawValue + ":" + String(place.offset)
        var options: [String: String] = [:]
        if case .modbus(let unit) = model.link { options["device"] = String(unit) }
        guard !place.table.holdsBits else {
            return SignalSource(connection: connection, address: address, options: options)
        }
        options["type"] = place.typeName
        if place.order != .abcd { options["order"] = place.order.rawValue }
        if place.scale != 1 { options["scale"] = String(place.scale) }
        return SignalSource(connection: connection, address: address, options: options)
    }
}
