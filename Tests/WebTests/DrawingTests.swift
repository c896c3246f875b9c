// Strips and charts as text: forms, gaps, escaping.

import Foundation
import Hummingbird
import Loop
import Plant
import Testing

@testable import Web

@Suite("Drawings")
struct DrawingTests {
    /// London's year 2026.
    private let zone = ZoneRules(
        name: "Europe/London", firstOffsetSeconds: 0,
        changes: [
            .init(at: Timestamp(seconds: 1_774_746_000), offsetSeconds: 3600),
            .init(at: Timestamp(seconds: 1_792_890_000), offsetSeconds: 0),
        ])

    private func episode(
        _ state: MachineState, _ from: Int64, _ to: Int64, reason: Slug? = nil, isOpen: Bool = false
    ) -> StateEpisode {
        StateEpisode(
            state: state,
            range: TimeRange(
                start: FixtureDay.start + .minutes(from), end: FixtureDay.start + .minutes(to)),
            reason: reason, isOpen: isOpen)
    }

    @Test("history is ink, only what needs a person now has colour (ux 12)")
    func forms() {
        let past = episode(.stopped, 0, 10)
        let given = episode(.stopped, 20, 30, reason: FixtureDay.tooling)
        let fault = episode(.fault, 30, 40)
        let now = episode(.stopped, 50, 60, isOpen: true)
        let quiet = Strip(range: FixtureDay.shift, episodes: [past, given, fault, now])
        #expect([past, given, fault, now].map(quiet.form) == [.open, .was, .past, .open])
        let called = Strip(
            range: FixtureDay.shift, episodes: [past, given, fault, now], needsPerson: true)
        #expect([past, given, fault, now].map(called.form) == [.stop, .was, .past, .stop])
        let live = episode(.fault, 50, 60, isOpen: true)
        let faulty = Strip(range: FixtureDay.shift, episodes: [past, live], needsPerson: true)
        #expect([past, live].map(faulty.form) == [.open, .fault])
    }

