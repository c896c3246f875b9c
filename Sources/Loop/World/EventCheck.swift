// Whether something may be said: references exist, ranges make sense, numbers are in bounds.

import Plant
import Understand

/// Checks an event against the site as it is.
enum EventCheck {
    /// Throws what is wrong, as words for a person; nothing is stored then.
    static func check(
        _ event: FactoryEvent, _ factory: Factory, now: Timestamp
    ) throws(RefusedEvent) {
        switch event {
        case .stopReason(let machine, let at, let reason, let detail):
            try known(machine: machine, factory)
            try past(at, now)
            try known(reason: reason, factory)
            try short(detail, "detail", 500)
        case .periodMarked(let machine, let range, _, let reason):
            try known(machine: machine, factory)
            try past(range.start, now)
            guard !range.isEmpty else {
                throw RefusedEvent(
                    field: "to", says: "The period ends before it starts.",
                    remedy: "Give an end after the start.")
            }
            if let reason { try known(reason: reason, factory) }
        case .countBooked(let machine, let range, let good, let scrap, let rework, let cause):
            try known(machine: machine, factory)
            try past(range.start, now)
            try short(cause, "cause", 500)
            for count in [good, scrap, rework] where count.magnitude > 10_000_000 {
                throw RefusedEvent(
                    field: "count", says: "\(count) is no count of parts for one entry.",
                    remedy: "Check the number; split it where it is right.")
            }
        case .jobStarted(let machine, let at, let job, let product, let ideal, _, let planned):
            try known(machine: machine, factory)
            try past(at, now)
            try short(job, "job", 120)
            try short(product, "product", 120)
            if let ideal, ideal <= .zero {
                throw RefusedEvent(
                    field: "ideal", says: "The time for one part must be more than nothing.",
                    remedy: "Give it in seconds, or leave it out.")
            }
            if let planned, planned < 0 {
                throw RefusedEvent(
                    field: "planned", says: "A plan cannot be negative.",
                    remedy: "Give the number of parts, or leave it out.")
            }
        case .jobEnded(let machine, let at), .problemSeen(let machine, let at):
            try known(machine: machine, factory)
            try past(at, now)
        case .stateCorrected, .oddExplained: try checkWord(event, factory, now)
        case .productSet, .jobPlanned, .jobClosed, .checkListSet, .helpCalled, .stopCut, .stopNoted,
            .stateTold, .checkAnswered, .documentAttached, .productRetired:
            try WorkCheck.check(event, factory, now: now)
        default: try checkConfiguration(event, factory)
        }
    }

    private static func checkConfiguration(
        _ event: FactoryEvent, _ factory: Factory
    ) throws(RefusedEvent) {
        switch event {
        case .machineAdded(let id, let name, _):
            guard factory.machines[id] == nil else {
                throw RefusedEvent(
                    field: "id", says: "There is a machine `\(id)` already.",
                    remedy: "Choose another id; ids are never used twice.")
            }
            try short(name, "name", 80)
        case .machineChanged(let id, let name, _):
            try known(machine: id, factory)
            try short(name, "name", 80)
        case .machineRetired(let id, _), .stateRuleSet(let id, _, _), .countRuleSet(let id, _),
            .energyRuleSet(let id, _):
            try known(machine: id, factory)
        case .signalAssigned(let id, let machine, let slug, _):
            try known(machine: machine, factory)
            guard factory.signals[id] != nil else {
                throw RefusedEvent(
                    field: "signal", says: "There is no signal number \(id.number).",
                    remedy: "See them: millwright signal list")
            }
            if let other = factory.signal(machine, slug), other.id != id {
                throw RefusedEvent(
                    field: "slug", says: "\(machine)/\(slug) is another signal already.",
                    remedy: "Choose another id.")
            }
        case .signalChanged(let id, let name, _, _):
            guard factory.signals[id] != nil else {
                throw RefusedEvent(
                    field: "signal", says: "There is no signal number \(id.number).",
                    remedy: "See them: millwright signal list")
            }
            try short(name, "name", 120)
        case .siteNamed(let name, _, _): try short(name, "name", 80)
        default: try checkLineOrPrice(event, factory)
        }
    }

