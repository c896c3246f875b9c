// What people and the box said, as sentences.

import Plant
import Understand

/// Sentences about stored events.
enum EventWords {
    /// One event in plain words.
    static func sentence(
        _ event: FactoryEvent, factory: Factory, clock: LocalClock, today: Timestamp
    ) -> String {
        func machine(_ id: Slug) -> String { factory.machines[id]?.name ?? id.text }
        func reason(_ id: Slug) -> String { factory.reasons[id]?.name ?? id.text }
        func at(_ time: Timestamp) -> String { clock.moment(time, today: today) }
        switch event {
        case .stopReason(let id, let time, let why, let detail):
            let more = detail.isEmpty ? "" : " (\(detail))"
            return "\(machine(id)), stop at \(at(time)): \(reason(why))\(more)."
        case .periodMarked(let id, let range, let kind, _):
            let words = kind == .setup ? "setting up" : "a planned stop"
            return "\(machine(id)), \(clock.range(range, today: today)): \(words)."
        case .countBooked(let id, let range, let good, let scrap, let rework, let cause):
            let why = cause.isEmpty ? "" : " (\(cause))"
            return
                "\(machine(id)), \(clock.range(range, today: today)): \(Plain.number(good)) good,"
                + " \(Plain.number(scrap)) scrap, \(Plain.number(rework)) rework\(why)."
        case .jobStarted(let id, let time, let job, let product, _, _, _):
            return
                "\(machine(id)) began \(product.isEmpty ? "job" : product) \(job) at \(at(time))."
        case .jobEnded(let id, let time): return "\(machine(id)) ended its job at \(at(time))."
        case .problemSeen(let id, let time):
            return "\(machine(id)): somebody was on it from \(at(time))."
        case .rateSet(let kind, let rate, let from):
            let unit = kind == .kilowattHour ? "a kWh" : "an hour"
            return "\(Plain.rate(rate)) \(unit) from \(at(from))."
        case .calendarSet(let version):
            return "Working time from \(Plain.longDate(version.validFrom))."
        case .stateRuleSet(let id, _, let from):
            return "How the state of \(machine(id)) is seen, from \(at(from))."
        case .importDone(let number, let taken, let refused):
            return "Import \(number): \(Plain.number(taken)) rows taken, "
                + "\(Plain.number(refused)) refused."
        case .personSet(_, let name, let role):
            return "\(name) may come in as \(role.rawValue)."
        case .personEnded(let id): return "\(id.text) may no longer come in."
        case .accessNoted(let note): return AccessWords.sentence(note)
        case .importUndone(let number): return "Import \(number) was taken back."
        default: return more(event, factory: factory, clock: clock, today: today)
        }
    }

    /// What people put right, and lines, prices and limits.
    private static func more(
        _ event: FactoryEvent, factory: Factory, clock: LocalClock, today: Timestamp
    ) -> String {
        func machine(_ id: Slug) -> String { factory.machines[id]?.name ?? id.text }
        func at(_ time: Timestamp) -> String { clock.moment(time, today: today) }
        switch event {
        case .stateCorrected(let id, let range, let state):
            let words: String
            switch state {
            case .off: words = "it was off"
            case .idle: words = "it stood, switched on"
            case .running: words = "it was running"
            case .fault: words = "it had a fault"
            case .unknown: words = "as it was seen"
            }
            return "\(machine(id)), \(clock.range(range, today: today)): \(words)."
        case .oddExplained(let id, let signal, let time, let note):
            let what = signal.flatMap { factory.signals[$0]?.name } ?? machine(id)
            let more = note.isEmpty ? "" : " (\(note))"
            return "\(what) is as it should be since \(at(time))\(more)."
        case .lineSet(let line):
            return line.machines.isEmpty
                ? "Line \(line.id.text) was taken apart."
                : "Line \(line.name): \(line.machines.map(machine).joined(separator: ", "))."
        case .tariffSet(let tariff, let from):
            return "\(Plain.rate(tariff.rate)) a kWh from \(at(from)), by \(tariff.source)."
        case .characteristicSet(let watched):
            let name = factory.signals[watched.signal]?.name ?? "A signal"
            let limits = [
                watched.lower.map { "not below \(Measure.value($0))" },
                watched.upper.map { "not above \(Measure.value($0))" },
            ].compactMap(\.self).joined(separator: ", ")
            return watched.subgroup == 0
                ? "\(name) is no longer watched."
                : "\(name) is watched\(limits.isEmpty ? "" : ": " + limits)."
        case .carbonFactorSet(let factor):
            return "A kWh weighs \(factor.kilogramsPerKilowattHour) kg CO2e in \(factor.year),"
                + " by \(factor.source)."
        default:
            return WorkWords.sentence(event, factory: factory, clock: clock, today: today)
                ?? "A change of settings."
        }
    }
}
