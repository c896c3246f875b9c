// Damage: verification names it, readers show a gap, the rest goes on.

import Foundation
import Plant
import Testing

@testable import Historian

@Suite struct DamageTests {
    /// Three sealed chunks of one signal, an hour each.
    private func sealed(_ scratch: Scratch) async throws -> SampleStore {
        let store = try SampleStore.open(folder: scratch.path)
        for hour in 0..<3 {
            let times = (0..<100).map { morning + Int64(hour * 3_600 + $0) * second }
            let other = SignalColumn(signal: SignalID(2), values: .flags(times.map { $0 % 7 < 4 }))
            let one = SignalColumn(
                signal: SignalID(1), values: .numbers(times.map { Double($0 % 91) / 10 }))
            _ = try await store.append([SampleBatch(times: times, columns: [one, other])])
            _ = try await store.seal(upTo: .distantFuture)
        }
        return store
    }

    /// Flips one bit of the second chunk's payload column of a signal.
    private func damage(_ store: SampleStore, signal: UInt32) throws {
        let file = try #require(try store.core.shelf.file(MonthKey(morning)))
        try file.write { database in
            let found = try #require(
                try database.first("SELECT header, payload FROM chunk WHERE id = 2") {
                    ($0.blob(0), $0.blob(1))
                })
            let entry = try #require(try ChunkReader(header: found.0).entry(of: signal))
            var payload = found.1
            payload[entry.values.lowerBound + entry.values.count / 2] ^= 4
            try database.change("UPDATE chunk SET payload = ? WHERE id = 2", [.blob(payload)])
        }
    }

    @Test func `verification of an undamaged store is clean and reports its progress`() async throws
    {
        let scratch = try Scratch()
        let store = try await sealed(scratch)
        _ = try await store.append([batch(3, [morning], .integers([1]))])
        var last: VerifyProgress?
        let report = try store.verify { last = $0 }
        #expect(report.isClean)
        #expect(report.chunks == 3 && report.headRows == 1 && report.samples == 601)
        #expect(report.files == ["head.db", "history/2026-11.db"])
        #expect(last == VerifyProgress(file: "history/2026-11.db", checked: 4, total: 4))
        await store.close()
    }

    @Test func `verification names file, chunk and signal of one flipped bit`() async throws {
        let scratch = try Scratch()
        let store = try await sealed(scratch)
        try damage(store, signal: 1)
        let report = try store.verify()
        #expect(report.faults.count == 1)
        let fault = try #require(report.faults.first)
        #expect(fault.file == "history/2026-11.db")
        #expect(fault.place == "chunk of group 1 from 2026-11-13T07:00:00Z revision 0")
        #expect(fault.what.contains("signal 1"))
        await store.close()
    }

    @Test func `R-44: a damaged column shows as a gap, the chunk is kept aside, the rest is read`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await sealed(scratch)
        try damage(store, signal: 1)
        for _ in 0..<2 {
            let series = try store.series(of: SignalID(1), in: always)
            #expect(series.count == 201)
            #expect(series.times[100] == morning + 3_600 * second)
            #expect(series.quality(at: 100) == .badDamaged)
            #expect(try store.series(of: SignalID(2), in: always).count == 300)
            // Anything on the writer gives it the occasion to set the chunk aside.
            _ = try await store.seal(upTo: .distantFuture)
            _ = try await store.seal(upTo: .distantFuture)
        }
        let report = try store.verify()
        #expect(report.quarantined == 1 && report.chunks == 2 && report.isClean)
        let hours = range(morning, morning + 3 * 3_600 * second)
        let buckets = try store.buckets(of: SignalID(1), in: hours, count: 3)
        #expect(buckets.map(\.count) == [100, 0, 100])
        await store.close()
    }

    @Test func `a damaged head row shows as a gap and is named`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        for row in 0..<3 {
            _ = try await store.append([
                batch(1, [morning + Int64(row) * second], .integers([Int64(row)]))
            ])
        }
        try store.core.head.write { database in
            let bytes = try database.first("SELECT bytes FROM head WHERE id = 2") { $0.blob(0) }
            var damaged = try #require(bytes)
            damaged[damaged.count - 3] ^= 1
            try database.change("UPDATE head SET bytes = ? WHERE id = 2", [.blob(damaged)])
        }
        #expect(try store.listing(1) == ["0=0", "1=0 missing", "2=2"])
        #expect(try store.verify().faults.map(\.place) == ["head row 2"])
        let report = try await store.seal(upTo: .distantFuture)
        #expect(report.headRows == 2)
        #expect(try store.listing(1) == ["0=0", "1=0 missing", "2=2"])
        await store.close()
    }

    @Test func `R-45: an unusable month file is kept and named, other months go on`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let december = try #require(Timestamp(rfc3339: "2026-12-01T00:00:00Z")).nanoseconds
        let times = [december - 2, december - 1, december, december + 1]
        _ = try await store.append([batch(1, times, .integers([1, 2, 3, 4]))])
        _ = try await store.seal(upTo: .distantFuture)
        await store.close()
        let path = scratch.path + "/history/2026-11.db"
        let junk = Data(repeating: 0x5A, count: 16_384)
        try junk.write(to: URL(fileURLWithPath: path))

        let again = try SampleStore.open(folder: scratch.path)
        let series = try again.series(of: SignalID(1), in: always)
        #expect(series.values == .integers([0, 3, 4]))
        #expect(series.quality == [.badDamaged, .good, .good])
        #expect(again.lastValues()[SignalID(1)]?.value == .integer(4))
        let report = try again.verify()
        #expect(report.faults.map(\.file) == ["history/2026-11.db"])
        let more = batch(1, [december - 3, december + 2], .integers([9, 5]))
        #expect(try await again.append([batch(1, [december + 2], .integers([5]))]).stored == 1)
        #expect(try await again.append([more]) == AppendReceipt(stored: 1, duplicates: 1))
        #expect(try await again.seal(upTo: .distantFuture).headRows == 1)
        #expect(try again.usage().files.map(\.pieces) == [1, 0, 2])
        await again.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == junk)
    }

    @Test(arguments: 1...6)
    func `bytes flipped anywhere in a month file are detected or harmless`(
        _ seed: UInt64
    ) async throws {
        let scratch = try Scratch()
        let store = try await sealed(scratch)
        let truth = try store.series(of: SignalID(1), in: always)
        await store.close()
        let path = scratch.path + "/history/2026-11.db"
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = Seeded(seed)
        for _ in 0..<15 {
            var bytes = sound
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
            try bytes.write(to: URL(fileURLWithPath: path))
            do {
                let damaged = try SampleStore.open(folder: scratch.path)
                let series = try damaged.series(of: SignalID(1), in: always)
                for row in 0..<series.count where series.quality(at: row) != .badDamaged {
                    let place = truth.times.firstIndex(of: series.times[row])
                    #expect(place.map { truth.values[$0] } == series.values[row])
                }
                let isWhole = series == truth
                let isNamed = try !damaged.verify().isClean
                #expect(isWhole || isNamed || series.quality.contains(.badDamaged))
                await damaged.close()
            } catch {
                #expect(!error.what.isEmpty)
            }
        }
    }
}
