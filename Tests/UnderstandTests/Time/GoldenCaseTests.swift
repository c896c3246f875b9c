// Days that go wrong in ways that really happen, each with an answer worked out by hand.

import Plant
import Testing

@testable import Understand

private let level = SignalID(1)
private let counter = SignalID(2)

/// One machine's day from samples: a level every ten seconds, a counter beside it.
private struct Day {
    var times: [Int64] = []
    var levels: [Double] = []
    var counts: [Int64] = []
    var annotations = Annotations()
    var steps = ClockSteps.none
    var bits = 32

    /// Samples of a stretch in minutes from the origin: running or standing, counting up.
    mutating func add(
        _ from: Double, _ to: Double, running: Bool, count: (Double) -> Int64
    ) {
        var now = from
        while now < to - 1e-9 {
            times.append(minute(now).nanoseconds)
            levels.append(running ? 8 : 2)
            counts.append(count(now))
            now += 1.0 / 6
        }
    }

    func record(_ range: TimeRange, working: [TimeRange]) -> MachineRecord {
        var machine = Machine(id: Slug("lathe-1"), name: "Lathe 1", area: nil, addedAt: origin)
        machine.stateRules = [
            Dated(
                from: .distantPast,
                value: StateRule(
                    source: .level(level, running: Threshold(rise: 5, fall: 3), idle: nil)))
        ]
        machine.counts = CountRule(total: counter, scrap: nil, bits: bits)
        return MachineRecord(
            machine: machine,
            series: [
                level: SampleSeries(times: times, values: .numbers(levels)),
                counter: SampleSeries(times: times, values: .integers(counts)),
            ],
            range: range, working: working, annotations: annotations, reasons: siteReasons,
            steps: steps)
    }
}

@Suite("Golden cases") struct GoldenCaseTests {
    private static func pattern(_ from: Int, _ to: Int) -> ShiftPattern {
        ShiftPattern(
            id: Slug("night"), name: "Night", days: Set(Weekday.allCases),
            hours: ClockSpan(from: from * 3600, to: to * 3600), breaks: [])
    }

    private static let nights = ShiftCalendar(
        zone: london,
        versions: [
            CalendarVersion(
                validFrom: CivilDate(dayNumber: 20_000), shifts: [pattern(22, 6)], daysOff: [])
        ])

