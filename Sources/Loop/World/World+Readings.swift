// What is known of one machine over a stretch of time: timeline, parts, energy; made from the stores.

import Historian
import Journal
public import Plant
import Understand

/// A machine's timeline and parts over a range.
struct MachineReading: Sendable {
    let machine: Machine
    let timeline: MachineTimeline
    let parts: PartLedger?
    let signals: [SignalID]
    let reasons: [Slug: StopReason]
    let steps: ClockSteps
    /// Time for which no shifts are set.
    let timeWithoutShifts: [TimeRange]

    /// Time elements of a part of the range.
    func elements(_ period: TimeRange) -> TimeElements {
        TimeElements(
            timeline: timeline, period: period, reasons: reasons, steps: steps,
            rules: machine.stateRules)
    }

    /// The figures of a part of the range, one row for each job on the machine.
    func rows(_ period: TimeRange) -> [FigureRow] {
        FigureRow.rows(in: period, jobs: timeline.annotations.jobs, figures: oee)
    }

    /// OEE elements of a part of the range.
    func oee(_ period: TimeRange) -> OEE {
        let planned = timeline.working.compactMap { $0.intersection(period) }
        let production =
            parts?.production(in: period, planned: planned, setup: timeline.setups)
            ?? Production()
        return OEE(
            time: elements(period), production: production, signals: signals,
            isCounted: parts != nil, isPlannedByJobs: isPlannedByJobs(period))
    }

    /// Whether some of a period is planned because a job was on, as no shifts are set.
    private func isPlannedByJobs(_ period: TimeRange) -> Bool {
        timeWithoutShifts.contains { open in
            timeline.working.contains { $0.overlaps(open) && $0.overlaps(period) }
        }
    }

    /// Failures and repairs over a part of the range.
    func reliability(_ period: TimeRange) -> Reliability {
        Reliability(timeline: timeline.slice(period), reasons: reasons, steps: steps)
    }
}

extension World {
    /// Observed episodes that tile a range; unknown where nothing was seen and after now.
    func observed(_ machine: Machine, _ range: TimeRange) throws -> [ObservedEpisode] {
        guard !machine.stateRules.isEmpty else {
            return ObservedStates.episodes(changes: [], range: range)
        }
        if let start = ledger.start(of: machine.id), range.start >= start {
            return ledger.episodes(machine.id, range)
        }
        // Older than the ledger: read again, with a lead so that dead bands are settled.
        let lead = TimeRange(
            start: range.start - LoopLimits.inferenceLead, end: range.end + .minutes(10))
        let read = try stateSeries(machine.stateRules, lead)
        return ObservedStates.episodes(
            rules: machine.stateRules, series: read.series, range: range, before: read.before)
    }

    /// The reading of a machine over a range that is cut at now.
    ///
    /// `margin` lets stops that began before the range or are still under way be whole.
    func reading(_ machine: Machine, _ range: TimeRange) throws -> MachineReading {
        let now = time
        let wide = TimeRange(start: range.start - .hours(12), end: min(range.end, now))
        let annotations = try journal.annotations(of: machine.id, in: wide)
        let isToldByHand = machine.stateRules.isEmpty
        let seen =
            isToldByHand
            ? ObservedStates.episodes(told: annotations.told, range: wide)
            : try observed(machine, wide)
        let observed = ObservedStates.corrected(
            seen, by: annotations.corrections, isToldByHand: isToldByHand)
        let factory = self.factory
        var parts: PartLedger?
        var slow: [TimeRange] = []
        var signals = machine.stateRules.last?.value.signals ?? []
        if let rule = machine.counts {
            let unseen = observed.filter { $0.state == .unknown }.map(\.range)
            let ids = [rule.total] + (rule.scrap.map { [$0] } ?? [])
            var series: [SignalID: SampleSeries] = [:]
            var before: [SignalID: LastValue] = [:]
            for id in ids {
                series[id] = try samples.series(of: id, in: wide)
                before[id] = try samples.last(of: id, before: wide.start)
            }
            let ledger = PartLedger(
                rule: rule, series: series, before: before, unseen: unseen,
                annotations: annotations)
            slow = SlowRule.slowStretches(
                observed: observed, jobs: annotations.jobs, counts: ledger.counted)
            parts = ledger
            signals += ids
        } else if !annotations.bookings.isEmpty {
            parts = PartLedger(bookings: annotations.bookings, jobs: annotations.jobs)
        }
        let timeline = MachineTimeline(
            range: wide, observed: observed,
            working: calendar.plannedTime(in: wide, jobs: annotations.jobs),
            annotations: annotations, reasons: factory.reasons, slow: slow,
            isLive: wide.end >= now)
        return MachineReading(
            machine: machine, timeline: timeline, parts: parts, signals: signals,
            reasons: factory.reasons, steps: try clockSteps(),
            timeWithoutShifts: calendar.timeWithoutShifts(in: wide))
    }

    /// Jumps of the clock as stored.
    func clockSteps() throws -> ClockSteps {
        let events = try journal.events(
            after: 0, limit: LoopLimits.clockSteps, kinds: ["clock.step"], newestFirst: false)
        return ClockSteps(
            events.compactMap { stored in
                guard case .clockStep(let at, let by) = stored.event else { return nil }
                return ClockStep(at: at, by: by)
            }, since: try journal.events(limit: 1).first?.recorded ?? .distantPast)
    }

    /// Readings of one machine or of all in use, for a range.
    func readings(_ machine: Slug?, _ range: TimeRange) throws -> [MachineReading] {
        let factory = self.factory
        if let machine {
            guard let found = factory.machines[machine] else { throw UnknownThing.machine(machine) }
            return [try reading(found, range)]
        }
        return try factory.activeMachines.map { try reading($0, range) }
    }

    /// The elements of a machine's shift, as the content of its closing event.
    func closingFacts(machine: Slug, range: TimeRange) throws -> Fact {
        guard let found = factory.machines[machine] else { throw UnknownThing.machine(machine) }
        let rows = try reading(found, range).rows(range)
        return .object([
            "lots": .list(rows.map(ClosedFigures.facts)),
            "definition": .text(ClosedFigures.definition),
        ])
    }
}

/// Something that was asked for does not exist.
public enum UnknownThing: Error, Sendable, Hashable {
    /// No such machine.
    case machine(Slug)
    /// No such signal.
    case signal(SignalID)

    /// What is missing, in words.
    public var words: String {
        switch self {
        case .machine(let id): "There is no machine `\(id)`."
        case .signal(let id): "There is no signal number \(id.number)."
        }
    }
}
