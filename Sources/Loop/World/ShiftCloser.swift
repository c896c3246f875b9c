// Closing of shifts: their elements as an event, and a revision when late data changes them.

import Journal
import Plant
import Understand

/// Writes `shift.closed` 15 minutes after the end of each shift (decisions 26).
struct ShiftCloser: Sendable {
    let world: World

    /// Closes every shift of the last two days that is due, and revises those that changed.
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
