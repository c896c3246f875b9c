// Undo of imports, and figures for charts.

import Plant
import Testing

@testable import Historian

@Suite struct MaskTests {
    @Test(arguments: [false, true])
    func `decisions 33: a masked import is left out everywhere and comes back bit for bit`(
        _ sealed: Bool
    ) async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = (0..<4).map { morning + Int64($0) * second }
        _ = try await store.append([batch(1, [times[0], times[1]], .integers([1, 2]))])
        let imported = batch(
            1, Array(times[1...3]), .integers([20, 30, 40]), origin: .importBatch(5))
        #expect(
            try await store.store(history: [imported])
                == AppendReceipt(stored: 3, revisions: 1))
        if sealed { _ = try await store.seal(upTo: .distantFuture) }
        let with = ["0=1", "1=20", "2=30", "3=40"]
        #expect(try store.listing(1) == with)
        try await store.mask(import: 5)
        #expect(try store.listing(1) == ["0=1", "1=2"])
        #expect(store.lastValues()[SignalID(1)]?.value == .integer(2))
        #expect(try store.extent(of: SignalID(1))?.end.nanoseconds == times[1] + 1)
        #expect(
            try store.buckets(of: SignalID(1), in: range(times[0], times[3] + 1), count: 1)[0].count
                == 2)
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        #expect(try again.listing(1) == ["0=1", "1=2"])
        #expect(again.lastValues()[SignalID(1)]?.value == .integer(2))
        try await again.unmask(import: 5)
        #expect(try again.listing(1) == with)
        #expect(again.lastValues()[SignalID(1)]?.value == .integer(40))
        await again.close()
    }

    @Test func `after an undo the same file can be imported again as another batch`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        func rows(_ number: UInt32) -> SampleBatch {
            batch(1, [morning, morning + 1], .integers([7, 8]), origin: .importBatch(number))
        }
        #expect(try await store.store(history: [rows(1)]).stored == 2)
        #expect(try await store.store(history: [rows(2)]).duplicates == 2)
        try await store.mask(import: 1)
        #expect(try store.series(of: SignalID(1), in: always).count == 0)
        #expect(store.lastValues().isEmpty)
        #expect(try await store.store(history: [rows(2)]).stored == 2)
        #expect(try store.series(of: SignalID(1), in: always).values == .integers([7, 8]))
        await store.close()
    }
}

@Suite struct BucketTests {
    /// Six sealed hours and one in the head, with a gap, bad samples and a few NaN.
    private func filled(_ scratch: Scratch) async throws -> SampleStore {
        let store = try SampleStore.open(folder: scratch.path)
        var random = Seeded(11)
        for hour in [0, 1, 2, 4, 5, 6] {
            let times = (0..<3_600).map {
                morning + Int64(hour * 3_600 + $0) * second
                    + Int64.random(in: 0..<900_000_000, using: &random)
            }
            let values = times.map { _ in
                Int.random(in: 0..<500, using: &random) == 0
                    ? .nan : Double(Int64.random(in: -999...999, using: &random)) / 10
            }
            let quality = times.map { _ in
                Int.random(in: 0..<200, using: &random) == 0 ? Quality.badComm : .good
            }
            _ = try await store.append([batch(1, times, .numbers(values), quality: quality)])
            if hour < 6 { _ = try await store.seal(upTo: .distantFuture) }
        }
        return store
    }

    @Test(arguments: [1, 3, 7, 24, 1_000])
    func `buckets from summaries, from decoded chunks and from the series are the same`(
        _ count: Int
    ) async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let whole = range(morning - 600 * second, morning + 7 * 3_600 * second + 7)
        let quick = try store.core.buckets(of: 1, in: whole, count: count)
        let decoded = try store.core.buckets(of: 1, in: whole, count: count, usesSummaries: false)
        #expect(quick == decoded)
        let series = try store.series(of: SignalID(1), in: whole)
        guard case .numbers(let values) = series.values else {
            Issue.record("not numbers")
            return
        }
        #expect(quick.first?.range.start == whole.start && quick.last?.range.end == whole.end)
        var row = 0
        for bucket in quick {
            var inside: [Double] = []
            while row < series.count, series.times[row] < bucket.range.end.nanoseconds {
                if series.quality(at: row).isUsable, values[row].isFinite {
                    inside.append(values[row])
                }
                row += 1
            }
            #expect(bucket.count == inside.count)
            guard let first = inside.first else { continue }
            #expect(bucket.minimum == inside.min() && bucket.maximum == inside.max())
            #expect(bucket.first == first && bucket.last == inside.last)
            #expect(abs(bucket.mean - inside.reduce(0, +) / Double(inside.count)) < 1e-9)
        }
        await store.close()
    }

    @Test func `overlapping chunks are merged before they are counted`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = (0..<10).map { morning + Int64($0) * second }
        _ = try await store.append([batch(1, times, .integers(Array(0..<10)))])
        _ = try await store.seal(upTo: .distantFuture)
        _ = try await store.append([batch(1, [times[4]], .integers([100]))])
        for isSealed in [false, true] {
            if isSealed { _ = try await store.seal(upTo: .distantFuture) }
            let bucket = try store.buckets(
                of: SignalID(1), in: range(morning, morning + 10 * second), count: 1)[0]
            #expect(bucket.count == 10 && bucket.maximum == 100 && bucket.mean == 14.1)
        }
        await store.close()
    }

    @Test func `impossible requests are refused and empty ones are gaps`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        #expect(throws: StoreError.malformed(what: "0 buckets")) {
            try store.buckets(of: SignalID(1), in: always, count: 0)
        }
        #expect(throws: StoreError.self) {
            try store.buckets(of: SignalID(1), in: always, count: 100_001)
        }
        let gaps = try store.buckets(of: SignalID(1), in: always, count: 3)
        #expect(gaps.map(\.count) == [0, 0, 0])
        #expect(gaps[2].range.end == .distantFuture)
        await store.close()
    }
}
