// What is planted over the ordinary course: the improvement, maintenance, the picture at now.

import Plant

/// Segments laid over the ordinary course of one machine in one shift, in order of laying.
enum PlantedStory {
    /// Waits for material on the press brake in an 8-hour shift before kitting.
    static let waitsBefore = 2
    /// Shortest and longest wait before kitting, in steps of 10 s.
    static let waitBefore: (low: Int64, high: Int64) = (48, 85)
    /// Share of shifts with one wait once material is kitted.
    static let waitShareAfter = 0.5
    /// Shortest and longest wait once material is kitted, in steps of 10 s.
    static let waitAfter: (low: Int64, high: Int64) = (30, 67)

    /// Everything planted in one shift.
    static func segments(
        machine: Int, frame: ShiftFrame, plan: StoryPlan, problems: [Problem]
    ) -> [Segment] {
        var planted: [Segment] = []
        var random = SeededRandom(plan.seed, 0x706C_616E, UInt64(machine), UInt64(frame.index))
        if machine == MachineRoster.pressBrake {
            planted += materialWaits(frame: frame, plan: plan, random: &random)
        }
        if let maintenance = maintenance(machine, frame, plan, &random) {
            planted.append(maintenance)
        }
        planted += scene(machine: machine, plan: plan)
        for problem in problems where problem.machine == machine {
            var segment = Segment(
                problem.span.start, problem.span.end, problem.isFault ? .fault : .idle)
            segment.reason = problem.reason
            segment.detail = problem.detail
            if problem.isFault { segment.heat = 1.36 }
            planted.append(segment)
        }
        return planted.compactMap { segment in
            guard let span = segment.span.intersection(frame.span) else { return nil }
            var clipped = segment
            clipped.span = span
            clipped.isPlanted = true
            return clipped
        }
    }

    /// Waits for material, spread over the shift: fewer and shorter once it is kitted.
    private static func materialWaits(
        frame: ShiftFrame, plan: StoryPlan, random: inout SeededRandom
    ) -> [Segment] {
        let isLong = frame.span.length > 10 * 3600
        var count = isLong ? waitsBefore + 1 : waitsBefore
        if frame.isKitted { count = random.happens(waitShareAfter) ? 1 : 0 }
        let total = frame.working.reduce(0) { $0 + $1.length }
        var waits: [Segment] = []
        for index in 0..<count {
            let steps = frame.isKitted ? waitAfter : waitBefore
            let length = random.seconds(steps.low, steps.high) * 10
            let part = total / Int64(count)
            let room = max(1, part - length - 1800)
            let offset = part * Int64(index) + 1200 + random.seconds(0, room)
            guard let start = place(offset, length, in: frame.working) else { continue }
            var wait = Segment(start, start + length, .idle)
            wait.reason = SiteReasons.material
            wait.detail = frame.isKitted ? 2 : 0
            if wait.span.end <= plan.calmFrom { waits.append(wait) }
        }
        return waits
    }

    /// The second at an offset of working time, moved so that `length` fits before the break.
    private static func place(_ offset: Int64, _ length: Int64, in working: [Span]) -> Int64? {
        var rest = offset
        for stretch in working {
            if rest < stretch.length {
                guard stretch.length > length + 1200 else { return nil }
                let latest = stretch.end - length - 600
                return max(stretch.start + 600, min(stretch.start + rest, latest)).snapped(to: 10)
            }
            rest -= stretch.length
        }
        return nil
    }

    /// Planned maintenance: once in nineteen shifts, which is once a week.
    private static func maintenance(
        _ machine: Int, _ frame: ShiftFrame, _ plan: StoryPlan, _ random: inout SeededRandom
    ) -> Segment? {
        guard (frame.index + machine * 5) % 19 == 7, let working = frame.working.first else {
            return nil
        }
        let start = working.start + random.seconds(0, 60) * 10
        let length = random.seconds(240, 360) * 10
        let span = Span(start: start, end: min(working.end, start + length))
        guard !span.overlaps(plan.quiet) else { return nil }
        var segment = Segment(span.start, span.end, .pause)
        segment.reason = SiteReasons.maintenance
        return segment
    }

    /// What a visitor sees at now, machine by machine; the two problems come from the chains.
    private static func scene(machine: Int, plan: StoryPlan) -> [Segment] {
        let now = plan.now.snapped(to: 10)
        var random = SeededRandom(plan.seed, 0x7363_656E, UInt64(machine))
        func stretch(_ from: Int64, _ to: Int64, _ activity: Activity) -> Segment {
            var segment = Segment(now + from, now + to, activity)
            segment.load = random.between(0.96, 1.04)
            segment.pace = activity == .slow ? 1.42 : 1.02
            return segment
        }
        switch machine {
        case MachineRoster.pressBrake: return [stretch(-2700, -1380, .run)]
        case MachineRoster.moulder:
            var heating = stretch(-1400, -170, .run)
            heating.heat = 1.75
            return [heating]
        case MachineRoster.latheOne:
            return [
                stretch(-4400, -4320, .idle),
                stretch(-4320, 200 + random.seconds(0, 30) * 10, .run),
            ]
        case MachineRoster.latheTwo:
            return [
                stretch(-2350, -2280, .idle), stretch(-2280, 60 + random.seconds(0, 12) * 10, .run),
            ]
        case MachineRoster.millOne:
            return [
                stretch(-3200, -3120, .idle),
                stretch(-3120, 1500 + random.seconds(0, 60) * 10, .slow),
            ]
        case MachineRoster.millTwo:
            var setup = stretch(-1020, 400 + random.seconds(0, 20) * 10, .setup)
            setup.reason = SiteReasons.settingUp
            return [stretch(-1800, -1020, .run), setup]
        case MachineRoster.saw:
            let second = plan.now - now
            return [
                stretch(second - 17, second - 7, .idle), stretch(second - 7, second + 9, .run),
                stretch(second + 9, second + 18, .idle),
            ]
        default: return [stretch(-20_000, 3600, .run)]
        }
    }
}
