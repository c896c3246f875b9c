// Scrubbing finds damage by itself; a broken month file gives back every chunk that is whole.

import Foundation
import Plant
import Synchronization
import Testing

@testable import Historian

@Suite struct SalvageTests {
    private let november = MonthKey(morning)

    /// Forty chunks of two signals in one month, each chunk a page or more.
    private func filled(_ scratch: Scratch) async throws -> SampleStore {
        let store = try SampleStore.open(folder: scratch.path)
        var random = Seeded(11)
        for part in 0..<40 {
            let times = (0..<600).map { morning + Int64(part * 600 + $0) * second }
            _ = try await store.append([
                SampleBatch(
                    times: times,
                    columns: [
                        SignalColumn(
                            signal: SignalID(1),
                            values: .numbers(
                                times.map { _ in Double.random(in: 0...1, using: &random) })),
                        SignalColumn(signal: SignalID(2), values: .integers(times)),
                    ])
            ])
            _ = try await store.seal(upTo: .distantFuture)
        }
        return store
    }

    private func flip(_ store: SampleStore, chunk id: Int64, byte place: Int) throws {
        let file = try #require(try store.core.shelf.file(november))
        try file.write { database in
            let sql = "SELECT payload FROM chunk WHERE id = ?"
            var bytes = try database.first(sql, [.integer(id)]) { $0.blob(0) } ?? []
            bytes[place] ^= 16
            try database.change(
                "UPDATE chunk SET payload = ? WHERE id = ?", [.blob(bytes), .integer(id)])
        }
    }

