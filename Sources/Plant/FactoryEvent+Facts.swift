// What an event is called and what it says, in the form the journal stores (decisions 15).
//
// Times are RFC 3339 text, lengths of time are nanoseconds as decimal text in members that end
// in `_ns`, decimals are the shortest text that reads back to the same number, and members that
// say nothing are null. Names that people choose are values, never names of members.

extension FactoryEvent {
    /// The name of what was said, such as `machine.added`; fixed for ever.
    public var kind: String {
        switch self {
        case .siteNamed: "site.named"
        case .areaSet: "area.set"
        case .machineAdded: "machine.added"
        case .machineChanged: "machine.changed"
        case .machineRetired: "machine.retired"
        case .connectionSet: "connection.set"
        case .connectionRemoved: "connection.removed"
        case .signalAdded: "signal.added"
        case .signalAssigned: "signal.assigned"
        case .signalChanged: "signal.changed"
        case .signalRetired: "signal.retired"
        case .stateRuleSet: "state.rule"
        case .countRuleSet: "count.rule"
        case .energyRuleSet: "energy.rule"
        case .reasonSet: "reason.set"
        case .reasonRetired: "reason.retired"
        case .calendarSet: "calendar.set"
        case .rateSet: "rate.set"
        case .constraintSet: "constraint.set"
        case .lineSet: "line.set"
        case .tariffSet: "tariff.set"
        case .carbonFactorSet: "carbon.set"
        case .characteristicSet: "characteristic.set"
        case .stateCorrected: "state.corrected"
        case .oddExplained: "odd.explained"
        case .jobStarted: "job.started"
        case .jobEnded: "job.ended"
        case .stopReason: "stop.reason"
        case .periodMarked: "period.marked"
        case .countBooked: "count.booked"
        case .problemSeen: "problem.seen"
        case .shiftClosed(_, _, let revision, _):
            revision > 0 ? "shift.revised" : "shift.closed"
        case .personSet: "person.set"
        case .personEnded: "person.ended"
        case .accessNoted: "access.noted"
        case .importStarted: "import.started"
        case .importDone: "import.done"
        case .importUndone: "import.undone"
        case .boot: "boot"
        case .clockStep: "clock.step"
        case .samplesDropped: "samples.dropped"
        case .other(let kind, _): kind
        default: workKind ?? ""
        }
    }

    /// What was said, as an object without floats; `init(kind:facts:)` reads it back.
    public var facts: Fact {
        setUpFacts ?? ruleFacts ?? saidFacts ?? workFacts ?? boxFacts ?? .none
    }

    private var setUpFacts: Fact? {
        switch self {
        case .siteNamed(let name, let zone, let currency):
            .object([
                "name": .text(name), "zone": .text(zone), "currency": .text(currency.code),
            ])
        case .areaSet(let id, let name): .object(["id": Fact(id), "name": .text(name)])
        case .machineAdded(let id, let name, let area),
            .machineChanged(let id, let name, let area):
            .object(["id": Fact(id), "name": .text(name), "area": Fact(area)])
        case .machineRetired(let id, let isRetired):
            .object(["id": Fact(id), "retired": .flag(isRetired)])
        case .connectionSet(let connection): connection.facts
        case .connectionRemoved(let id): .object(["id": Fact(id)])
        case .signalAdded(let signal): signal.facts
        case .signalAssigned(let id, let machine, let slug, let from):
            .object([
                "id": Fact(id), "machine": Fact(machine), "slug": Fact(slug), "from": Fact(from),
            ])
        case .signalChanged(let id, let name, let unit, let source):
            .object([
                "id": Fact(id), "name": .text(name), "unit": .text(unit), "source": source.facts,
            ])
        case .signalRetired(let id, let isRetired):
            .object(["id": Fact(id), "retired": .flag(isRetired)])
        default: nil
        }
    }

    private var ruleFacts: Fact? {
        switch self {
        case .stateRuleSet(let machine, let rule, let from):
            .object(["machine": Fact(machine), "rule": rule.facts, "from": Fact(from)])
        case .countRuleSet(let machine, let rule):
            .object(["machine": Fact(machine), "rule": rule?.facts ?? .none])
        case .energyRuleSet(let machine, let rule):
            .object(["machine": Fact(machine), "rule": rule?.facts ?? .none])
        case .reasonSet(let reason):
            reason.facts
        case .reasonRetired(let id): .object(["id": Fact(id)])
        case .calendarSet(let version): version.facts
        case .rateSet(let kind, let rate, let from):
            .object([
                "kind": .text(kind.rawValue), "millionths": .text(String(rate.millionths)),
                "currency": .text(rate.currency.code), "from": Fact(from),
            ])
        case .constraintSet(let machine): .object(["machine": Fact(machine)])
        case .lineSet(let line): line.facts
        case .tariffSet(let tariff, let from):
            .object(["tariff": tariff.facts, "from": Fact(from)])
        case .carbonFactorSet(let factor): factor.facts
        case .characteristicSet(let watched):
            .object([
                "signal": Fact(watched.signal),
                "lower": watched.lower.map { .text($0.description) } ?? .none,
                "upper": watched.upper.map { .text($0.description) } ?? .none,
                "subgroup": .whole(Int64(watched.subgroup)),
                "baseline_from": Fact(watched.baselineFrom),
            ])
        default: nil
        }
    }