    @Test("a strip says in words what it shows")
    func sentence() {
        let words = Strip.sentence(
            machine: "Lathe 1", when: "since 06:00",
            episodes: [episode(.running, 0, 252), episode(.stopped, 252, 276)],
            range: FixtureDay.shift)
        #expect(
            words == "Lathe 1, since 06:00: running 4\u{a0}h 12\u{a0}min, stopped 24\u{a0}min.")
    }

    /// Episodes of the given lengths in seconds, in turn, until the range is full.
    private func turns(
        _ parts: [(state: MachineState, seconds: Int64)], over range: TimeRange
    ) -> [StateEpisode] {
        var result: [StateEpisode] = []
        var start = range.start
        while start < range.end {
            let part = parts[result.count % parts.count]
            let end = min(range.end, start + .seconds(part.seconds))
            result.append(
                StateEpisode(state: part.state, range: TimeRange(start: start, end: end)))
            start = end
        }
        return result
    }

    @Test(
        "columns of a strip have the shares of the time, however short the states are",
        arguments: [
            [(MachineState.running, 20), (.stopped, 10)], [(.running, 11), (.stopped, 19)],
            [(.running, 47), (.slow, 13), (.stopped, 9), (.planned, 31)],
            [(.running, 1201), (.stopped, 37)], [(.running, 5003), (.setup, 1301)],
        ], [60, 500])
    func shares(parts: [(MachineState, Int)], columns: Int) {
        let week = TimeRange(start: FixtureDay.start, end: FixtureDay.start + .hours(24 * 7))
        let turns = turns(parts.map { ($0.0, Int64($0.1)) }, over: week)
        let cut = Strip(range: week, episodes: turns, columns: columns).cut()
        #expect(cut.count == columns)
        let whole = Double(parts.reduce(0) { $0 + $1.1 })
        let strip = Strip(range: week, episodes: turns)
        for (index, part) in parts.enumerated() {
            let form = strip.form(turns[index])
            let drawn = Double(cut.count { $0 == form }) / Double(columns)
            #expect(abs(drawn - Double(part.1) / whole) < 0.03, "\(form) \(drawn)")
        }
    }

    @Test("a column shows the state that held longest, and none that was not")
    func longest() {
        let range = TimeRange(start: FixtureDay.start, end: FixtureDay.start + .minutes(40))
        let strip = Strip(
            range: range,
            episodes: [
                episode(.running, 0, 9), episode(.stopped, 9, 12), episode(.running, 12, 20),
                episode(.setup, 20, 27), episode(.running, 27, 30),
            ], columns: 4)
        #expect(strip.cut() == [.run, .run, .setup, nil])
    }

    @Test("a fault under way is seen in the widest column")
    func urgent() {
        let week = TimeRange(start: FixtureDay.now - .hours(24 * 28), end: FixtureDay.now)
        let fault = TimeRange(start: FixtureDay.now - .minutes(3), end: FixtureDay.now)
        let episodes = [
            StateEpisode(
                state: .running, range: TimeRange(start: week.start, end: fault.start)),
            StateEpisode(state: .fault, range: fault, isOpen: true),
        ]
        #expect(Strip(range: week, episodes: episodes).cut().last == .past)
        #expect(Strip(range: week, episodes: episodes, needsPerson: true).cut().last == .fault)
    }

    @Test("a stop too short to ask about is not drawn as one that waits for a reason")
    func brief() {
        let range = FixtureDay.shift
        let brief = StateEpisode(
            state: .stopped,
            range: TimeRange(start: range.start, end: range.start + .seconds(90)))
        let open = episode(.stopped, 50, 60, isOpen: true)
        let strip = Strip(range: range, episodes: [brief, open], needsPerson: true)
        #expect([brief, open].map(strip.form) == [.brief, .stop])
        let slower = Strip(
            range: range, episodes: [open, episode(.running, 60, 61)], shortStop: .minutes(20))
        #expect(slower.form(open) == .brief)
    }

    @Test("a strip of many short states stays small")
    func manyStates() {
        let many = (0..<20_000).map { index in
            let start = FixtureDay.start + .seconds(Int64(index))
            return StateEpisode(
                state: index % 2 == 0 ? .running : .stopped,
                range: TimeRange(start: start, end: start + .seconds(1)))
        }
        let strip = Strip(range: FixtureDay.shift, episodes: many)
        #expect(strip.drawing(label: "x").renderText.utf8.count < 30_000)
    }

    @Test("labels are escaped")
    func escaping() {
        let text = SVGElement("svg").with("aria-label", "a\"<b>&").markup.renderText
        #expect(text == "<svg aria-label=\"a&quot;&lt;b&gt;&amp;\"/>")
    }

    private func chart(_ counts: [Int]) -> SignalChart {
        let step: Int64 = 60
        let buckets = counts.enumerated().map { index, count in
            let start = FixtureDay.start + .seconds(Int64(index) * step)
            return Bucket(
                range: TimeRange(start: start, end: start + .seconds(step)), count: count,
                minimum: 1, maximum: 3, mean: 2, first: 1, last: 3)
        }
        let end = FixtureDay.start + .seconds(Int64(counts.count) * step)
        let signal = Signal(
            id: SignalID(1), name: "x", kind: .number, unit: "A",
            source: SignalSource(connection: FixtureDay.lathe, address: "x"))
        return FixtureChart.make(
            signal: signal, range: TimeRange(start: FixtureDay.start, end: end), buckets: buckets)
    }

    @Test(
        "lines break where nothing was seen, not where samples are sparse (R-40)",
        arguments: [
            ([1, 1, 1, 1, 1, 1], 1), ([1, 0, 0, 1, 0, 0, 1, 0, 0, 1], 1),
            ([1, 1, 1, 0, 0, 0, 0, 1, 1, 1], 2), ([1], 1),
        ])
    func gaps(counts: [Int], runs: Int) throws {
        let chart = chart(counts)
        let line = try #require(LineChart(chart, form: .measured, axis: axis(chart)))
        #expect(line.runs.count == runs)
    }

    @Test("a chart of nothing is no chart")
    func nothing() {
        let chart = chart([0, 0, 0])
        #expect(LineChart(chart, form: .measured, axis: axis(chart)) == nil)
    }

    private func axis(_ chart: SignalChart) -> TimeAxis {
        TimeAxis(chart.range, zone: zone)
    }

    @Test(
        "scales end at round values that hold the data, and no two marks read alike",
        arguments: [
            (0.3, 11.2), (995, 1005), (-4, 4), (0, 0), (7, 7), (0.001, 0.0042), (25.004, 25.02),
            (76_608.1, 76_620.4), (25.004, 25.004), (0, 1),
        ] as [(Double, Double)], [false, true])
    func scales(ends: (Double, Double), whole: Bool) {
        let (low, high) = ends
        let scale = Scale(low, high, whole: whole)
        #expect(scale.low <= low + 1e-9 && scale.high >= high - 1e-9 && scale.low < scale.high)
        #expect((1...5).contains(scale.count))
        #expect(Set(scale.marks).count == scale.count + 1, "\(scale.marks)")
        #expect(!whole || scale.marks.allSatisfy { !$0.contains(".") }, "\(scale.marks)")
    }

    @Test("a code is drawn as steps, never as a slope")
    func steps() throws {
        let chart = chart([1, 1, 1])
        let line = try #require(LineChart(chart, form: .coded([:]), axis: axis(chart)))
        let text = line.drawing(label: "x").renderText
        let path = try #require(text.components(separatedBy: "class=\"line\" d=\"").last)
        #expect(path.contains("V") && !path.prefix { $0 != "\"" }.contains("L"), "\(path)")
        #expect(!text.contains("class=\"band\""))
    }

    @Test(
        "marks of time stand at round times of the wall clock, with the date where days pass",
        arguments: [
            (
                "2026-11-13T10:25:08Z", "2026-11-13T11:25:08Z",
                ["10:30", "10:40", "10:50", "11:00", "11:10", "11:20"]
            ),
            (
                "2026-11-13T06:00:00Z", "2026-11-13T14:00:00Z",
                ["06:00", "08:00", "10:00", "12:00", "14:00"]
            ),
            (
                "2026-11-12T11:25:08Z", "2026-11-13T11:25:08Z",
                ["12:00", "18:00", "Fri 13 Nov", "06:00"]
            ),
            (
                "2026-11-06T11:25:08Z", "2026-11-13T11:25:08Z",
                ["Sat 7 Nov", "Mon 9 Nov", "Wed 11 Nov", "Fri 13 Nov"]
            ),
            // The day the clocks go back has 25 hours and still whole hours.
            (
                "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z",
                ["Sun 25 Oct", "06:00", "12:00", "18:00", "Mon 26 Oct"]
            ),
        ])
    func times(from: String, to: String, words: [String]) throws {
        let range = TimeRange(
            start: try #require(Timestamp(rfc3339: from)), end: try #require(Timestamp(rfc3339: to))
        )
        #expect(TimeAxis(range, zone: zone).marks.map(\.words) == words)
    }

    @Test("a broken template ends the start with its name")
    func templates() throws {
        #expect(throws: StartError.self) { try PageLibrary(sources: ["a": "{{#b}}"]) }
        #expect(throws: StartError.missingTemplate(name: "gone", usedIn: "a")) {
            try PageLibrary(sources: ["a": "{{>gone}}"])
        }
        _ = try PageLibrary()
    }

    @Test("templates print nothing unescaped but drawings")
    func unescaped() {
        let allowed: Set<String> = [
            "frame.patterns", "mark", "strip", "sample", "bar", "drawing", "axis", "dayAxis",
        ]
        for (name, source) in PageLibrary.embedded {
            #expect(!source.contains("{{&"), "\(name)")
            for part in source.split(separator: "{{{").dropFirst() {
                #expect(allowed.contains(String(part.prefix { $0 != "}" })), "\(name)")
            }
        }
    }
}
