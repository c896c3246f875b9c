// The ordinary course of one machine through one shift, before anything is planted over it.

import Plant

/// Builds runs, stops, set-ups and breaks from a machine's habits.
struct OrdinaryCourse {
    let model: MachineModel
    let frame: ShiftFrame
    let plan: StoryPlan
    var random: SeededRandom
    private(set) var segments: [Segment] = []
    private(set) var jobs: [JobStart] = []
    /// Set-ups still to come, in time order.
    private var setups: [Span] = []

    /// A course through a shift; `run()` fills it.
    init(model: MachineModel, frame: ShiftFrame, plan: StoryPlan, random: SeededRandom) {
        self.model = model
        self.frame = frame
        self.plan = plan
        self.random = random
    }

    /// Fills the shift from its first to its last second.
    mutating func run() {
        let isClosed = frame.isQuietHours && random.happens(model.habits.closedShare)
        if isClosed, frame.span.end <= plan.calmFrom {
            var segment = Segment(frame.span.start, frame.span.end, .off)
            segment.reason = SiteReasons.agreed
            segments = [segment]
            return
        }
        planJobs()
        var cursor = frame.span.start
        let working = model.habits.runsThroughBreaks ? [frame.span] : frame.working
        for stretch in working {
            if stretch.start > cursor { segments.append(Segment(cursor, stretch.start, .pause)) }
            fill(stretch)
            cursor = stretch.end
        }
        if cursor < frame.span.end { segments.append(Segment(cursor, frame.span.end, .pause)) }
    }

    private mutating func planJobs() {
        guard let first = frame.working.first else { return }
        var starts: [Int64] = [frame.span.start]
        let begin = first.start + random.seconds(0, 12) * 10
        if random.happens(model.habits.setupShare) { addSetup(at: begin, within: first) }
        let share = random.between(0.62, 0.75)
        let middle = (frame.span.start + Int64(Double(frame.span.length) * share)).snapped(to: 10)
        let instant = Span(start: middle, end: middle + 1)
        if random.happens(0.35), let within = frame.working.first(where: { $0.overlaps(instant) }),
            addSetup(at: middle, within: within)
        {
            starts.append(middle)
        }
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : frame.span.end
            jobs.append(job(from: start, to: end, isPlanted: false))
        }
    }

    /// The job from one second to another.
    mutating func job(from start: Int64, to end: Int64, isPlanted: Bool) -> JobStart {
        let holdsNow = start <= plan.now && plan.now < end
        let index = random.index(model.products.count)
        let product = model.products[holdsNow || isPlanted ? 0 : index]
        // A number names one job for ever: machine, then the ten minutes in which it began.
        let place = model.slug.text.utf8.reduce(0) { ($0 * 31 + Int($1)) % 9 } + 1
        _ = random.index(1000)
        let number = String(place * 100_000 + Int(start / 600 % 100_000))
        let working = frame.working.reduce(0) {
            $0 + ($1.intersection(Span(start: start, end: end))?.length ?? 0)
        }
        let share = product.seconds > 0 ? Double(working) * 0.82 / product.seconds : 0
        return JobStart(at: start, job: number, product: product, plannedParts: Int64(share))
    }

    @discardableResult
    private mutating func addSetup(at start: Int64, within stretch: Span) -> Bool {
        guard model.habits.setupShare > 0 else { return false }
        let span = Span(start: start, end: start + random.seconds(48, 150) * 10)
        guard span.end <= stretch.end, span.start >= stretch.start, !span.overlaps(plan.quiet)
        else { return false }
        setups.append(span)
        return true
    }

    private mutating func fill(_ stretch: Span) {
        var cursor = stretch.start
        while cursor < stretch.end {
            if let setup = setups.first, setup.start <= cursor {
                setups.removeFirst()
                var segment = Segment(cursor, max(setup.end, cursor), .setup)
                segment.reason = SiteReasons.settingUp
                if segment.span.length > 0 { segments.append(segment) }
                cursor = segment.span.end
                continue
            }
            let limit = min(stretch.end, setups.first?.start ?? stretch.end)
            cursor = addRun(from: cursor, to: limit)
            if cursor < limit { cursor = addStop(from: cursor, to: limit) }
        }
    }

    private mutating func addRun(from start: Int64, to limit: Int64) -> Int64 {
        let isLive = start >= plan.calmFrom
        var length = max(120, model.habits.run * random.waiting() * (isLive ? 0.35 : 1))
        if let rhythm = model.habits.rhythm {
            let range = isLive ? rhythm.liveRun : rhythm.run
            length = random.between(range.lowerBound, range.upperBound)
        }
        let end = min(limit, start + max(model.grid, Int64(length).snapped(to: model.grid)))
        let isSlow = random.happens(model.habits.slowShare) && end - start >= 600 && !isLive
        var segment = Segment(start, end, isSlow ? .slow : .run)
        segment.load = random.between(0.94, 1.06)
        segment.pace = isSlow ? random.between(1.3, 1.5) : random.between(1.0, 1.05)
        segments.append(segment)
        return end
    }

    private mutating func addStop(from start: Int64, to limit: Int64) -> Int64 {
        let habits = model.habits
        let isLive = start >= plan.calmFrom
        let isShort = random.happens(isLive && habits.rhythm == nil ? 0.9 : habits.shortShare)
        let isFault = random.happens(habits.faultShare)
        var segment = Segment(start, start, .idle)
        var length: Int64
        if let rhythm = habits.rhythm, isShort || isLive {
            let range = isLive ? rhythm.liveIdle : rhythm.idle
            length = Int64(random.between(range.lowerBound, range.upperBound))
        } else if isShort {
            length = random.seconds(4, 11) * 10
        } else {
            let habit = choose(habits.stops)
            segment.activity = isFault && !isLive ? .fault : .idle
            segment.reason = segment.activity == .fault ? SiteReasons.breakdown : habit.reason
            let details = SiteReasons.all[segment.reason].details.count
            segment.detail = details > 0 && random.happens(0.6) ? random.index(details) : -1
            let usual = isLive ? 150.0 : habit.seconds
            length = Int64(max(150, usual * (0.45 + 0.6 * random.waiting())))
        }
        length = max(model.grid, length.snapped(to: model.grid))
        let end = min(limit, start + length)
        segment.span.end = end
        let shortest: Int64 = habits.rhythm == nil ? 40 : 6
        if end - start < shortest || (segment.reason >= 0 && end - start <= Story.shortStop) {
            // Too short to be told from a dip: it goes on running.
            segment = Segment(start, end, .run)
        }
        segments.append(segment)
        return end
    }

    private mutating func choose(_ stops: [StopHabit]) -> StopHabit {
        var place = random.unit() * stops.reduce(0) { $0 + $1.weight }
        for stop in stops {
            place -= stop.weight
            if place < 0 { return stop }
        }
        return stops[stops.count - 1]
    }
}
