// From what was seen to what it means: the order of states, reasons, marks, breaks.
import Plant
import Testing

@testable import Understand

private let day = [minutes(0, 240), minutes(255, 480)]

private func timeline(
    _ observed: [ObservedEpisode], working: [TimeRange] = day,
    _ annotations: Annotations = Annotations(), slow: [TimeRange] = [], isLive: Bool = false,
    range: TimeRange? = nil
) -> MachineTimeline {
    MachineTimeline(
        range: range
            ?? TimeRange(
                start: observed.first?.range.start ?? origin,
                end: observed.last?.range.end ?? origin),
        observed: observed, working: working, annotations: annotations, reasons: siteReasons,
        slow: slow, isLive: isLive)
}

private func text(_ episodes: [StateEpisode]) -> String {
    episodes.map { episode in
        let from = (episode.range.start - origin).nanoseconds / 60_000_000_000
        let to = (episode.range.end - origin).nanoseconds / 60_000_000_000
        return "\(episode.state.code) \(from)-\(to)" + (episode.reason.map { " \($0.text)" } ?? "")
    }.joined(separator: ", ")
}

@Suite("What a machine's time means")
struct MachineTimelineTests {
    @Test("idle and off are stopped inside planned time and planned outside")
    func planned() {
        let line = timeline([seen(.running, -60, 100), seen(.idle, 100, 300), seen(.off, 300, 600)])
        #expect(
            text(line.episodes)
                == "running -60-100, stopped 100-240, planned 240-255, stopped 255-480,"
                + " planned 480-600")
    }

    @Test("unknown comes first, then fault, inside planned time and outside")
    func firstThatHolds() {
        let marks = [PeriodMark(kind: .setup, range: minutes(0, 600), reason: nil, sequence: 1)]
        let line = timeline(
            [
                seen(.unknown, 0, 10), seen(.fault, 10, 20), seen(.idle, 20, 30),
                seen(.fault, 500, 510),
            ],
            Annotations(marks: marks), range: minutes(0, 510))
        #expect(
            text(line.episodes)
                == "unknown 0-10, fault 10-20, setup 20-30, unknown 30-500, fault 500-510")
    }

    @Test("a setup mark wins over running; good parts booked inside it end that for their stretch")
    func trialRun() {
        let marks = [
            PeriodMark(kind: .setup, range: minutes(10, 50), reason: Slug("change"), sequence: 1)
        ]
        let bookings = [
            CountBooking(
                range: minutes(40, 50), good: 3, scrap: 0, rework: 0, cause: "", sequence: 2)
        ]
        let observed = [seen(.running, 0, 10), seen(.idle, 10, 20), seen(.running, 20, 60)]
        let trial = timeline(observed, Annotations(marks: marks))
        #expect(
            text(trial.episodes) == "running 0-10, setup 10-20 change, setup 20-50 change,"
                + " running 50-60")
        let booked = timeline(observed, Annotations(marks: marks, bookings: bookings))
        #expect(
            text(booked.episodes) == "running 0-10, setup 10-20 change, setup 20-40 change,"
                + " running 40-60")
    }

    @Test("a planned mark covers standing only")
    func plannedMark() {
        let marks = [PeriodMark(kind: .planned, range: minutes(0, 40), reason: nil, sequence: 1)]
        let line = timeline(
            [seen(.running, 0, 10), seen(.idle, 10, 60)], Annotations(marks: marks))
        #expect(text(line.episodes) == "running 0-10, planned 10-40, stopped 40-60")
    }

    @Test("where marks overlap the later entry wins")
    func overlappingMarks() {
        let marks = [
            PeriodMark(kind: .planned, range: minutes(0, 40), reason: nil, sequence: 5),
            PeriodMark(kind: .setup, range: minutes(20, 60), reason: nil, sequence: 4),
        ]
        let line = timeline([seen(.idle, 0, 60)], Annotations(marks: marks))
        #expect(text(line.episodes) == "planned 0-40, setup 40-60")
    }

    @Test("a reason belongs to the whole stop around its moment, across a break")
    func reasonAcrossBreak() {
        let line = timeline(
            [seen(.running, 0, 230), seen(.idle, 230, 270), seen(.running, 270, 480)],
            Annotations(reasons: [reason(Slug("material"), at: 232, detail: "steel late")]))
        #expect(
            text(line.episodes)
                == "running 0-230, stopped 230-240 material, planned 240-255,"
                + " stopped 255-270 material, running 270-480")
        #expect(line.stops.count == 1)
        #expect(line.stops.first?.lostTime == .minutes(25))
        #expect(line.stops.first?.detail == "steel late")
    }

    @Test("a night ends a stop: its reason does not reach the next morning")
    func night() {
        let working = [minutes(0, 480), minutes(1440, 1920)]
        let line = timeline(
            [seen(.running, 0, 470), seen(.off, 470, 1460), seen(.running, 1460, 1500)],
            working: working, Annotations(reasons: [reason(Slug("material"), at: 475)]))
        #expect(
            text(line.episodes)
                == "running 0-470, stopped 470-480 material, planned 480-1440,"
                + " stopped 1440-1460, running 1460-1500")
        #expect(line.stops.count == 2)
        #expect(line.stops.map(\.lostTime) == [.minutes(10), .minutes(20)])
    }

    @Test("of several reasons for a stop the later entry wins")
    func latestReason() {
        let reasons = [
            reason(Slug("tooling"), at: 12, sequence: 9),
            reason(Slug("material"), at: 18, sequence: 3),
        ]
        let line = timeline(
            [seen(.running, 0, 10), seen(.fault, 10, 15), seen(.idle, 15, 20)],
            Annotations(reasons: reasons))
        #expect(text(line.episodes) == "running 0-10, fault 10-15 tooling, stopped 15-20 tooling")
        #expect(line.stops.first?.entry == 9)
        #expect(line.stops.first?.state == .fault)
    }

    @Test(
        "a reason that means setup or planned makes the stop that",
        arguments: [
            (Slug("change"), "setup"), (Slug("meeting"), "planned"), (Slug("material"), "stopped"),
        ])
    func lossKinds(id: Slug, state: String) {
        let line = timeline(
            [seen(.running, 0, 10), seen(.idle, 10, 20)],
            Annotations(reasons: [reason(id, at: 11)]))
        #expect(text(line.episodes) == "running 0-10, \(state) 10-20 \(id.text)")
    }

    @Test("running stays running when a reason is given beside it")
    func reasonElsewhere() {
        let line = timeline(
            [seen(.running, 0, 10), seen(.idle, 10, 20)],
            Annotations(reasons: [reason(Slug("material"), at: 5)]))
        #expect(text(line.episodes) == "running 0-10, stopped 10-20")
    }

    @Test("time without a signal parts two stops")
    func gapParts() {
        let line = timeline(
            [seen(.idle, 0, 10), seen(.unknown, 10, 20), seen(.idle, 20, 30)],
            Annotations(reasons: [reason(Slug("material"), at: 5)]))
        #expect(text(line.episodes) == "stopped 0-10 material, unknown 10-20, stopped 20-30")
        #expect(line.unseen == [minutes(10, 20)])
    }

    @Test("slow stretches show only where it runs")
    func slow() {
        let line = timeline(
            [seen(.running, 0, 30), seen(.idle, 30, 40)], slow: [minutes(10, 40)])
        #expect(text(line.episodes) == "running 0-10, slow 10-30, stopped 30-40")
        #expect(line.currentSince == minute(30))
        #expect(line.slice(minutes(0, 20)).currentSince == minute(0))
    }

    @Test("only a live timeline is open at its end; a reason given just now counts")
    func live() {
        let annotations = Annotations(reasons: [reason(Slug("material"), at: 21)])
        let observed = [seen(.running, 0, 10), seen(.idle, 10, 20)]
        let line = timeline(observed, annotations, isLive: true)
        #expect(line.episodes.map(\.isOpen) == [false, true])
        #expect(line.stops.first?.isOpen == true)
        #expect(line.stops.first?.reason == Slug("material"))
        #expect(timeline(observed, annotations).episodes.last?.isOpen == false)
        #expect(line.slice(minutes(0, 15)).episodes.last?.isOpen == false)
    }

    @Test("a stop that is parted has a reason for each part; joined again it is one stop")
    func parted() {
        let observed = [seen(.running, 0, 10), seen(.idle, 10, 60), seen(.running, 60, 90)]
        let middle = origin + .minutes(30)
        let given = [
            reason(Slug("material"), at: 15, sequence: 1),
            reason(Slug("tooling"), at: 40, sequence: 2),
        ]
        let cut = StopCut(at: middle, isCut: true, sequence: 3)
        let two = timeline(observed, Annotations(reasons: given, cuts: [cut]))
        #expect(
            text(two.episodes)
                == "running 0-10, stopped 10-30 material, stopped 30-60 tooling, running 60-90")
        #expect(two.stops.map(\.lostTime) == [.minutes(20), .minutes(30)])
        let again = StopCut(at: middle, isCut: false, sequence: 4)
        let one = timeline(observed, Annotations(reasons: given, cuts: [cut, again]))
        #expect(text(one.episodes) == "running 0-10, stopped 10-60 tooling, running 60-90")
        // A moment while it ran parts nothing.
        let beside = StopCut(at: origin + .minutes(70), isCut: true, sequence: 5)
        let same = timeline(observed, Annotations(reasons: given, cuts: [beside]))
        #expect(same.stops == timeline(observed, Annotations(reasons: given)).stops)
    }

    @Test("states tile every range whatever was said", arguments: UInt64(1)...40)
    func tiles(seed: UInt64) {
        var random = Seeded(seed)
        func part() -> TimeRange {
            let start = Double.random(in: -50..<500, using: &random)
            return minutes(start, start + Double.random(in: 0..<120, using: &random))
        }
        var observed: [ObservedEpisode] = []
        var cursor = 0.0
        while cursor < 480 {
            let end = min(480, cursor + Double.random(in: 1..<60, using: &random))
            observed.append(
                seen(ObservedState.allCases.randomElement(using: &random) ?? .idle, cursor, end))
            cursor = end
        }
        let annotations = Annotations(
            reasons: (0..<5).map { sequence in
                reason(
                    siteReasons.keys.sorted().randomElement(using: &random) ?? Slug("tooling"),
                    at: Double.random(in: 0..<480, using: &random), sequence: Int64(sequence))
            },
            marks: (0..<4).map { sequence in
                PeriodMark(
                    kind: Bool.random(using: &random) ? .setup : .planned, range: part(),
                    reason: nil, sequence: Int64(sequence))
            })
        let range = minutes(-20, 500)
        let line = timeline(observed, annotations, slow: [minutes(100, 200)], range: range)
        #expect(line.episodes.first?.range.start == range.start)
        #expect(line.episodes.last?.range.end == range.end)
        for (left, right) in zip(line.episodes, line.episodes.dropFirst()) {
            #expect(left.range.end == right.range.start)
        }
        // Elements add up to calendar time, and the parts of any cut to the whole.
        let whole = TimeElements(timeline: line, period: range, reasons: siteReasons)
        let sum =
            whole.outside + whole.plannedDown + whole.unknown + whole.downTime + whole.delayTime
            + whole.setupTime + whole.productionTime
        #expect(sum == range.elapsed)
        #expect(whole.calendar == range.elapsed)
        let cut = minute(Double.random(in: -20..<500, using: &random))
        let left = TimeElements(
            timeline: line, period: TimeRange(start: range.start, end: cut), reasons: siteReasons)
        let right = TimeElements(
            timeline: line, period: TimeRange(start: cut, end: range.end), reasons: siteReasons)
        #expect(left + right == whole)
    }
}
