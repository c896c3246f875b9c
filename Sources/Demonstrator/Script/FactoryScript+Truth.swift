// The truth of a stretch of time, read off the timelines themselves.

public import Plant

extension FactoryScript {
    /// What really happened in a stretch of time, cut to whole seconds from the start of history.
    public func truth(in range: TimeRange) -> FactoryTruth {
        let start = max(plan.start, range.start.secondsSince1970)
        let span = Span(start: start, end: max(start, range.end.secondsSince1970))
        return FactoryTruth(
            range: span.range, machines: models.indices.map { truth($0, span) },
            improvement: improvement, drift: drift)
    }

    private func truth(_ machine: Int, _ span: Span) -> MachineTruth {
        var episodes: [StateEpisode] = []
        var observed: [ObservedEpisode] = []
        var stops: [TrueStop] = []
        var scrapBooked: Int64 = 0
        let dead = machine == MachineRoster.latheTwo ? plan.dead.intersection(span) : nil
        store.visit(machine: machine, span) { timeline in
            for segment in timeline.segments {
                guard let part = segment.span.intersection(span) else { continue }
                add(segment, part, timeline.frame, to: &episodes)
                add(segment.activity, part, around: dead, to: &observed)
                add(machine, segment, part, to: &stops)
            }
            let shift = timeline.frame.span
            if shift.start >= span.start, shift.end <= span.end, shift.start >= plan.start {
                scrapBooked += timeline.bookedScrap
            }
        }
        let first = totals(machine, at: span.start)
        let last = totals(machine, at: span.end)
        return MachineTruth(
            machine: models[machine].slug, episodes: episodes, observed: observed, stops: stops,
            parts: last.parts - first.parts, scrap: last.scrap - first.scrap + scrapBooked,
            wattHours: last.wattHours - first.wattHours, unseen: dead.map { [$0.range] } ?? [])
    }

    private func totals(
        _ machine: Int, at second: Int64
    ) -> (parts: Int64, scrap: Int64, wattHours: Int64) {
        let timeline = store.timeline(machine: machine, at: second)
        let segment = timeline.segment(at: second)
        let made = Int64(segment.progress(at: second))
        return (
            timeline.partsBefore + made, timeline.scrapBefore + timeline.scrap(among: made),
            Int64(segment.wattHours(at: second))
        )
    }

    /// Adds a segment's states; standing counts as stopped in working time only.
    private func add(
        _ segment: Segment, _ part: Span, _ frame: ShiftFrame, to episodes: inout [StateEpisode]
    ) {
        let state: MachineState
        switch segment.activity {
        case .run: state = .running
        case .slow: state = .slow
        case .setup: state = .setup
        case .fault: state = .fault
        case .off, .pause: state = .planned
        case .idle:
            var cursor = part.start
            for working in frame.working {
                guard let inside = working.intersection(Span(start: cursor, end: part.end)) else {
                    continue
                }
                append(.planned, Span(start: cursor, end: inside.start), segment, &episodes)
                append(.stopped, inside, segment, &episodes)
                cursor = inside.end
            }
            append(.planned, Span(start: cursor, end: part.end), segment, &episodes)
            return
        }
        append(state, part, segment, &episodes)
    }

    private func append(
        _ state: MachineState, _ span: Span, _ segment: Segment, _ episodes: inout [StateEpisode]
    ) {
        guard span.length > 0 else { return }
        let reason = SiteReasons.id(segment.reason)
        if let last = episodes.last, last.state == state, last.reason == reason,
            last.range.end == span.range.start
        {
            episodes[episodes.count - 1].range.end = span.range.end
        } else {
            episodes.append(
                StateEpisode(
                    state: state, range: span.range, reason: reason,
                    detail: SiteReasons.detail(segment.reason, segment.detail)))
        }
    }

    private func add(
        _ activity: Activity, _ part: Span, around dead: Span?, to observed: inout [ObservedEpisode]
    ) {
        func append(_ state: ObservedState, _ span: Span) {
            guard span.length > 0 else { return }
            if let last = observed.last, last.state == state {
                observed[observed.count - 1].range.end = span.range.end
            } else {
                observed.append(ObservedEpisode(state: state, range: span.range))
            }
        }
        guard let dead, let hidden = part.intersection(dead) else {
            append(activity.observed, part)
            return
        }
        append(activity.observed, Span(start: part.start, end: hidden.start))
        append(.unknown, hidden)
        append(activity.observed, Span(start: hidden.end, end: part.end))
    }

    private func add(_ machine: Int, _ segment: Segment, _ part: Span, to stops: inout [TrueStop]) {
        guard segment.activity == .idle || segment.activity == .fault else { return }
        let told = told(machine, segment).map { Timestamp(seconds: $0) }
        let isFault = segment.activity == .fault
        let reason = SiteReasons.id(segment.reason)
        if let last = stops.last, last.range.end == part.range.start, last.isFault == isFault,
            last.reason == reason
        {
            // One stop that lies in two shifts.
            stops[stops.count - 1] = TrueStop(
                range: TimeRange(start: last.range.start, end: part.range.end), isFault: isFault,
                reason: reason, detail: last.detail, told: last.told ?? told)
            return
        }
        stops.append(
            TrueStop(
                range: part.range, isFault: isFault, reason: reason,
                detail: SiteReasons.detail(segment.reason, segment.detail), told: told))
    }

    /// The improvement by construction: mean number and length of waits in a week of 15 shifts
    /// of 8 hours and 4 of 12.
    var improvement: PlantedImprovement {
        let kitted = plan.start + Story.kittedAfter
        let frames = store.frames(Span(start: kitted, end: kitted + 86400))
        let from = frames.first { $0.isKitted }?.span.start ?? kitted
        let countBefore = Int64(15 * PlantedStory.waitsBefore + 4 * (PlantedStory.waitsBefore + 1))
        let meanBefore = (PlantedStory.waitBefore.low + PlantedStory.waitBefore.high - 1) * 5
        let meanAfter = (PlantedStory.waitAfter.low + PlantedStory.waitAfter.high - 1) * 5
        return PlantedImprovement(
            machine: models[MachineRoster.pressBrake].slug,
            reason: SiteReasons.all[SiteReasons.material].id, from: Timestamp(seconds: from),
            secondsPerWeekBefore: countBefore * meanBefore,
            secondsPerWeekAfter: Int64(19 * PlantedStory.waitShareAfter * Double(meanAfter)))
    }

    private var drift: PlantedDrift {
        PlantedDrift(
            machine: models[MachineRoster.latheOne].slug, signal: Slug("bore-diameter"),
            range: Span(start: plan.now - Story.drift, end: plan.now).range, micrometres: 9,
            lowerLimit: 25_000, upperLimit: 25_021)
    }
}
