// Retention: figures of minutes and hours answer as the samples did that they took the place of.

import Plant
import Testing

@testable import Historian

private let measured = SignalID(1)
private let counter = SignalID(2)
private let sparse = SignalID(3)
private let day = 86_400 * second
/// First instant of the day of the test data.
private let start = morning - 6 * 3_600 * second
private let decemberOnwards = RetentionPolicy(
    measurements: [measured, sparse], before: Timestamp(nanoseconds: start + 30 * day))

@Suite struct ThinTests {
    /// Two days at 1 Hz of a measurement and a counter in one group, and a signal every 30 s.
    private func filled(
        _ scratch: Scratch, options: HistorianOptions = HistorianOptions()
    ) async throws -> SampleStore {
        let store = try SampleStore.open(folder: scratch.path, options: options)
        var random = Seeded(20)
        for hour in 0..<48 where hour != 13 {
            let times = (0..<3_600).map { start + Int64(hour * 3_600 + $0) * second }
            let isClean = hour % 4 != 2
            let values = times.map { _ in Double(Int64.random(in: 0...9_999, using: &random)) / 100
            }
            let quality: [Quality] = times.map { _ in
                !isClean && Int.random(in: 0..<900, using: &random) == 0 ? .badComm : .good
            }
            _ = try await store.append([
                SampleBatch(
                    times: times,
                    columns: [
                        SignalColumn(
                            signal: measured, values: .numbers(values), quality: quality),
                        SignalColumn(
                            signal: counter,
                            values: .integers(times.map { ($0 - start) / (7 * second) })),
                    ])
            ])
            let rare = stride(from: 0, to: 3_600, by: 30).map { times[$0] }
            _ = try await store.append([
                batch(3, rare, .numbers(rare.map { Double($0 / second % 97) / 10 }))
            ])
        }
        return store
    }

    private func cells(_ edges: [Int64]) throws -> TimeCells { try TimeCells(edges: edges) }

    private func steps(_ seconds: Int64, from: Int64 = start) throws -> TimeCells {
        try cells(Array(stride(from: from, through: start + 2 * day, by: Int(seconds * second))))
    }