    /// The night shift that starts on a date, run through at one part a minute.
    private func night(_ date: String) throws -> (length: Elapsed, figures: OEE) {
        let day = try #require(CivilDate(date))
        let noon = london.instant(of: day, secondsOfDay: 12 * 3600)
        let shift = try #require(
            Self.nights.shifts(in: TimeRange(start: noon, end: noon + .hours(24)))
                .first { $0.date == day })
        let from = Double((shift.range.start - origin).seconds) / 60
        let to = Double((shift.range.end - origin).seconds) / 60
        var samples = Day()
        samples.add(from - 1, to + 1, running: true) { Int64(($0 - from + 10).rounded(.down)) }
        samples.annotations = Annotations(jobs: [
            job("A", ideal: .minutes(1), from - 10, to + 10)
        ])
        let record = samples.record(shift.range, working: shift.working)
        return (shift.range.elapsed, record.figures(in: shift.range))
    }

    @Test(
        "E5: a night across a clock change lasts what it lasts, and its OEE is 1",
        arguments: [
            ("2026-03-28", 420), ("2026-10-24", 540), ("2026-11-09", 480),
        ] as [(String, Int64)])
    func clockChange(_ date: String, _ minutes: Int64) throws {
        let (length, figures) = try night(date)
        #expect(length == .minutes(minutes))
        #expect(figures.time.plannedBusy == .minutes(minutes))
        #expect(figures.time.productionTime == .minutes(minutes))
        #expect(figures.parts.made == minutes)
        #expect(figures.ratio(.oee) == 1)
    }

    @Test("no shift set: nothing is planned, so there is no OEE, and parts are said")
    func noShift() {
        var day = Day()
        day.add(0, 60, running: true) { Int64($0.rounded(.down)) }
        day.annotations = Annotations(jobs: [job("A", ideal: .minutes(1), 0, 60)])
        let figures = day.record(minutes(0, 60), working: []).figures(in: minutes(0, 60))
        #expect(figures.time.plannedBusy == .zero)
        #expect(figures.indicator(.oee).value == .undefined("nothing planned"))
        #expect(figures.time.unplannedProduction == .minutes(60))
        #expect(figures.findings.contains(.unplannedOutput(59)))
    }

    @Test("a counter that is set back to zero loses nothing, one of 16 bits rolls over")
    func counters() {
        var reset = Day()
        // 100 parts up to minute 100; then the control starts again at zero and makes 50 more.
        reset.add(0, 150, running: true) { now in
            now < 100 ? 5_000 + Int64(now) : Int64(now) - 100
        }
        let whole = reset.record(minutes(0, 150), working: [minutes(0, 150)])
        // 99 up to the reset, 0 by the reset itself, 49 after it.
        #expect(whole.ledger.totals(in: minutes(0, 150)).made == 148)

        var rolling = Day()
        rolling.bits = 16
        rolling.add(0, 100, running: true) { (65_500 + Int64($0)) % 65_536 }
        let rolled = rolling.record(minutes(0, 100), working: [minutes(0, 100)])
        #expect(rolled.ledger.totals(in: minutes(0, 100)).made == 99)
    }

    @Test("a clock that jumps forward by an hour makes no hour of running")
    func clockStep() {
        var day = Day()
        day.add(0, 60, running: true) { Int64($0) }
        // The clock was an hour behind: after the jump it is minute 120.
        day.add(120, 180, running: true) { Int64($0) - 60 }
        day.steps = ClockSteps([ClockStep(at: minute(120), by: .minutes(60))])
        let figures = day.record(minutes(0, 180), working: [minutes(0, 180)])
            .figures(in: minutes(0, 180))
        #expect(figures.time.calendar == .minutes(120))
        #expect(figures.time.productionTime <= .minutes(120))
        #expect(figures.findings.contains(.clockStep))
    }

    @Test("an ideal time that is too long shows as more than 100 %, and is never cut")
    func wrongIdeal() {
        var day = Day()
        day.add(0, 100, running: true) { Int64($0) }
        day.annotations = Annotations(jobs: [job("A", ideal: .minutes(2), 0, 100)])
        let figures = day.record(minutes(0, 100), working: [minutes(0, 100)])
            .figures(in: minutes(0, 100))
        // 99 parts of two minutes in a hundred minutes.
        #expect(figures.ratio(.effectiveness) == 1.98)
        #expect(figures.findings.contains(.fasterThanIdeal(ratio: 1.98)))
        #expect(figures.findings.contains(.moreThanPlanned(ratio: 1.98)))
        #expect(figures.indicator(.oee).value == .amount(1.98))
    }

    @Test("E3: two products in a shift, quality by time and never by pieces")
    func twoProducts() {
        var day = Day()
        // 100 min of A at two a minute, then 150 min of B at two in three minutes, 170 standing.
        day.add(0, 100, running: true) { Int64($0 * 2) }
        day.add(100, 250, running: true) { 200 + Int64(($0 - 100) / 1.5) }
        day.add(250, 420, running: false) { _ in 300 }
        day.annotations = Annotations(
            jobs: [job("A", ideal: .seconds(30), 0, 100), job("B", ideal: .seconds(90), 100, 420)],
            bookings: [
                CountBooking(
                    range: minutes(50, 60), good: -10, scrap: 10, rework: 0, cause: "",
                    sequence: 1),
                CountBooking(
                    range: minutes(200, 210), good: -4, scrap: 4, rework: 0, cause: "", sequence: 2),
            ])
        let record = day.record(minutes(0, 420), working: [minutes(0, 420)])
        let figures = record.figures(in: minutes(0, 420))
        #expect(figures.parts == PartTotals(made: 300, good: 286, scrap: 14))
        // The change of product belongs to the second reading that shows it: 200 of A, 100 of B.
        #expect(figures.production.lots.map(\.parts.made) == [199, 101])
        let good = (189.0 * 0.5 + 97 * 1.5) / 420
        #expect(figures.ratio(.oee).map { abs($0 - good) < 1e-12 } == true)
    }

    @Test("a day of a dead sensor is a day without data: not stopped, not running, no OEE")
    func deadSensor() {
        var day = Day()
        day.add(-10, 0, running: true) { _ in 7 }
        let figures = day.record(minutes(0, 1440), working: [minutes(0, 960)])
            .figures(in: minutes(0, 1440))
        #expect(figures.time.lost == .zero)
        #expect(figures.time.coverage < 0.001)
        #expect(figures.time.unknown >= .minutes(959))
        guard case .withheld(let words) = figures.indicator(.oee).value else {
            Issue.record("\(figures.indicator(.oee).value)")
            return
        }
        #expect(words.hasPrefix("Not enough seen"))
        guard case .withheld = figures.indicator(.availability).value else {
            Issue.record("availability is shown")
            return
        }
    }
}

