// What a visitor meets: two open problems at now, and at most two at a time ever after.

import Demonstrator
import Plant
import Testing

/// Machines that need a person at an instant: a fault, or a stop of over two minutes that nobody
/// has explained.
func openProblems(_ script: FactoryScript, at time: Timestamp) -> [Slug] {
    let end = Timestamp(seconds: time.secondsSince1970 + 1)
    let around = TimeRange(start: time - .hours(3), end: end)
    let truth = script.truth(in: around)
    return truth.machines.compactMap { machine in
        guard let state = machine.episodes.last?.state, state == .fault || state == .stopped,
            let stop = machine.stops.last, stop.range.end == around.end
        else { return nil }
        if stop.isFault { return machine.machine }
        let isTold = stop.told.map { $0 <= time } ?? false
        return !isTold && time - stop.range.start > .seconds(120) ? machine.machine : nil
    }
}

struct PictureAtNowTests {
    /// Nights, Sundays, shift changes, breaks and both clock changes.
    static let moments: [(UInt64, String)] = {
        let special = [
            "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:20:00Z",
            "2026-10-25T00:20:00Z", "2026-10-25T01:10:00Z", "2026-10-25T02:45:00Z",
            "2026-10-25T06:00:00Z", "2026-06-14T03:00:00Z", "2026-06-14T12:15:00Z",
            "2026-06-12T21:05:00Z", "2026-06-15T05:01:00Z", "2026-06-13T05:10:00Z",
            "2026-11-16T06:05:00Z", "2026-11-13T10:10:00Z", "2026-11-13T18:05:03Z",
            "2026-11-13T02:20:59.9Z", "2026-12-31T23:59:58Z", "2027-01-01T00:00:00Z",
        ]
        let spread = (0..<34).map { index in
            (instant("2026-08-03T00:07:13Z") + .minutes(Int64(index) * 311)).rfc3339
        }
        return (special + spread).enumerated().map { (UInt64($0.offset) * 7919 + 1, $0.element) }
    }()

    @Test(arguments: moments)
    func `exactly two problems are open at now`(seed: UInt64, now: String) {
        let script = FactoryScript(seed: seed, now: instant(now), zone: london)
        #expect(
            Set(openProblems(script, at: script.now)) == [Slug("press-brake"), Slug("moulder-3")])
        let truth = script.truth(
            in: TimeRange(start: script.now - .hours(2), end: script.now + .seconds(1)))
        func state(_ machine: Slug) -> MachineState? {
            truth.machine(machine)?.episodes.last?.state
        }
        #expect(state(Slug("press-brake")) == .stopped)
        #expect(state(Slug("moulder-3")) == .fault)
        #expect(state(Slug("lathe-1")) == .running)
        #expect(state(Slug("lathe-2")) == .running)
        #expect(state(Slug("mill-1")) == .slow)
        #expect(state(Slug("mill-2")) == .setup)
        #expect(state(Slug("saw")) == .running)
        #expect(state(Slug("compressor")) == .running)
        let stopped = truth.machine(Slug("press-brake"))?.stops.last
        let minutes = stopped.map { (script.now - $0.range.start).minutes } ?? 0
        #expect((23.9...25.1).contains(minutes))
    }

    @Test func `for two days on, problems come and go and never more than two are open`() {
        var counts: [Int: Int] = [:]
        var machines: Set<Slug> = []
        for minute in stride(from: Int64(0), to: 48 * 60, by: 9) {
            let open = openProblems(friday, at: friday.now + .minutes(minute))
            counts[open.count, default: 0] += 1
            machines.formUnion(open)
        }
        #expect(counts.keys.max() == 2)
        #expect((counts[0] ?? 0) > 10)
        #expect((counts[2] ?? 0) > 10)
        #expect(machines.count == 6)
    }

    @Test func `some machine changes its state every half minute`() {
        let hour = TimeRange(start: friday.now, end: friday.now + .hours(1))
        let truth = friday.truth(in: hour)
        let changes = truth.machines.reduce(0) { $0 + $1.observed.count - 1 }
        #expect(changes > 120)
        var longest = Elapsed.zero
        for episode in truth.machine(Slug("saw"))?.observed ?? [] {
            longest = max(longest, episode.range.elapsed)
        }
        #expect(longest <= .seconds(35))
    }

    @Test func `every instant lies in a shift, and none is in a break around now`() {
        for (seed, now) in PictureAtNowTests.moments {
            let script = FactoryScript(seed: seed, now: instant(now), zone: london)
            let calendar = factory(script).calendar(zone: london)
            for day in [0, 1, 2, 3, 4, 5, 6, 20, 41] {
                let time = script.now - .hours(Int64(day) * 24)
                #expect(calendar.shift(at: time) != nil)
            }
            let near = TimeRange(start: script.now - .minutes(30), end: script.now + .minutes(45))
            let working = calendar.workingTime(in: near).reduce(Elapsed.zero) { $0 + $1.elapsed }
            #expect(working == near.elapsed)
        }
    }
}
