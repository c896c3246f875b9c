// Reads an event back from its kind and content; members it does not know are left aside.

extension FactoryEvent {
    /// An event from its stored form; a kind this version does not know is kept as `.other`.
    ///
    /// Throws when the content is not that of its kind, naming the member.
    public init(kind: String, facts: Fact) throws(EventFactError) {
        guard FactoryEvent.knownKinds.contains(kind) else {
            self = .other(kind: kind, facts: facts)
            return
        }
        let fields = try FactFields(kind: kind, facts: facts)
        if let event = try FactoryEvent.setUp(fields) {
            self = event
        } else if let event = try FactoryEvent.rule(fields) {
            self = event
        } else if let event = try FactoryEvent.said(fields) {
            self = event
        } else if let event = try FactoryEvent.work(fields) {
            self = event
        } else if let event = try FactoryEvent.box(fields) {
            self = event
        } else {
            throw EventFactError(kind: kind, field: "", expected: "of a kind that can be read")
        }
    }

    /// Kinds that are read into cases of their own, from `area.set` to `stop.reason`.
    public static let knownKinds: Set<String> = configuringKinds.union(workSaidKinds).union([
        "job.started", "job.ended", "stop.reason", "period.marked", "count.booked",
        "problem.seen", "shift.closed", "shift.revised", "import.started", "import.done",
        "import.undone", "boot", "clock.step", "samples.dropped", "state.corrected",
        "odd.explained", "person.set", "person.ended", "access.noted",
    ])

    /// Kinds that change the configuration: those that `Factory.apply` looks at.
    public static let configuringKinds: Set<String> = workConfiguringKinds.union([
        "site.named", "area.set", "machine.added", "machine.changed", "machine.retired",
        "connection.set", "connection.removed", "signal.added", "signal.assigned",
        "signal.changed", "signal.retired", "state.rule", "count.rule", "energy.rule",
        "reason.set", "reason.retired", "calendar.set", "rate.set", "constraint.set",
        "line.set", "tariff.set", "carbon.set", "characteristic.set",
    ])

    private static func setUp(_ fields: FactFields) throws(EventFactError) -> FactoryEvent? {
        switch fields.kind {
        case "site.named":
            .siteNamed(
                name: try fields.text("name"), zone: try fields.text("zone"),
                currency: try fields.currency("currency"))
        case "area.set": .areaSet(id: try fields.slug("id"), name: try fields.text("name"))
        case "machine.added":
            .machineAdded(
                id: try fields.slug("id"), name: try fields.text("name"),
                area: try fields.optionalSlug("area"))
        case "machine.changed":
            .machineChanged(
                id: try fields.slug("id"), name: try fields.text("name"),
                area: try fields.optionalSlug("area"))
        case "machine.retired":
            .machineRetired(id: try fields.slug("id"), isRetired: try fields.flag("retired"))
        case "connection.set":
            .connectionSet(
                Connection(
                    id: try fields.slug("id"), kind: try fields.text("kind"),
                    settings: try fields.namedTexts("settings")))
        case "connection.removed": .connectionRemoved(id: try fields.slug("id"))
        case "signal.added": .signalAdded(try Signal(fields))
        case "signal.assigned":
            .signalAssigned(
                id: try fields.signal("id"), machine: try fields.slug("machine"),
                slug: try fields.slug("slug"), from: try fields.time("from"))
        case "signal.changed":
            .signalChanged(
                id: try fields.signal("id"), name: try fields.text("name"),
                unit: try fields.text("unit"),
                source: try SignalSource(try fields.fields("source")))
        case "signal.retired":
            .signalRetired(id: try fields.signal("id"), isRetired: try fields.flag("retired"))
        default: nil
        }
    }

