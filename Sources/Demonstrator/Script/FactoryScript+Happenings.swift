// What people enter by hand: reasons, jobs, set-up marks, scrap, "I am on it".

public import Plant

extension FactoryScript {
    /// What people enter in a stretch of time, in order of `recorded`; also after `now`.
    ///
    /// Every event is given once: ranges that follow each other give what one long range gives.
    public func happenings(
        in range: TimeRange
    ) -> [(recorded: Timestamp, event: FactoryEvent)] {
        var said: [(recorded: Int64, event: FactoryEvent)] = []
        // Entries of a shift come at most an hour after its end.
        let span = Span(
            start: range.start.secondsSince1970 - 3600, end: range.end.secondsSince1970 + 1)
        for machine in models.indices {
            store.visit(machine: machine, span) { timeline in
                said += jobs(machine, timeline)
                said += marks(machine, timeline)
                said += reasons(machine, timeline)
                said += bookings(machine, timeline)
            }
        }
        for problem in store.problems(before: span.end) where problem.span.end >= span.start {
            said += entries(problem)
        }
        let inside = said.filter { range.contains(Timestamp(seconds: $0.recorded)) }
        return inside.enumerated().sorted {
            ($0.element.recorded, $0.offset) < ($1.element.recorded, $1.offset)
        }.map { (Timestamp(seconds: $0.element.recorded), $0.element.event) }
    }

    private typealias Entry = (recorded: Int64, event: FactoryEvent)

    private func jobs(_ machine: Int, _ timeline: ShiftTimeline) -> [Entry] {
        let slug = models[machine].slug
        return timeline.jobs.indices.compactMap { index in
            let start = timeline.jobs[index]
            let isLast = index == timeline.jobs.count - 1
            let end = isLast ? timeline.frame.span.end : timeline.jobs[index + 1].at
            guard end > plan.start else { return nil }
            // The job under way when history begins starts with it.
            let at = max(start.at, plan.start)
            let seconds = start.product.seconds
            return (
                at,
                .jobStarted(
                    machine: slug, at: Timestamp(seconds: at), job: start.job,
                    product: start.product.name,
                    idealPerPart: seconds > 0 ? .milliseconds(Int64(seconds * 1000)) : nil,
                    isEstimate: false, plannedParts: seconds > 0 ? start.plannedParts : nil)
            )
        }
    }

    private func marks(_ machine: Int, _ timeline: ShiftTimeline) -> [Entry] {
        timeline.segments.compactMap { segment in
            let kind: MarkKind
            switch segment.activity {
            case .setup: kind = .setup
            case .off, .pause:
                guard segment.reason >= 0 else { return nil }
                kind = .planned
            case .idle, .run, .slow, .fault: return nil
            }
            guard segment.span.end > plan.start else { return nil }
            return (
                max(segment.span.start, plan.start),
                .periodMarked(
                    machine: models[machine].slug, range: segment.span.range, kind: kind,
                    reason: SiteReasons.id(segment.reason))
            )
        }
    }

    private func reasons(_ machine: Int, _ timeline: ShiftTimeline) -> [Entry] {
        timeline.segments.compactMap { segment in
            guard problem(machine, segment) == nil, let told = told(machine, segment),
                let reason = SiteReasons.id(segment.reason)
            else { return nil }
            return (
                told,
                .stopReason(
                    machine: models[machine].slug,
                    at: Timestamp(seconds: segment.span.start + 30), reason: reason,
                    detail: SiteReasons.detail(segment.reason, segment.detail))
            )
        }
    }

    /// When a person says why a machine stood, nil when nobody does.
    func told(_ machine: Int, _ segment: Segment) -> Int64? {
        if let problem = problem(machine, segment) { return problem.saidAt }
        let start = segment.span.start
        guard segment.activity == .idle || segment.activity == .fault, segment.reason >= 0,
            segment.span.length > Story.shortStop, start >= plan.start
        else { return nil }
        var random = SeededRandom(
            plan.seed, 0x746F_6C64, UInt64(machine), UInt64(bitPattern: start))
        if start >= plan.calmFrom { return start + random.seconds(60, 110) }
        return random.happens(0.9) ? start + random.seconds(60, 600) : nil
    }

    /// The planted problem that a segment belongs to.
    private func problem(_ machine: Int, _ segment: Segment) -> Problem? {
        guard segment.isPlanted, segment.activity == .idle || segment.activity == .fault,
            segment.span.end > plan.calmFrom
        else { return nil }
        return store.problems(before: segment.span.end).last {
            $0.machine == machine && $0.span.overlaps(segment.span)
        }
    }

    private func entries(_ problem: Problem) -> [Entry] {
        let machine = models[problem.machine].slug
        var entries: [Entry] = []
        if let seenAt = problem.seenAt {
            entries.append((seenAt, .problemSeen(machine: machine, at: Timestamp(seconds: seenAt))))
        }
        if let reason = SiteReasons.id(problem.reason) {
            entries.append(
                (
                    problem.saidAt,
                    .stopReason(
                        machine: machine, at: Timestamp(seconds: problem.span.start + 30),
                        reason: reason,
                        detail: SiteReasons.detail(problem.reason, problem.detail))
                ))
        }
        return entries
    }

    private func bookings(_ machine: Int, _ timeline: ShiftTimeline) -> [Entry] {
        let span = timeline.frame.span
        guard timeline.bookedScrap > 0, span.start >= plan.start else { return [] }
        return [
            (
                span.end + 120,
                .countBooked(
                    machine: models[machine].slug, range: span.range,
                    good: -timeline.bookedScrap, scrap: timeline.bookedScrap, rework: 0,
                    cause: "Cut too short")
            )
        ]
    }
}