    /// What a person says about what was seen.
    private static func checkWord(
        _ event: FactoryEvent, _ factory: Factory, _ now: Timestamp
    ) throws(RefusedEvent) {
        switch event {
        case .stateCorrected(let machine, let range, _):
            try known(machine: machine, factory)
            try past(range.start, now)
            guard !range.isEmpty, range.end <= now + .minutes(5) else {
                throw RefusedEvent(
                    field: "to", says: "A correction is about a stretch of time that has passed.",
                    remedy: "Give an end after the start and not after now.")
            }
            guard range.elapsed <= LoopLimits.longestCorrection else {
                throw RefusedEvent(
                    field: "from",
                    says:
                        "One correction is about at most 24 hours; this is \(Plain.duration(range.elapsed)).",
                    remedy: "Put right one stretch at a time.")
            }
        case .oddExplained(let machine, let signal, let at, let note):
            try known(machine: machine, factory)
            try past(at, now)
            guard at >= now - LoopLimits.longestExplanation else {
                throw RefusedEvent(
                    field: "at", says: "\(at.rfc3339) is more than 60 days ago.",
                    remedy: "Explain what was found lately; older findings are forgotten.")
            }
            try short(note, "note", 500)
            if let signal, factory.signals[signal]?.machine != machine {
                throw RefusedEvent(
                    field: "signal", says: "\(machine) has no signal number \(signal.number).",
                    remedy: "See them: millwright signal list")
            }
        default: break
        }
    }

    private static func checkLineOrPrice(
        _ event: FactoryEvent, _ factory: Factory
    ) throws(RefusedEvent) {
        switch event {
        case .areaSet(_, let name): try short(name, "name", 80)
        case .reasonSet(let reason):
            for name in [reason.name] + reason.names.values { try short(name, "name", 80) }
        case .lineSet(let line):
            try short(line.name, "name", 80)
            for machine in line.machines { try known(machine: machine, factory) }
            guard Set(line.machines).count == line.machines.count else {
                throw RefusedEvent(
                    field: "machines", says: "A machine stands in the line twice.",
                    remedy: "Name each machine once.")
            }
            if let bottleneck = line.bottleneck, !line.machines.contains(bottleneck) {
                throw RefusedEvent(
                    field: "bottleneck", says: "`\(bottleneck)` is not in the line.",
                    remedy: "Name one of its machines, or leave it out.")
            }
        case .tariffSet(let tariff, _):
            try short(tariff.source, "source", 200)
            for rate in [tariff.rate] + tariff.bands.map(\.rate)
            where rate.millionths < 0 || rate.currency != factory.currency {
                throw RefusedEvent(
                    field: "rate",
                    says: "A price of a kWh is not negative and in \(factory.currency.code).",
                    remedy: "Check the amount and the currency.")
            }
        case .characteristicSet(let watched):
            let kind = factory.signals[watched.signal]?.kind
            guard kind == .number || kind == .integer else {
                throw RefusedEvent(
                    field: "signal",
                    says: "Signal number \(watched.signal.number) is no measured number.",
                    remedy: "See them: millwright signal list")
            }
            if let lower = watched.lower, let upper = watched.upper, lower >= upper {
                throw RefusedEvent(
                    field: "lower", says: "The lower limit is not below the upper one.",
                    remedy: "Check both limits of the drawing.")
            }
        case .carbonFactorSet(let factor):
            try short(factor.source, "source", 200)
            guard !factor.source.isEmpty, (0...5_000_000).contains(factor.millionths) else {
                throw RefusedEvent(
                    field: "source", says: "A factor needs its source, and lies from 0 to 5 kg.",
                    remedy: "Name the publication and its year; give kg CO2e for one kWh.")
            }
        default: break
        }
    }

    static func known(machine: Slug, _ factory: Factory) throws(RefusedEvent) {
        guard factory.machines[machine] == nil else { return }
        let nearest = NearestWord.find(machine.text, among: factory.machines.keys.map(\.text))
        throw RefusedEvent(
            field: "machine", says: "There is no machine `\(machine)`.",
            remedy: nearest.map { "Did you mean `\($0)`?" } ?? "See them: millwright machine list")
    }

    private static func known(reason: Slug, _ factory: Factory) throws(RefusedEvent) {
        guard factory.reasons[reason] == nil else { return }
        let nearest = NearestWord.find(reason.text, among: factory.reasons.keys.map(\.text))
        throw RefusedEvent(
            field: "reason", says: "There is no reason `\(reason)`.",
            remedy: nearest.map { "Did you mean `\($0)`?" }
                ?? "Use one of: "
                + factory.reasons.keys.sorted().map(\.text).joined(separator: ", "))
    }

    static func past(_ time: Timestamp, _ now: Timestamp) throws(RefusedEvent) {
        guard time > now + .minutes(5) else { return }
        throw RefusedEvent(
            field: "at", says: "\(time.rfc3339) has not come yet.",
            remedy: "Check the clock of the device that says so.")
    }

    static func short(
        _ text: String, _ field: String, _ limit: Int
    ) throws(RefusedEvent) {
        guard text.count > limit else { return }
        throw RefusedEvent(
            field: field, says: "This text has \(text.count) characters, \(limit) are possible.",
            remedy: "Make it shorter.")
    }
}