    @Test func `R-13: a scrub reads everything at no more than its pace and sets damage aside`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        try flip(store, chunk: 7, byte: 900)
        try flip(store, chunk: 30, byte: 12)
        let waited = Mutex(Elapsed.zero)
        let report = try await store.scrub { pause in waited.withLock { $0 = $0 + pause } }
        #expect(report.chunks == 40)
        #expect(report.faults.count == 2)
        let stored = try #require(try store.core.shelf.file(november)).read { database in
            try database.first("SELECT sum(length(header) + length(payload)) FROM chunk") {
                $0.integer(0)
            } ?? 0
        }
        // 38 chunks of like size are left; the pace is 5 MB/s.
        let seconds = waited.withLock { $0.seconds }
        #expect(abs(seconds - Double(stored) / 38 * 40 / 5e6) < seconds * 0.05)
        #expect(try store.usage().quarantined == 2)
        let again = try await store.scrub { _ in }
        #expect(again.chunks == 38 && again.isClean)
        let series = try store.series(of: SignalID(1), in: always)
        #expect(series.count == 38 * 600 + 2)
        #expect(series.quality.count { $0 == .badDamaged } == 2)
    }

    @Test func `a scrub that is stopped ends, and nothing is left undone that was found`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        try flip(store, chunk: 2, byte: 40)
        await #expect(throws: CancellationError.self) {
            try await store.scrub { _ in throw CancellationError() }
        }
        #expect(try store.usage().quarantined == 1)
    }

    @Test(arguments: [3, 19, 71, 140])
    func `R-45: a file with broken pages gives back every chunk that is whole, and is kept`(
        _ seed: Int
    ) async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let before = try store.series(of: SignalID(2), in: always)
        let path = scratch.path + "/history/" + november.fileName
        await store.close()
        let broken = try breakPages(path, seed: seed)
        let again = try SampleStore.open(folder: scratch.path)
        _ = try await again.scrub { _ in }
        #expect(again.damagedFiles == ["history/2026-11.db"])
        let reports = try await again.salvage()
        let report = try #require(reports.first)
        #expect(report.kept == "history/2026-11.db.damaged")
        #expect(try again.keptDamagedFiles() == ["history/2026-11.db.damaged"])
        let kept = try #require(FileManager.default.contents(atPath: path + ".damaged"))
        #expect(broken.allSatisfy { place, page in kept[place..<place + 4_096] == page })
        #expect(report.chunks > 0 && report.chunks < 40)
        #expect(report.lost.map { report.chunks + $0 <= 40 } ?? true)
        #expect(again.damagedFiles.isEmpty)
        let after = try again.series(of: SignalID(2), in: always)
        #expect(after.count == report.chunks * 600)
        let known = Dictionary(uniqueKeysWithValues: zip(before.times, before.times.indices))
        for row in after.times.indices {
            let place = try #require(known[after.times[row]])
            #expect(after.values[row] == before.values[place])
        }
        #expect(try again.verify().isClean)
        // What comes later is stored in the new file, and the store opens again.
        let late = [morning - 3_600 * second]
        _ = try await again.append([batch(2, late, .integers([5]))])
        _ = try await again.seal(upTo: .distantFuture)
        await again.close()
        let third = try SampleStore.open(folder: scratch.path)
        #expect(try third.series(of: SignalID(2), in: always).count == after.count + 1)
        await third.close()
    }

    /// Overwrites eight pages with noise; gives that noise by place.
    private func breakPages(_ path: String, seed: Int) throws -> [Int: Data] {
        var bytes = try Data(contentsOf: URL(filePath: path))
        var random = Seeded(UInt64(seed))
        let pages = bytes.count / 4_096
        var broken: [Int: Data] = [:]
        for _ in 0..<8 {
            let page = Int.random(in: 8..<pages, using: &random)
            for place in 0..<4_096 {
                bytes[page * 4_096 + place] = UInt8.random(in: 0...255, using: &random)
            }
            broken[page * 4_096] = bytes[page * 4_096..<(page + 1) * 4_096]
        }
        try bytes.write(to: URL(filePath: path))
        return broken
    }

    @Test func `R-45: a file that is no database at all is kept, and recording goes on`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        await store.close()
        let path = scratch.path + "/history/" + november.fileName
        let noise = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
        try noise.write(to: URL(filePath: path))
        let again = try SampleStore.open(folder: scratch.path)
        let hurt = try again.series(of: SignalID(2), in: always)
        #expect(hurt.quality == [.badDamaged])
        let report = try #require(try await again.salvage().first)
        #expect(report.chunks == 0)
        #expect(FileManager.default.contents(atPath: path + ".damaged") == noise)
        _ = try await again.append([batch(2, [morning + 50_000 * second], .integers([5]))])
        _ = try await again.seal(upTo: .distantFuture)
        #expect(try again.series(of: SignalID(2), in: always).count == 1)
        await again.close()
    }

    @Test func `a stop between the renames of a salvage is finished by the next start`()
        async throws
    {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let before = try store.series(of: SignalID(2), in: always)
        await store.close()
        let path = scratch.path + "/history/" + november.fileName
        let files = FileManager.default
        try files.copyItem(atPath: path, toPath: path + ".damaged")
        try files.moveItem(atPath: path, toPath: path + ".salvaged")
        let again = try SampleStore.open(folder: scratch.path)
        #expect(try again.series(of: SignalID(2), in: always) == before)
        #expect(!files.fileExists(atPath: path + ".salvaged"))
        await again.close()
        try files.copyItem(atPath: path, toPath: path + ".salvaged")
        // Its log had been moved already, but not yet the file: it comes back with it.
        let writing = try SampleStore.open(folder: scratch.path)
        let later = [morning - 7_200 * second]
        _ = try await writing.append([batch(2, later, .integers([8]))])
        _ = try await writing.seal(upTo: .distantFuture)
        let log = try Data(contentsOf: URL(filePath: path + "-wal"))
        #expect(!log.isEmpty)
        await writing.close()
        try files.copyItem(atPath: path, toPath: path + ".salvaged")
        try log.write(to: URL(filePath: path + ".damaged-2-wal"))
        let fourth = try SampleStore.open(folder: scratch.path)
        #expect(!files.fileExists(atPath: path + ".damaged-2-wal"))
        #expect(try fourth.series(of: SignalID(2), in: always).count == before.count + 1)
        await fourth.close()
        try files.copyItem(atPath: path, toPath: path + ".salvaged")
        let third = try SampleStore.open(folder: scratch.path)
        #expect(!files.fileExists(atPath: path + ".salvaged"))
        #expect(try third.series(of: SignalID(2), in: always).count == before.count + 1)
        await third.close()
    }
}