    private var saidFacts: Fact? {
        switch self {
        case .jobStarted(
            let machine, let at, let job, let product, let idealPerPart, let isEstimate,
            let plannedParts):
            .object([
                "machine": Fact(machine), "at": Fact(at), "job": .text(job),
                "product": .text(product), "ideal_per_part_ns": Fact(idealPerPart),
                "estimate": .flag(isEstimate),
                "planned_parts": plannedParts.map(Fact.whole) ?? .none,
            ])
        case .jobEnded(let machine, let at), .problemSeen(let machine, let at):
            .object(["machine": Fact(machine), "at": Fact(at)])
        case .stopReason(let machine, let at, let reason, let detail):
            .object([
                "machine": Fact(machine), "at": Fact(at), "reason": Fact(reason),
                "detail": .text(detail),
            ])
        case .periodMarked(let machine, let range, let kind, let reason):
            .object([
                "machine": Fact(machine), "from": Fact(range.start), "to": Fact(end: range.end),
                "kind": .text(kind.rawValue), "reason": Fact(reason),
            ])
        case .stateCorrected(let machine, let range, let state):
            .object([
                "machine": Fact(machine), "from": Fact(range.start), "to": Fact(end: range.end),
                "state": .text(state.code),
            ])
        case .oddExplained(let machine, let signal, let at, let note):
            .object([
                "machine": Fact(machine), "signal": Fact(signal), "at": Fact(at),
                "note": .text(note),
            ])
        case .countBooked(let machine, let range, let good, let scrap, let rework, let cause):
            .object([
                "machine": Fact(machine), "from": Fact(range.start), "to": Fact(end: range.end),
                "good": .whole(good), "scrap": .whole(scrap), "rework": .whole(rework),
                "cause": .text(cause),
            ])
        default: nil
        }
    }

    private var boxFacts: Fact? {
        switch self {
        case .shiftClosed(let machine, let shift, let revision, let facts):
            .object([
                "machine": Fact(machine), "shift": .text(shift), "revision": .whole(revision),
                "elements": facts,
            ])
        case .importStarted(let number, let file, let sha256):
            .object([
                "number": .whole(Int64(number)), "file": .text(file), "sha256": .text(sha256),
            ])
        case .importDone(let number, let taken, let refused):
            .object([
                "number": .whole(Int64(number)), "taken": .whole(taken),
                "refused": .whole(refused),
            ])
        case .importUndone(let number): .object(["number": .whole(Int64(number))])
        case .personSet(let id, let name, let role):
            .object(["id": Fact(id), "name": .text(name), "role": .text(role.rawValue)])
        case .personEnded(let id): .object(["id": Fact(id)])
        case .accessNoted(let note):
            .object([
                "act": .text(note.act), "object": .text(note.object),
                "address": .text(note.address), "outcome": .text(note.outcome),
            ])
        case .boot(let id, let wall, let monotonic):
            .object([
                "id": .text(id), "wall": Fact(wall), "monotonic_ns": Fact(monotonic),
            ])
        case .clockStep(let at, let by): .object(["at": Fact(at), "by_ns": Fact(by)])
        case .samplesDropped(let stage, let reason, let count):
            .object([
                "stage": .text(stage), "reason": .text(reason), "count": .whole(count),
            ])
        case .other(_, let facts): facts
        default: nil
        }
    }
}

extension Fact {
    fileprivate init(_ slug: Slug?) { self = slug.map { .text($0.text) } ?? .none }
    fileprivate init(_ signal: SignalID?) {
        self = signal.map { .whole(Int64($0.number)) } ?? .none
    }
    fileprivate init(_ time: Timestamp?) { self = time.map { .text($0.rfc3339) } ?? .none }
    fileprivate init(_ elapsed: Elapsed?) {
        self = elapsed.map { .text(String($0.nanoseconds)) } ?? .none
    }
    /// The end of a range, null while it is open.
    fileprivate init(end: Timestamp) {
        self = end == .distantFuture ? .none : .text(end.rfc3339)
    }
    fileprivate init(texts: [String: String]) { self = .object(texts.mapValues(Fact.text)) }
}