@Suite("Deleting samples") struct DeletionTests {
    /// A day of a machine that runs and stands by turns, known to the second.
    private func truth(_ random: inout Seeded) -> [ObservedEpisode] {
        var episodes: [ObservedEpisode] = []
        var now = 0.0
        var isRunning = true
        while now < 480 {
            let length = Double.random(in: isRunning ? 8...50 : 3...14, using: &random)
            let end = min(480, now + length)
            episodes.append(seen(isRunning ? .running : .idle, now, end))
            now = end
            isRunning.toggle()
        }
        return episodes
    }

    private func record(
        _ truth: [ObservedEpisode], kept: (Int) -> Bool
    ) -> Indicator {
        var times: [Int64] = []
        var values: [Double] = []
        var place = 0
        for step in 0..<2_880 {
            let time = at(Double(step) * 10)
            while place + 1 < truth.count, truth[place].range.end <= time { place += 1 }
            guard kept(step) else { continue }
            times.append(time.nanoseconds)
            values.append(truth[place].state == .running ? 8 : 2)
        }
        var machine = Machine(id: Slug("m"), name: "M", area: nil, addedAt: origin)
        machine.stateRules = [
            Dated(
                from: .distantPast,
                value: StateRule(
                    source: .level(level, running: Threshold(rise: 5, fall: 3), idle: nil),
                    runningDwell: .seconds(5), stoppedDwell: .seconds(5),
                    staleAfter: .seconds(20)))
        ]
        let range = minutes(0, 480)
        return MachineRecord(
            machine: machine,
            series: [level: SampleSeries(times: times, values: .numbers(values))], range: range,
            working: [range], annotations: Annotations(), reasons: [:]
        ).figures(in: range).indicator(.availability)
    }

    private func interval(_ indicator: Indicator) -> ClosedRange<Double>? {
        guard let value = indicator.value.amount else { return nil }
        guard case .range(let low, let high, _) = indicator.certainty else { return value...value }
        return low...high
    }

    @Test("a random fifth less widens the interval, which still holds the truth 95 times in 100")
    func fifth() {
        var held = 0
        var shown = 0
        let days = 200
        for day in 0..<days {
            var random = Seeded(UInt64(day) + 1)
            let truth = truth(&random)
            let running = truth.filter { $0.state == .running }
                .reduce(0.0) { $0 + $1.range.elapsed.seconds }
            let lost = Set((0..<2_880).filter { _ in Int.random(in: 0..<5, using: &random) == 0 })
            let whole = record(truth) { _ in true }
            let thinned = record(truth) { !lost.contains($0) }
            guard let before = interval(whole), let after = interval(thinned) else { continue }
            shown += 1
            #expect(
                after.upperBound - after.lowerBound > before.upperBound - before.lowerBound,
                "day \(day)")
            #expect(thinned.coverage < whole.coverage)
            if after.contains(running / 28_800) { held += 1 }
        }
        // A day of which too little is left is withheld: it claims nothing.
        #expect(shown >= days - 5)
        #expect(Double(held) >= 0.95 * Double(shown), "\(held) of \(shown)")
    }
}
