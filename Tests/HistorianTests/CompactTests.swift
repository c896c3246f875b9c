// Compacting: fewer bytes and chunks, the same answers, and nothing lost when it breaks off.

import Plant
import Testing

@testable import Historian

@Suite struct CompactTests {
    /// Two signals polled for three hours, sealed every ten minutes, some rows late.
    private func filled(_ scratch: Scratch) async throws -> SampleStore {
        let store = try SampleStore.open(
            folder: scratch.path, options: HistorianOptions(sealsByItself: false))
        var random = Seeded(8)
        for part in 0..<18 {
            let times = (0..<600).map { morning + Int64(part * 600 + $0) * second }
            let late = part % 5 == 2 ? Set([7, 8, 9]) : []
            func batch(_ rows: [Int]) -> SampleBatch {
                SampleBatch(
                    times: rows.map { times[$0] },
                    columns: [
                        SignalColumn(
                            signal: SignalID(1),
                            values: .numbers(
                                rows.map { _ in
                                    Double(Int64.random(in: 0...900, using: &random)) / 10
                                })),
                        SignalColumn(
                            signal: SignalID(2),
                            values: .integers(rows.map { Int64($0 / 100) }),
                            quality: rows.map { $0 == 50 ? .badComm : .good }),
                    ])
            }
            _ = try await store.append([batch(times.indices.filter { !late.contains($0) })])
            _ = try await store.seal(upTo: .distantFuture)
            if !late.isEmpty {
                _ = try await store.append([batch(late.sorted())])
                _ = try await store.seal(upTo: .distantFuture)
            }
        }
        return store
    }

    private func answers(_ store: SampleStore) throws -> [SampleSeries] {
        try [1, 2].map { try store.series(of: SignalID($0), in: always) }
    }

    @Test func `small and overlapping chunks become few, and every sample answers as before`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let before = try answers(store)
        #expect(before.map(\.count) == [10_800, 10_800])
        let report = try await store.compact()
        #expect(report.chunksBefore >= 18)
        #expect(report.chunksAfter == 1)
        #expect(report.bytesAfter < report.bytesBefore)
        #expect(try answers(store) == before)
        #expect(try store.verify().faults.isEmpty)
        let again = try await store.compact()
        #expect(again.chunksBefore == 0)
        #expect(again.bytesAfter <= report.bytesAfter)
        await store.close()
        let reopened = try SampleStore.open(folder: scratch.path)
        #expect(try answers(reopened) == before)
        await reopened.close()
    }

    @Test func `a damaged chunk and those beside it stay as they are`() async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let month = MonthKey(morning)
        let file = try #require(try store.core.shelf.file(month))
        try file.write { database in
            try database.change(
                "UPDATE chunk SET payload = zeroblob(length(payload)) WHERE id = 4", [])
        }
        let before = try answers(store)
        _ = try await store.compact()
        let after = try answers(store)
        #expect(after.map(\.count) == before.map(\.count))
        // Placeholders of what is damaged are NaN, which equals nothing.
        #expect(after.map { bits($0.values) } == before.map { bits($0.values) })
        #expect(after.map(\.times) == before.map(\.times))
        #expect(after.map(\.quality) == before.map(\.quality))
        await store.close()
    }

    @Test func `the head gives its space back after sealing`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(
            folder: scratch.path, options: HistorianOptions(sealsByItself: false))
        let times = (0..<200_000).map { morning + Int64($0) * second }
        _ = try await store.append([batch(1, times, .numbers(times.map { Double($0 % 977) }))])
        let full =
            FileSystem.size(scratch.path + "/head.db")
            + FileSystem.size(scratch.path + "/head.db-wal")
        #expect(full > 3_000_000)
        _ = try await store.seal(upTo: .distantFuture)
        try await store.reclaim()
        await store.close()
        let left =
            FileSystem.size(scratch.path + "/head.db")
            + FileSystem.size(scratch.path + "/head.db-wal")
        #expect(left * 5 < full)
    }
}
