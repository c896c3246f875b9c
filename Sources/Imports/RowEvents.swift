// Makes events of a row, against what is stored already.

import Plant

/// What comes of one row.
struct RowEvents {
    var events: [FactoryEvent] = []
    var result = RowResult.stored
    var note: ImportNote?
    /// Whether parts are booked for its time already.
    var isBeside = false

    /// The events of a row, and whether it is new.
    static func of(
        _ item: RowItem, jobs: [FactoryEvent], plan: ImportPlan, site: ImportSite,
        existing: inout ImportExisting, key: RowKey, name: (Slug) -> String
    ) -> RowEvents {
        var made: RowEvents
        switch item.content {
        case .stop(let saying): made = stop(item, saying, plan, site, existing, name)
        case .parts(let saying): made = parts(item, saying, jobs, existing)
        case .planned, .values: made = RowEvents()
        }
        if case .refused = made.result { return made }
        if existing.rows.contains(key) {
            // What this row stored is no longer there for another one that says the same.
            for event in made.events { _ = existing.take(event) }
            return RowEvents(events: [], result: .same, note: nil)
        }
        if !made.events.isEmpty {
            made.events = made.events.filter { !existing.take($0) }
            if made.events.isEmpty, made.note == nil { made.result = .same }
        } else if case .stop = item.content, made.note == nil {
            made.result = .same
        }
        if made.result == .same { made.isBeside = false }
        return made
    }

    private static func stop(
        _ item: RowItem, _ saying: StopSaying, _ plan: ImportPlan, _ site: ImportSite,
        _ existing: ImportExisting, _ name: (Slug) -> String
    ) -> RowEvents {
        guard let machine = item.machine else { return RowEvents() }
        var made = RowEvents()
        if !saying.note.isEmpty {
            made.note = ImportNote(
                row: item.row, machine: machine, range: item.range, text: saying.note)
        }
        if site.isSeen(machine) {
            let seen =
                saying.meaning == .running ? [] : existing.stops(of: machine, in: item.range)
            if !seen.isEmpty {
                made.result = .joined
                if let reason = saying.reason {
                    made.events = seen.map { stop in
                        .stopReason(
                            machine: machine, at: max(stop.start, item.range.start),
                            reason: reason, detail: saying.detail)
                    }
                }
                if let mark = saying.meaning.mark {
                    made.events.append(
                        .periodMarked(
                            machine: machine, range: item.range, kind: mark,
                            reason: saying.reason))
                }
                return made
            }
            if plan.unseenStops == .refuse {
                let what =
                    saying.meaning == .running
                    ? "The signals of \(name(machine)) say when it was running; what they saw holds."
                    : "The signals of \(name(machine)) saw no stop then; what they saw holds."
                return RowEvents(result: .refused(column: nil, reason: what))
            }
        }
        made.events = corrections(machine, item.range, saying.meaning.observed)
        let mark =
            saying.meaning.mark
            ?? (saying.loss == .setup ? .setup : saying.loss == .planned ? .planned : nil)
        if saying.meaning == .running { return made }
        if let mark, saying.meaning != .fault {
            // A mark holds for its own time only; a reason would hold for the whole standstill.
            made.events.append(
                .periodMarked(
                    machine: machine, range: item.range, kind: mark, reason: saying.reason))
            if !saying.detail.isEmpty {
                made.note = ImportNote(
                    row: item.row, machine: machine, range: item.range, text: saying.detail)
            }
        } else if let reason = saying.reason {
            made.events.append(
                .stopReason(
                    machine: machine, at: item.range.start, reason: reason, detail: saying.detail))
        }
        return made
    }

    /// A correction for each day of a stretch, as one may be about 24 hours at most.
    private static func corrections(
        _ machine: Slug, _ range: TimeRange, _ state: ObservedState
    ) -> [FactoryEvent] {
        var events: [FactoryEvent] = []
        var start = range.start
        while start < range.end {
            let end = min(range.end, start + ImportsLimits.longestCorrection)
            events.append(
                .stateCorrected(
                    machine: machine, range: TimeRange(start: start, end: end), state: state))
            start = end
        }
        return events
    }

    private static func parts(
        _ item: RowItem, _ saying: PartsSaying, _ jobs: [FactoryEvent], _ existing: ImportExisting
    ) -> RowEvents {
        guard let machine = item.machine else { return RowEvents() }
        var made = RowEvents()
        // A job starts before the parts that are made in it, and ends after them.
        made.events = jobs.filter { if case .jobStarted = $0 { true } else { false } }
        if saying.hasCounts {
            made.events.append(
                .countBooked(
                    machine: machine, range: item.range, good: saying.good, scrap: saying.scrap,
                    rework: saying.rework, cause: saying.cause))
            made.isBeside = existing.isBooked(machine, item.range)
            if made.isBeside { made.result = .joined }
        }
        made.events += jobs.filter { if case .jobEnded = $0 { true } else { false } }
        if !saying.note.isEmpty {
            made.note = ImportNote(
                row: item.row, machine: machine, range: item.range, text: saying.note)
        }
        return made
    }
}