    private static func rule(_ fields: FactFields) throws(EventFactError) -> FactoryEvent? {
        switch fields.kind {
        case "state.rule":
            .stateRuleSet(
                machine: try fields.slug("machine"),
                rule: try StateRule(try fields.fields("rule")), from: try fields.time("from"))
        case "count.rule":
            .countRuleSet(
                machine: try fields.slug("machine"), rule: try CountRule.read(fields, "rule"))
        case "energy.rule":
            .energyRuleSet(
                machine: try fields.slug("machine"), rule: try EnergyRule.read(fields, "rule"))
        case "reason.set":
            .reasonSet(
                StopReason(
                    id: try fields.slug("id"), name: try fields.text("name"),
                    loss: try fields.word("loss", of: LossKind.self),
                    details: try fields.texts("details"),
                    names: fields.optional("names") == nil ? [:] : try fields.namedTexts("names"),
                    place: try fields.optionalWhole("place")))
        case "reason.retired": .reasonRetired(id: try fields.slug("id"))
        case "calendar.set": .calendarSet(try CalendarVersion(fields))
        case "rate.set":
            .rateSet(
                kind: try fields.word("kind", of: RateKind.self),
                rate: Rate(
                    millionths: try fields.wholeText("millionths"),
                    currency: try fields.currency("currency")),
                from: try fields.time("from"))
        case "constraint.set": .constraintSet(machine: try fields.optionalSlug("machine"))
        case "line.set": .lineSet(try ProductionLine(fields))
        case "tariff.set":
            .tariffSet(try Tariff(try fields.fields("tariff")), from: try fields.time("from"))
        case "carbon.set": .carbonFactorSet(try CarbonFactor(fields))
        case "characteristic.set": .characteristicSet(try Characteristic(fields))
        default: nil
        }
    }

    private static func said(_ fields: FactFields) throws(EventFactError) -> FactoryEvent? {
        switch fields.kind {
        case "job.started":
            .jobStarted(
                machine: try fields.slug("machine"), at: try fields.time("at"),
                job: try fields.text("job"), product: try fields.text("product"),
                idealPerPart: try fields.optionalElapsed("ideal_per_part_ns"),
                isEstimate: try fields.flag("estimate"),
                plannedParts: try fields.optionalWhole("planned_parts"))
        case "job.ended":
            .jobEnded(machine: try fields.slug("machine"), at: try fields.time("at"))
        case "problem.seen":
            .problemSeen(machine: try fields.slug("machine"), at: try fields.time("at"))
        case "stop.reason":
            .stopReason(
                machine: try fields.slug("machine"), at: try fields.time("at"),
                reason: try fields.slug("reason"), detail: try fields.text("detail"))
        case "period.marked":
            .periodMarked(
                machine: try fields.slug("machine"), range: try fields.range(),
                kind: try MarkKind.read(fields), reason: try fields.optionalSlug("reason"))
        case "state.corrected":
            .stateCorrected(
                machine: try fields.slug("machine"), range: try fields.range(),
                state: try ObservedState.read(fields, "state"))
        case "odd.explained":
            .oddExplained(
                machine: try fields.slug("machine"), signal: try fields.optionalSignal("signal"),
                at: try fields.time("at"), note: try fields.text("note"))
        case "count.booked":
            .countBooked(
                machine: try fields.slug("machine"), range: try fields.range(),
                good: try fields.whole("good"), scrap: try fields.whole("scrap"),
                rework: try fields.whole("rework"), cause: try fields.text("cause"))
        default: nil
        }
    }