extension Connection {
    fileprivate var facts: Fact {
        .object(["id": Fact(id), "kind": .text(kind), "settings": Fact(texts: settings)])
    }
}

extension SignalSource {
    fileprivate var facts: Fact {
        .object([
            "connection": Fact(connection), "address": .text(address),
            "options": Fact(texts: options),
        ])
    }
}

extension Signal {
    fileprivate var facts: Fact {
        .object([
            "id": Fact(id), "name": .text(name), "kind": .text(kind.word), "unit": .text(unit),
            "source": source.facts, "machine": Fact(machine), "slug": Fact(slug),
            "assigned_from": Fact(assignedFrom), "retired": .flag(isRetired),
        ])
    }
}

extension Threshold {
    fileprivate var facts: Fact {
        .object(["rise": .text(rise.description), "fall": .text(fall.description)])
    }
}

extension StateRule {
    fileprivate var facts: Fact {
        .object([
            "source": source.facts, "fault": Fact(fault), "link": Fact(link),
            "running_dwell_ns": Fact(runningDwell), "stopped_dwell_ns": Fact(stoppedDwell),
            "stale_after_ns": Fact(staleAfter),
            "confidence_ppm": confidence.map { .whole(Int64($0)) } ?? .none,
        ])
    }
}

extension StateSource {
    fileprivate var facts: Fact {
        switch self {
        case .explicit(let signal, let meanings):
            // What a machine says is a value, not a member's name: names stay ASCII.
            .object([
                "by": .text("explicit"), "signal": Fact(signal),
                "meanings": .list(
                    meanings.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                        .map { .list([.text($0.key), .text($0.value.code)]) }),
            ])
        case .level(let signal, let running, let idle):
            .object([
                "by": .text("level"), "signal": Fact(signal), "running": running.facts,
                "idle": idle?.facts ?? .none,
            ])
        }
    }
}

extension CountRule {
    fileprivate var facts: Fact {
        .object(["total": Fact(total), "scrap": Fact(scrap), "bits": .whole(Int64(bits))])
    }
}

extension EnergyRule {
    fileprivate var facts: Fact {
        switch self {
        case .power(let signal): .object(["by": .text("power"), "signal": Fact(signal)])
        case .register(let signal): .object(["by": .text("register"), "signal": Fact(signal)])
        }
    }
}

extension CalendarVersion {
    fileprivate var facts: Fact {
        .object([
            "valid_from": .text(validFrom.text), "shifts": .list(shifts.map(\.facts)),
            "days_off": .list(daysOff.sorted().map { .text($0.text) }),
        ])
    }
}

extension ShiftPattern {
    fileprivate var facts: Fact {
        .object([
            "id": Fact(id), "name": .text(name),
            "days": .list(days.sorted().map { .text($0.shortName) }),
            "hours": hours.facts, "breaks": .list(breaks.map(\.facts)),
        ])
    }
}

extension ClockSpan {
    fileprivate var facts: Fact {
        .object(["from_s": .whole(Int64(from)), "to_s": .whole(Int64(to))])
    }
}

extension Rate {
    fileprivate var facts: Fact {
        .object(["millionths": .text(String(millionths)), "currency": .text(currency.code)])
    }
}

extension Tariff {
    fileprivate var facts: Fact {
        .object([
            "source": .text(source), "rate": rate.facts, "standing": standing?.facts ?? .none,
            "bands": .list(
                bands.map { band in
                    .object([
                        "name": .text(band.name),
                        "days": .list(band.days.sorted().map { .text($0.shortName) }),
                        "hours": band.hours.facts, "rate": band.rate.facts,
                    ])
                }),
        ])
    }
}

extension CarbonFactor {
    fileprivate var facts: Fact {
        .object([
            "year": .whole(Int64(year)), "millionths": .text(String(millionths)),
            "source": .text(source),
        ])
    }
}

extension ProductionLine {
    fileprivate var facts: Fact {
        .object([
            "id": Fact(id), "name": .text(name),
            "machines": .list(machines.map { .text($0.text) }), "bottleneck": Fact(bottleneck),
        ])
    }
}

extension StopReason {
    /// Names and place only where they are given: entries of older programs have neither.
    fileprivate var facts: Fact {
        var facts: [String: Fact] = [
            "id": Fact(id), "name": .text(name), "loss": .text(loss.rawValue),
            "details": .list(details.map(Fact.text)),
        ]
        if !names.isEmpty { facts["names"] = .object(names.mapValues(Fact.text)) }
        if let place { facts["place"] = .whole(place) }
        return .object(facts)
    }
}
