// Strips and charts as text: forms, gaps, escaping.

import Hummingbird
import Loop
import Plant
import Testing

@testable import Web

@Suite("Drawings")
struct DrawingTests {
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
        let line = try #require(LineChart(chart(counts)))
        #expect(line.runs.count == runs)
    }

    @Test("a chart of nothing is no chart")
    func nothing() {
        #expect(LineChart(chart([0, 0, 0])) == nil)
    }

    @Test(
        "scales end at round values that hold the data",
        arguments: [(0.3, 11.2), (995, 1005), (-4, 4), (0, 0), (7, 7), (0.001, 0.0042)])
    func scales(low: Double, high: Double) {
        let (bottom, top) = LineChart.scale(low, high)
        #expect(bottom <= low && top >= high && bottom < top)
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
            "frame.patterns", "mark", "strip", "sample", "bar", "drawing",
        ]
        for (name, source) in PageLibrary.embedded {
            #expect(!source.contains("{{&"), "\(name)")
            for part in source.split(separator: "{{{").dropFirst() {
                #expect(allowed.contains(String(part.prefix { $0 != "}" })), "\(name)")
            }
        }
    }
}