    private static func box(_ fields: FactFields) throws(EventFactError) -> FactoryEvent? {
        switch fields.kind {
        case "shift.closed", "shift.revised":
            .shiftClosed(
                machine: try fields.slug("machine"), shift: try fields.text("shift"),
                revision: try fields.whole("revision"),
                facts: fields.members["elements"] ?? .none)
        case "import.started":
            .importStarted(
                number: try fields.number("number"), file: try fields.text("file"),
                sha256: try fields.text("sha256"))
        case "import.done":
            .importDone(
                number: try fields.number("number"), taken: try fields.whole("taken"),
                refused: try fields.whole("refused"))
        case "import.undone": .importUndone(number: try fields.number("number"))
        case "person.set":
            .personSet(
                id: try fields.slug("id"), name: try fields.text("name"),
                role: try Role.read(fields))
        case "person.ended": .personEnded(id: try fields.slug("id"))
        case "access.noted":
            .accessNoted(
                AccessNote(
                    act: try fields.text("act"), object: try fields.text("object"),
                    address: try fields.text("address"), outcome: try fields.text("outcome")))
        case "boot":
            .boot(
                id: try fields.text("id"), wall: try fields.time("wall"),
                monotonic: try fields.elapsed("monotonic_ns"))
        case "clock.step":
            .clockStep(at: try fields.time("at"), by: try fields.elapsed("by_ns"))
        case "samples.dropped":
            .samplesDropped(
                stage: try fields.text("stage"), reason: try fields.text("reason"),
                count: try fields.whole("count"))
        default: nil
        }
    }
}

extension Role {
    fileprivate static func read(_ fields: FactFields) throws(EventFactError) -> Role {
        guard let role = Role(rawValue: try fields.text("role")) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw fields.fail("role", "one of " + known)
        }
        return role
    }
}

extension MarkKind {
    fileprivate static func read(_ fields: FactFields) throws(EventFactError) -> MarkKind {
        guard let kind = MarkKind(rawValue: try fields.text("kind")) else {
            throw fields.fail("kind", "setup or planned")
        }
        return kind
    }
}

extension SignalSource {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        self.init(
            connection: try fields.slug("connection"), address: try fields.text("address"),
            options: try fields.namedTexts("options"))
    }
}

extension Signal {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        let word = try fields.text("kind")
        guard let kind = ValueKind.allCases.first(where: { $0.word == word }) else {
            throw fields.fail("kind", "number, integer, flag or text")
        }
        self.init(
            id: try fields.signal("id"), name: try fields.text("name"), kind: kind,
            unit: try fields.text("unit"), source: try SignalSource(try fields.fields("source")))
        machine = try fields.optionalSlug("machine")
        slug = try fields.optionalSlug("slug")
        assignedFrom = try fields.optionalTime("assigned_from")
        isRetired = try fields.flag("retired")
    }
}

extension Threshold {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        self.init(rise: try fields.decimal("rise"), fall: try fields.decimal("fall"))
    }
}

extension StateRule {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        self.init(
            source: try StateSource(try fields.fields("source")),
            fault: try fields.optionalSignal("fault"),
            runningDwell: try fields.elapsed("running_dwell_ns"),
            stoppedDwell: try fields.elapsed("stopped_dwell_ns"),
            staleAfter: try fields.elapsed("stale_after_ns"),
            link: try fields.optionalSignal("link"),
            confidence: try fields.optionalWhole("confidence_ppm").map { Int($0) })
    }
}

extension StateSource {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        switch try fields.text("by") {
        case "explicit":
            var meanings: [String: ObservedState] = [:]
            for pair in try fields.list("meanings") {
                guard let pair = pair.list, pair.count == 2, let said = pair[0].text,
                    let state = pair[1].text.flatMap(ObservedState.init(code:))
                else { throw fields.fail("meanings", "a list of pairs of text and state") }
                meanings[said] = state
            }
            self = .explicit(try fields.signal("signal"), meanings: meanings)
        case "level":
            var idle: Threshold?
            if let limits = try fields.optionalFields("idle") { idle = try Threshold(limits) }
            self = .level(
                try fields.signal("signal"), running: try Threshold(try fields.fields("running")),
                idle: idle)
        default: throw fields.fail("by", "explicit or level")
        }
    }
}

extension CountRule {
    fileprivate static func read(
        _ fields: FactFields, _ name: String
    ) throws(EventFactError) -> CountRule? {
        guard let rule = try fields.optionalFields(name) else { return nil }
        guard let bits = Int(exactly: try rule.whole("bits")) else {
            throw rule.fail("bits", "16, 32 or 64")
        }
        return CountRule(
            total: try rule.signal("total"), scrap: try rule.optionalSignal("scrap"), bits: bits)
    }
}

