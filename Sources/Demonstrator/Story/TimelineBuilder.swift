// Lays the planted story over the ordinary course and adds up parts, scrap, energy and warmth.

import Plant

/// Makes one machine's timeline of one shift; the same input gives the same bits.
struct TimelineBuilder {
    let model: MachineModel
    let machine: Int
    let plan: StoryPlan

    /// The timeline of a shift and what it hands to the next.
    func timeline(
        _ frame: ShiftFrame, carry: Carry, problems: [Problem]
    ) -> (timeline: ShiftTimeline, carry: Carry) {
        let random = SeededRandom(
            plan.seed, 0x636F_7572, UInt64(machine), UInt64(frame.index))
        var course = OrdinaryCourse(model: model, frame: frame, plan: plan, random: random)
        course.run()
        let planted = PlantedStory.segments(
            machine: machine, frame: frame, plan: plan, problems: problems)
        var segments = course.segments
        for segment in planted { TimelineBuilder.lay(segment, over: &segments) }
        TimelineBuilder.closeGaps(&segments)
        var jobs = course.jobs
        addPlantedJob(&jobs, &course, frame)
        var next = carry
        addUp(&segments, jobs, &next)
        let made = Int64(segments.last.map { $0.progress(at: $0.span.end) } ?? 0)
        let scrapParts = scrap(made, frame)
        next.parts += made
        let booked = model.counts != nil && model.counts?.scrap == nil ? made / 150 : 0
        next.scrap += Int64(scrapParts.count)
        let timeline = ShiftTimeline(
            frame: frame, segments: segments, jobs: jobs, partsBefore: carry.parts,
            scrapBefore: carry.scrap, scrapParts: scrapParts, bookedScrap: booked)
        return (timeline, next)
    }

    /// Puts a segment over others, which keep what it leaves of them.
    static func lay(_ segment: Segment, over segments: inout [Segment]) {
        var result: [Segment] = []
        result.reserveCapacity(segments.count + 2)
        var isLaid = false
        for old in segments {
            guard old.span.overlaps(segment.span) else {
                if !isLaid, old.span.start >= segment.span.end {
                    result.append(segment)
                    isLaid = true
                }
                result.append(old)
                continue
            }
            if old.span.start < segment.span.start {
                var rest = old
                rest.span.end = segment.span.start
                result.append(rest)
            }
            if !isLaid {
                result.append(segment)
                isLaid = true
            }
            if old.span.end > segment.span.end {
                var rest = old
                rest.span.start = segment.span.end
                result.append(rest)
            }
        }
        if !isLaid { result.append(segment) }
        segments = result
    }

    /// Ordinary stops that touch a planted one become running, so that each stop stands alone.
    private static func closeGaps(_ segments: inout [Segment]) {
        for index in segments.indices where !segments[index].isPlanted {
            let activity = segments[index].activity
            guard activity == .idle || activity == .fault else { continue }
            let touchesBefore = index > 0 && segments[index - 1].isPlanted
            let touchesAfter = index + 1 < segments.count && segments[index + 1].isPlanted
            if touchesBefore || touchesAfter {
                let span = segments[index].span
                segments[index] = Segment(span.start, span.end, .run)
            }
        }
    }

    /// Mill 2 changes to its next job with the set-up that is under way at now.
    private func addPlantedJob(
        _ jobs: inout [JobStart], _ course: inout OrdinaryCourse, _ frame: ShiftFrame
    ) {
        let at = plan.now.snapped(to: 10) - 1020
        guard machine == MachineRoster.millTwo, frame.span.start <= at, at < frame.span.end else {
            return
        }
        jobs.removeAll { $0.at >= at }
        jobs.append(course.job(from: at, to: frame.span.end, isPlanted: true))
    }

    private func addUp(_ segments: inout [Segment], _ jobs: [JobStart], _ carry: inout Carry) {
        var progress = 0.0
        for index in segments.indices {
            var segment = segments[index]
            let product = jobs.last { $0.at <= segment.span.start }?.product ?? model.products[0]
            if segment.activity.isProducing, product.seconds > 0 {
                segment.rate = 1 / (product.seconds * segment.pace)
            }
            let draw = model.kilowatts[segment.activity]
            segment.kilowatts = segment.activity.isProducing ? draw * segment.load : draw
            if segment.heat == 0 { segment.heat = TimelineBuilder.heat(segment.activity) }
            segment.progress = progress
            segment.wattHours = carry.wattHours
            segment.warmth = carry.warmth
            progress = segment.progress(at: segment.span.end)
            carry.wattHours = segment.wattHours(at: segment.span.end)
            carry.warmth = segment.warmth(at: segment.span.end, inertia: model.inertia)
            segments[index] = segment
        }
    }

    /// Where warmth tends to in an activity.
    private static func heat(_ activity: Activity) -> Double {
        switch activity {
        case .off: 0
        case .idle, .pause: 0.35
        case .setup: 0.5
        case .run: 1
        case .slow: 0.9
        case .fault: 0.6
        }
    }

    /// The numbers of the scrap parts among those of a shift.
    private func scrap(_ made: Int64, _ frame: ShiftFrame) -> [Int64] {
        guard model.counts?.scrap != nil, made > 0 else { return [] }
        let seed = mixed(plan.seed ^ UInt64(machine) << 32 ^ UInt64(frame.index) ^ 0x7363_7261)
        let limit = model.habits.scrapShare * 2 - 1
        return (1...made).filter { noise(seed, $0) < limit }
    }
}
