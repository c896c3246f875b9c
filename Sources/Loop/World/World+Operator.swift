// What the tablet at a machine shows: the machine now, the stops of its shift, causes, words by hand.

import Journal
public import Plant
import Understand

/// A stop of the shift as the tablet lists it.
public struct ShiftStop: Sendable, Hashable {
    /// From when until when; until now while it lasts.
    public let range: TimeRange
    /// The reason, nil while nobody has said.
    public let reason: StopReason?
    /// What more was said; may be empty.
    public let detail: String
    /// Other reasons that were given for it, the latest first: conflicts keep both.
    public let alsoSaid: [StopReason]
    /// Whether it lasts.
    public let isOpen: Bool
    /// What lies between it and the stop before, where both can be joined: a short run that was a
    /// try, or an empty range where the stop was parted; nil where they cannot.
    public let joins: TimeRange?
    /// Notes in people's own words, the oldest first.
    public let notes: [String]
}

/// The tablet at a machine.
public struct OperatorPicture: Sendable, Hashable {
    /// The machine as it is now.
    public let now: MachineNow
    /// Stops of the shift that are long enough to ask about, the newest first.
    public let stops: [ShiftStop]
    /// Causes of scrap that were given on this machine lately, the latest first.
    public let causes: [String]
    /// Whether only people tell what it does.
    public let isToldByHand: Bool
    /// The last thing that was told, nil for nothing.
    public let told: StateTold?
    /// Jobs on the list for it, the first due first.
    public let jobs: [PlannedJob]
    /// Good parts of the job on the machine so far, on every machine it ran on; nil without a job
    /// or where they are not counted.
    public let jobGood: Int64?
    /// Of the job on the machine and those on the list: when the first part was found not right,
    /// where nobody has said since that it is.
    public let firstOffWrong: [String: Timestamp]

    /// A picture.
    public init(
        now: MachineNow, stops: [ShiftStop], causes: [String], isToldByHand: Bool,
        told: StateTold?, jobs: [PlannedJob], jobGood: Int64? = nil,
        firstOffWrong: [String: Timestamp] = [:]
    ) {
        self.now = now
        self.stops = stops
        self.causes = causes
        self.isToldByHand = isToldByHand
        self.told = told
        self.jobs = jobs
        self.jobGood = jobGood
        self.firstOffWrong = firstOffWrong
    }
}

extension World {
    /// The tablet at a machine, nil when there is none of that id; blocks while it reads.
    public func operatorPicture(_ id: Slug) throws -> OperatorPicture? {
        guard let machine = factory.machines[id], let now = try machinePicture(id) else {
            return nil
        }
        let factory = self.factory
        let shift = TimeRange(start: now.stripRange.start, end: time)
        let whole = try reading(machine, now.stripRange).timeline
        // Up to the very end, so that a stop that lasts stays open.
        let timeline = whole.slice(TimeRange(start: shift.start, end: whole.range.end))
        let said = timeline.annotations
        let notes = try journal.events(numbered: said.notes.map(\.sequence))
        let stops = timeline.stops.filter { stop in
            let isLost = stop.state == .stopped || stop.state == .fault
            let isAsked = stop.range.elapsed >= UnderstandLimits.shortStop || stop.isOpen
            return (isLost && isAsked) || stop.reason != nil
        }.suffix(LoopLimits.stopsOfShift).reversed().map { stop in
            let given = said.reasons.filter {
                $0.at >= stop.range.start && $0.at < stop.range.end && $0.reason != stop.reason
            }
            var known: Set<Slug> = []
            return ShiftStop(
                range: stop.range, reason: stop.reason.flatMap { factory.reasons[$0] },
                detail: stop.detail,
                alsoSaid: given.sorted { $0.sequence > $1.sequence }.map(\.reason)
                    .filter { known.insert($0).inserted }.compactMap { factory.reasons[$0] },
                isOpen: stop.isOpen, joins: timeline.joint(before: stop),
                notes: notes.compactMap { stored in
                    guard case .stopNoted(_, let at, let note) = stored.event,
                        at >= stop.range.start, at < stop.range.end
                    else { return nil }
                    return note
                })
        }
        let weeks = try journal.annotations(
            of: id, in: TimeRange(start: time - .hours(24 * 28), end: time + .hours(1)))
        var causes: [String] = []
        for booking in weeks.bookings.reversed()
        where !booking.cause.isEmpty && !causes.contains(booking.cause) {
            causes.append(booking.cause)
            if causes.count == LoopLimits.causesOffered { break }
        }
        let jobs = Array(
            factory.openJobs.filter { $0.machine == nil || $0.machine == id }
                .prefix(LoopLimits.jobsOffered))
        var products: [String: String] = [:]
        for job in jobs { products[job.job] = job.product }
        if let job = now.job { products[job.job] = job.product }
        return OperatorPicture(
            now: now, stops: Array(stops), causes: causes,
            isToldByHand: machine.stateRules.isEmpty, told: said.told.last,
            jobs: jobs, jobGood: try now.job.flatMap { try goodParts(of: $0.job) },
            firstOffWrong: try firstOffWrong(products))
    }

    /// Of jobs by what is made: when the first part was found not right, where that stands.
    private func firstOffWrong(_ products: [String: String]) throws -> [String: Timestamp] {
        var found: [String: Timestamp] = [:]
        for (job, product) in products {
            let lists = factory.checkLists.values.filter { $0.isAsked(of: product) }
            guard lists.contains(where: { $0.moment == .firstOff }) else { continue }
            found[job] = CheckList.firstOffWrong(Array(lists), try journal.checks(of: job))
        }
        return found
    }
}

extension MachineTimeline {
    /// What lies between a stop and the one before it, nil where they cannot be joined.
    ///
    /// Only a seen run of at most ``LoopLimits/joinableRun``: time that was not seen is no try.
    func joint(before stop: MachineStop) -> TimeRange? {
        guard let before = stops.last(where: { $0.range.end <= stop.range.start }) else {
            return nil
        }
        let between = TimeRange(start: before.range.end, end: stop.range.start)
        guard between.elapsed <= LoopLimits.joinableRun else { return nil }
        let isSeenRunning = episodes.filter { $0.range.overlaps(between) }.allSatisfy {
            $0.state == .running || $0.state == .slow
        }
        return isSeenRunning || between.isEmpty ? between : nil
    }
}
