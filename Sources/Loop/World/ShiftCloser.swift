// Closing of shifts: their elements as an event, and a revision when late data changes them.

import Journal
import Plant
import Synchronization
import Understand

/// Writes `shift.closed` 15 minutes after the end of each shift (decisions 26).
struct ShiftCloser: Sendable {
    let world: World

    /// Closes every shift of the last two days that is due, and revises those that changed, and
    /// older ones that somebody has said something about since.
    func closeDueShifts() async throws {
        let now = world.time
        let range = TimeRange(start: now - .hours(48), end: now)
        let shifts = world.calendar.shifts(in: range).filter {
            $0.range.end + LoopLimits.shiftClosingDelay <= now && $0.range.start >= range.start
        }
        for machine in world.factory.activeMachines where !machine.stateRules.isEmpty {
            for shift in shifts where shift.range.start >= machine.addedAt - .hours(24 * 60) {
                try await close(shift, of: machine)
            }
        }
        try await reviseOlder(than: range.start)
    }

    /// Closed shifts from before a time about which the journal says more since the last look.
    private func reviseOlder(than limit: Timestamp) async throws {
        let newest = try world.journal.events(limit: 1, newestFirst: true).first?.sequence ?? 0
        let from =
            world.revisedUpTo.withLock { $0 } ?? max(0, newest - Int64(LoopLimits.revisionLook))
        var after = from
        while after < newest {
            let said = try world.journal.events(
                after: after, limit: LoopLimits.revisionLook, kinds: ShiftCloser.kinds)
            // A shift that many entries speak of is worked out once.
            var looked: Set<String> = []
            for stored in said {
                guard let (machine, about) = ShiftCloser.about(stored.event),
                    about.start < limit, let found = world.factory.machines[machine]
                else { continue }
                let part = TimeRange(start: about.start, end: min(about.end, limit))
                for shift in world.calendar.shifts(in: part)
                where try looked.insert(machine.text + " " + shift.id).inserted
                    && world.journal.closing(machine: machine, shift: shift.id) != nil
                {
                    try await close(shift, of: found)
                }
            }
            after = said.last?.sequence ?? newest
            if said.count < LoopLimits.revisionLook { break }
        }
        world.revisedUpTo.withLock { $0 = newest }
    }

    /// Events that change figures of the past.
    private static let kinds: Set<String> = [
        "stop.reason", "period.marked", "count.booked", "state.corrected", "job.started",
        "job.ended",
    ]

    /// The machine and the stretch that an event speaks of; an open one is the hour after it.
    private static func about(_ event: FactoryEvent) -> (machine: Slug, range: TimeRange)? {
        func moment(_ at: Timestamp) -> TimeRange { TimeRange(start: at, end: at + .hours(1)) }
        switch event {
        case .stopReason(let machine, let at, _, _): return (machine, moment(at))
        case .jobStarted(let machine, let at, _, _, _, _, _): return (machine, moment(at))
        case .jobEnded(let machine, let at): return (machine, moment(at))
        case .periodMarked(let machine, let range, _, _),
            .countBooked(let machine, let range, _, _, _, _),
            .stateCorrected(let machine, let range, _):
            return (
                machine,
                range.end == .distantFuture
                    ? moment(range.start)
                    : TimeRange(
                        start: range.start, end: max(range.end, range.start + .seconds(1)))
            )
        default: return nil
        }
    }

    private func close(_ shift: Shift, of machine: Machine) async throws {
        let facts = try world.closingFacts(machine: machine.id, range: shift.range)
        let known = try world.journal.closing(machine: machine.id, shift: shift.id)
        guard known?.facts != facts else { return }
        let revision = (known?.revision ?? -1) + 1
        try await world.say(
            .shiftClosed(
                machine: machine.id, shift: shift.id, revision: revision, facts: facts),
            actor: "box")
    }
}