    /// Whether two lists of figures tell the same, sums and integrals to 12 digits.
    private func expectSame(
        _ left: [CellFigures], _ right: [CellFigures], held: Bool = true,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(left.count == right.count, sourceLocation: location)
        for (one, other) in zip(left, right) {
            #expect(one.count == other.count, sourceLocation: location)
            guard one.count > 0 else { continue }
            #expect(
                [one.minimum, one.maximum, one.first, one.last]
                    == [other.minimum, other.maximum, other.first, other.last],
                sourceLocation: location)
            #expect(
                abs(one.sum - other.sum) <= 1e-12 * abs(one.sum), sourceLocation: location)
            guard held else { continue }
            #expect(one.held == other.held, sourceLocation: location)
            #expect(
                abs(one.integral - other.integral) <= 1e-12 * abs(one.integral),
                sourceLocation: location)
        }
    }

    @Test func `figures of whole minutes, hours and days stay as they were`() async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let grids = [try steps(60), try steps(900), try steps(3_600), try steps(86_400)]
        let before = try grids.map { try store.figures(of: [measured], over: $0)[0] }
        _ = try await store.seal(upTo: .distantFuture)
        let size = "SELECT sum(length(header) + length(payload)) FROM "
        let file = try #require(try store.core.shelf.file(MonthKey(start)))
        func bytes(_ table: String) throws -> Int64 {
            try file.read { try $0.first(size + table) { $0.integer(0) } } ?? 0
        }
        let stored = try bytes("chunk")
        let report = try await store.thin(decemberOnwards)
        let left = try bytes("chunk") + bytes("rollup")
        #expect(left * 3 < stored, "\(left) of \(stored) bytes")
        #expect(report.items.map(\.signal) == [measured])
        #expect(report.items.map(\.samples) == [169_200])
        #expect(report.items.map(\.minutes) == [2_820])
        for (grid, figures) in zip(grids, before) {
            expectSame(
                try store.figures(of: [measured], over: grid)[0], figures, held: false)
        }
        #expect(try store.verify().faults.isEmpty)
        #expect(try store.verify().thinned == 1)
        #expect(try store.usage().thinned == 169_200)
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        expectSame(
            try again.figures(of: [measured], over: grids[1])[0], before[1], held: false)
        await again.close()
    }

    @Test func `time-weighted figures are the same, but for minutes with a bad sample`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let hold = Hold.atMost(.seconds(10))
        let grid = try steps(3_600)
        let before = try store.figures(of: [measured], over: grid, hold: hold)[0]
        _ = try await store.thin(decemberOnwards)
        let after = try store.figures(of: [measured], over: grid, hold: hold)[0]
        for hour in 0..<48 where hour % 4 != 2 && hour != 13 {
            expectSame([after[hour]], [before[hour]])
        }
        for hour in 0..<48 where hour % 4 == 2 {
            #expect(after[hour].held <= before[hour].held)
            #expect(after[hour].held > before[hour].held - 20 * 60 * second)
        }
        #expect(after[13].held == before[13].held)
        // A hold that is shorter than the step of the samples cannot be worked out any more.
        let short = Hold.atMost(.milliseconds(400))
        let brief = try store.figures(of: [measured], over: grid, hold: short)[0]
        #expect(brief.allSatisfy { $0.held <= 60 * 400_000_000 })
    }

    @Test func `cells that cut minutes get them whole, and nothing is counted twice or lost`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let grid = try steps(777, from: start + 13 * second)
        let before = try store.figures(of: [measured], over: grid)[0]
        _ = try await store.thin(decemberOnwards)
        let after = try store.figures(of: [measured], over: grid)[0]
        for (one, other) in zip(before, after) { #expect(abs(one.count - other.count) <= 60) }
        let all = try store.figures(
            of: [measured], over: cells([start - day, start + 3 * day]))[0]
        let counted = try store.figures(
            of: [measured],
            over: cells([start - day] + grid.edges + [start + 3 * day]))[0]
        #expect(counted.reduce(0) { $0 + $1.count } == all[0].count)
    }

    @Test func `what states and counts are made from stays bit for bit`() async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let counts = try store.series(of: counter, in: always)
        let rare = try store.series(of: sparse, in: always)
        let report = try await store.thin(decemberOnwards)
        #expect(report.kept == 1, "minutes of a signal every 30 s are no smaller: it stays")
        #expect(try store.series(of: counter, in: always) == counts)
        #expect(try store.series(of: sparse, in: always) == rare)
        #expect(try store.series(of: measured, in: always).count == 0)
        let thinned = try #require(try store.thinned(measured, in: always))
        #expect(thinned.start == Timestamp(nanoseconds: MonthKey(start).start))
        #expect(thinned.end == Timestamp(nanoseconds: MonthKey(start).end))
        #expect(try store.thinned(counter, in: always) == nil)
    }

    @Test func `the last value and the ends of a thinned signal are known`() async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let extent = try #require(try store.extent(of: measured))
        let end = try store.last(of: measured, before: .distantFuture)
        let noon = Timestamp(nanoseconds: start + day / 2)
        let atNoon = try store.last(of: measured, before: noon + .milliseconds(-1))
        _ = try await store.thin(decemberOnwards)
        #expect(try store.extent(of: measured) == extent)
        #expect(try store.last(of: measured, before: .distantFuture) == end)
        #expect(try store.last(of: measured, before: noon + .milliseconds(-1)) == atNoon)
        #expect(try store.last(of: measured, before: Timestamp(nanoseconds: start - 1)) == nil)
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        #expect(again.lastValues()[measured] == end)
        await again.close()
    }

    @Test func `R-50: late samples are refused where only figures are kept, others are taken`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        _ = try await store.thin(decemberOnwards)
        let late = [start + 5 * second]
        await #expect {
            _ = try await store.append([batch(1, late, .numbers([1]))])
        } throws: { error in
            guard case StoreError.thinned(measured, let before)? = error as? StoreError else {
                return false
            }
            return before.nanoseconds == MonthKey(start).end
        }
        await #expect(throws: StoreError.self) {
            try await store.store(history: [batch(1, late, .numbers([1]))])
        }
        #expect(try await store.append([batch(2, late, .integers([-4]))]).revisions == 1)
        let later = [start + 40 * day]
        #expect(try await store.append([batch(1, later, .numbers([1]))]).stored == 1)
        #expect(try store.series(of: measured, in: always).times == later)
    }

    @Test func `a crash between figures and samples changes no answer, and the next run finishes`()
        async throws
    {
        struct Cut: Error {}
        let scratch = try Scratch()
        var options = HistorianOptions()
        options.failpoint = { place throws in if place == .thinAfterFigures { throw Cut() } }
        let store = try await filled(scratch, options: options)
        let grid = try steps(60)
        let before = try store.figures(of: [measured], over: grid)[0]
        let counts = try store.series(of: counter, in: always)
        await #expect(throws: StoreError.self) { try await store.thin(decemberOnwards) }
        expectSame(try store.figures(of: [measured], over: grid)[0], before, held: false)
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        expectSame(try again.figures(of: [measured], over: grid)[0], before, held: false)
        let bytes = try again.usage().samples
        let report = try await again.thin(decemberOnwards)
        #expect(report.items.isEmpty)
        #expect(try again.usage().samples < bytes)
        expectSame(try again.figures(of: [measured], over: grid)[0], before, held: false)
        #expect(try again.series(of: counter, in: always) == counts)
        #expect(try again.verify().faults.isEmpty)
        await again.close()
    }

    @Test func `imported samples and months that are not over yet stay whole`() async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        try await store.store(history: [
            batch(1, [start + 13 * 3_600 * second], .numbers([7]), origin: .importBatch(9))
        ])
        let imported = try await store.thin(decemberOnwards)
        #expect(imported.items.isEmpty && imported.kept == 2)
        let early = RetentionPolicy(
            measurements: [measured], before: Timestamp(nanoseconds: start + 3 * day))
        let report = try await store.thin(early)
        #expect(report == ThinReport(bytes: report.bytesBefore, report.bytesAfter))
        #expect(try store.series(of: measured, in: always).count == 169_201)
    }

    @Test func `R-13: damaged figures are named by verify and show as a gap, never as a number`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        _ = try await store.thin(decemberOnwards)
        let grid = try steps(86_400)
        let before = try store.figures(of: [measured], over: grid)[0]
        let file = try #require(try store.core.shelf.file(MonthKey(start)))
        let sizes = try file.read { database in
            var sizes: [(Int64, Int)] = []
            try database.each("SELECT step, length(payload), length(header) FROM rollup") {
                sizes.append(($0.integer(0), Int($0.integer(1))))
            }
            return sizes
        }
        #expect(sizes.count == 2)
        var random = Seeded(3)
        for _ in 0..<60 {
            let (step, size) = try #require(sizes.randomElement(using: &random))
            let place = Int.random(in: 0..<size, using: &random)
            func flip() throws {
                try file.write { database in
                    let sql = "SELECT payload FROM rollup WHERE step = ?"
                    var bytes =
                        try database.first(sql, [.integer(step)]) { $0.blob(0) } ?? []
                    bytes[place] ^= 1 << UInt8(place % 8)
                    try database.change(
                        "UPDATE rollup SET payload = ? WHERE step = ?",
                        [.blob(bytes), .integer(step)])
                }
            }
            try flip()
            #expect(try !store.verify().isClean)
            let shown = try store.figures(of: [measured], over: grid)[0]
            for (one, other) in zip(shown, before) where one.count > 0 {
                #expect(one.count == other.count)
                #expect(abs(one.sum - other.sum) <= 1e-12 * abs(other.sum))
            }
            try flip()
        }
        #expect(try store.verify().isClean)
    }
}

extension ThinReport {
    /// A report of a run that changed and kept nothing.
    fileprivate init(bytes before: Int, _ after: Int) {
        self.init()
        bytesBefore = before
        bytesAfter = after
    }
}