extension EnergyRule {
    fileprivate static func read(
        _ fields: FactFields, _ name: String
    ) throws(EventFactError) -> EnergyRule? {
        guard let rule = try fields.optionalFields(name) else { return nil }
        switch try rule.text("by") {
        case "power": return .power(try rule.signal("signal"))
        case "register": return .register(try rule.signal("signal"))
        default: throw rule.fail("by", "power or register")
        }
    }
}

extension CalendarVersion {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        var shifts: [ShiftPattern] = []
        for shift in try fields.fieldsList("shifts") { shifts.append(try ShiftPattern(shift)) }
        var daysOff: Set<CivilDate> = []
        for text in try fields.texts("days_off") {
            guard let date = CivilDate(text) else {
                throw fields.fail("days_off", "a list of dates")
            }
            daysOff.insert(date)
        }
        self.init(validFrom: try fields.date("valid_from"), shifts: shifts, daysOff: daysOff)
    }
}

extension ShiftPattern {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        var breaks: [ClockSpan] = []
        for span in try fields.fieldsList("breaks") { breaks.append(try ClockSpan(span)) }
        self.init(
            id: try fields.slug("id"), name: try fields.text("name"),
            days: try fields.weekdays("days"),
            hours: try ClockSpan(try fields.fields("hours")), breaks: breaks)
    }
}

extension ClockSpan {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        guard let from = Int(exactly: try fields.whole("from_s")),
            let to = Int(exactly: try fields.whole("to_s")), to > from
        else { throw fields.fail("to_s", "after from_s") }
        self.init(from: from, to: to)
    }
}

extension ObservedState {
    static func read(
        _ fields: FactFields, _ name: String
    ) throws(EventFactError) -> ObservedState {
        guard let state = ObservedState(code: try fields.text(name)) else {
            throw fields.fail(name, "off, idle, running, fault or unknown")
        }
        return state
    }
}

extension Rate {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        self.init(
            millionths: try fields.wholeText("millionths"),
            currency: try fields.currency("currency"))
    }
}

extension Tariff {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        var bands: [TariffBand] = []
        for band in try fields.fieldsList("bands") {
            bands.append(
                TariffBand(
                    name: try band.text("name"), days: try band.weekdays("days"),
                    hours: try ClockSpan(try band.fields("hours")),
                    rate: try Rate(try band.fields("rate"))))
        }
        var standing: Rate?
        if let given = try fields.optionalFields("standing") { standing = try Rate(given) }
        self.init(
            source: try fields.text("source"), rate: try Rate(try fields.fields("rate")),
            standing: standing, bands: bands)
    }
}

extension Characteristic {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        let size = try fields.whole("subgroup")
        guard (0...25).contains(size) else { throw fields.fail("subgroup", "0 to 25") }
        self.init(
            signal: try fields.signal("signal"), lower: try fields.optionalDecimal("lower"),
            upper: try fields.optionalDecimal("upper"), subgroup: Int(size),
            baselineFrom: try fields.optionalTime("baseline_from"))
    }
}

extension CarbonFactor {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        guard let year = Int(exactly: try fields.whole("year")), (1990...2200).contains(year)
        else { throw fields.fail("year", "a year such as 2025") }
        self.init(
            year: year, millionths: try fields.wholeText("millionths"),
            source: try fields.text("source"))
    }
}

extension ProductionLine {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        var machines: [Slug] = []
        for text in try fields.texts("machines") {
            guard let slug = Slug(text) else {
                throw fields.fail("machines", "a list of ids of machines")
            }
            machines.append(slug)
        }
        self.init(
            id: try fields.slug("id"), name: try fields.text("name"), machines: machines,
            bottleneck: try fields.optionalSlug("bottleneck"))
    }
}
