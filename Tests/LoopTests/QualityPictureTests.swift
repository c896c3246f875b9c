// A signal's stored values as a control chart: which points, which limits, what it says.

import Plant
import Testing
import Understand

@testable import Loop

struct QualityPictureTests {
    let test: TestWorld
    let signals: LatheSignals

    init() async throws {
        test = try TestWorld()
        try await test.apply(Workshop.text())
        signals = try LatheSignals(test.world)
    }

    private func store(_ values: [Double], every: Elapsed = .minutes(1)) async throws {
        let times = values.indices.map {
            (friday(6) + Elapsed(nanoseconds: every.nanoseconds * Int64($0))).nanoseconds
        }
        try await test.world.intake.store(
            [
                SampleBatch(
                    times: times,
                    columns: [SignalColumn(signal: signals.current, values: .numbers(values))])
            ], cursor: nil)
    }

    private func picture(_ limits: DrawingLimits? = nil) throws -> QualityPicture {
        try #require(
            try test.world.qualityPicture(
                of: signals.current, range: range(friday(5), friday(23)), limits: limits))
    }

    @Test func `limits come from the first 25 values, and a later jump is said`() async throws {
        let calm = (0..<40).map { 10 + Double($0 * 7 % 5) / 10 }
        try await store(calm + [13])
        let found = try picture()
        let baseline = try IndividualsBaseline(Array(calm.prefix(25)))
        let chart = try #require(found.chart)
        #expect(chart.points.count == 41 && found.valueCount == 41)
        #expect(found.baselineCount == 25)
        #expect(chart.points[0].centre == baseline.mean)
        #expect(found.findings.first?.sentence == "The newest value is unusually high.")
        #expect(found.capability == nil)
        #expect(found.times.first == friday(6) && found.times.count == 41)
    }

    @Test func `many values are thinned evenly, the newest stays`() async throws {
        try await store((0..<1_000).map { Double($0 % 9) }, every: .seconds(10))
        let found = try picture()
        #expect(found.valueCount == 1_000)
        #expect((100...150).contains(found.chart?.points.count ?? 0))
        #expect(found.times.last == friday(6) + .seconds(9_990))
        let distances = zip(found.times.dropFirst(), found.times).map { ($0 - $1).nanoseconds }
        #expect(Set(distances).count == 1)
    }

    @Test func `capability needs 25 values and limits`() async throws {
        try await store((0..<24).map { 10 + Double($0 * 7 % 5) / 10 })
        let limits = try #require(DrawingLimits(lower: 9, upper: 12))
        #expect(try picture(limits).capability == nil)
        try await store((0..<60).map { 10 + Double($0 * 7 % 5) / 10 })
        let capability = try #require(try picture(limits).capability)
        #expect(capability.trust == .enough && capability.cpk.value > 0.5)
    }

    @Test func `what cannot be charted says why`() async throws {
        #expect(try picture().refusal == .tooFew(needed: 1, found: 0))
        try await store([5, 5, 5, 5])
        #expect(try picture().refusal == .noSpread)
        #expect(
            try test.world.qualityPicture(
                of: SignalID(9_999), range: test.soFar, limits: nil) == nil)
    }
}
