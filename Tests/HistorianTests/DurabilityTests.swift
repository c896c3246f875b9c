// What was confirmed is there after a reopening, a crash between steps, a full or failing disk.

import Foundation
import Glibc
import Plant
import Synchronization
import Testing

@testable import Historian

/// Faults that a test switches on and off at named places.
private final class Faults: Sendable {
    private let state = Mutex<[Failpoint: StoreError]>([:])

    func set(_ place: Failpoint, _ error: StoreError?) { state.withLock { $0[place] = error } }

    var options: HistorianOptions {
        var options = HistorianOptions()
        options.failpoint = { place in
            if let error = self.state.withLock({ $0[place] }) { throw error }
        }
        return options
    }
}

private let broken = StoreError.flushFailed(file: "head.db", what: "played by a test")

@Suite struct DurabilityTests {
    @Test func `R-01, R-11, R-12: every connection has its settings, read back`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        _ = try await store.append([batch(1, [morning], .integers([1]))])
        _ = try await store.seal(upTo: .distantFuture)
        let month = try #require(try store.core.shelf.file(MonthKey(morning)))
        for file in [store.core.head, month] {
            #expect(try file.settings("journal_mode") == ("wal", "wal"))
            #expect(try file.settings("synchronous") == ("2", "2"))
            #expect(try file.settings("trusted_schema") == ("0", "0"))
            #expect(try file.settings("cell_size_check") == ("1", "1"))
            #expect(try file.settings("foreign_keys") == ("1", "1"))
            #expect(try file.settings("temp_store") == ("2", "2"))
            #expect(try file.settings("busy_timeout") == ("5000", "5000"))
            #expect(try file.settings("query_only").reader == "1")
            #expect(try file.settings("wal_autocheckpoint") == ("1000", "0"))
            #expect(try file.settings("journal_size_limit").writer == "67108864")
            #expect(try file.settings("secure_delete").writer == "0")
        }
        await store.close()
    }

    @Test func `everything is there after closing and opening`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = (0..<100).map { morning + Int64($0) * second }
        _ = try await store.append([batch(1, times, .integers(Array(0..<100)))])
        _ = try await store.seal(upTo: Timestamp(nanoseconds: morning + 200 * second))
        _ = try await store.append([batch(1, [morning + 500 * second], .integers([500]))])
        try await store.store(history: [batch(2, times, .numbers(times.map { Double($0 % 3) }))])
        _ = try await store.append([batch(3, [morning], .texts(["run"]))])
        let before = store.lastValues()
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        #expect(again.lastValues() == before)
        #expect(before.count == 3)
        #expect(try again.series(of: SignalID(1), in: always).count == 101)
        #expect(try again.series(of: SignalID(2), in: always).count == 100)
        #expect(try await again.append([batch(3, [morning], .texts(["run"]))]).duplicates == 1)
        await again.close()
    }

    @Test func `R-10: a crash between the steps of sealing loses and doubles nothing`() async throws
    {
        let scratch = try Scratch()
        let faults = Faults()
        let store = try SampleStore.open(folder: scratch.path, options: faults.options)
        let times = (0..<60).map { morning + Int64($0) * second }
        _ = try await store.append([batch(1, times, .integers(Array(0..<60)))])
        faults.set(.sealAfterChunks, broken)
        await #expect(throws: broken) { try await store.seal(upTo: .distantFuture) }
        #expect(try store.usage().samples == 120)
        #expect(try store.series(of: SignalID(1), in: always).count == 60)
        let all = range(morning, morning + 60 * second)
        #expect(try store.buckets(of: SignalID(1), in: all, count: 1)[0].count == 60)
        await store.close()

        let again = try SampleStore.open(folder: scratch.path)
        _ = try await again.append([batch(1, [morning - second], .integers([-1]))])
        let report = try await again.seal(upTo: .distantFuture)
        #expect(report.headRows == 2)
        #expect(try again.usage().samples == 61)
        let series = try again.series(of: SignalID(1), in: always)
        #expect(series.values == .integers(Array(-1..<60)))
        #expect(try again.verify().isClean)
        await again.close()
    }

    @Test(arguments: [Failpoint.historyBeforeChunks, .historyAfterChunks])
    fileprivate func `interrupted bulk history is completed by storing it again`(
        _ place: Failpoint
    ) async throws {
        let scratch = try Scratch()
        let faults = Faults()
        let store = try SampleStore.open(folder: scratch.path, options: faults.options)
        let times = (0..<60).map { morning + Int64($0) * 86_400 * second }
        let history = batch(1, times, .integers(Array(0..<60)))
        faults.set(place, broken)
        await #expect(throws: broken) { try await store.store(history: [history]) }
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        let receipt = try await again.store(history: [history])
        #expect(receipt.stored + receipt.duplicates == 60)
        #expect(receipt.revisions == 0)
        #expect(try again.series(of: SignalID(1), in: always).values == .integers(Array(0..<60)))
        #expect(again.lastValues()[SignalID(1)]?.value == .integer(59))
        #expect(try again.usage().samples == 60)
        await again.close()
    }

    @Test func `R-03: after a failed flush all of it is refused and the store opens itself anew`()
        async throws
    {
        let scratch = try Scratch()
        let faults = Faults()
        let store = try SampleStore.open(folder: scratch.path, options: faults.options)
        _ = try await store.append([batch(1, [morning], .integers([1]))])
        faults.set(.commit, broken)
        await #expect(throws: broken) {
            try await store.append(
                [batch(2, [morning], .integers([2]))],
                cursors: [SourceCursor(source: "s", position: "1")])
        }
        #expect(store.lastValues().count == 1)
        #expect(try store.cursor(of: "s") == nil)
        faults.set(.commit, nil)
        #expect(try await store.append([batch(2, [morning], .integers([2]))]).stored == 1)
        #expect(try store.listing(1) == ["0=1"])
        #expect(try store.listing(2) == ["0=2"])
        #expect(try store.core.head.settings("synchronous").writer == "2")
        await store.close()
    }

    @Test(.enabled(if: TinyDisk.isPossible, "needs the right to mount a tmpfs"))
    func `R-30, R-31: a full disk refuses whole calls and recording resumes without a reopening`()
        async throws
    {
        let disk = try TinyDisk(megabytes: 3)
        let store = try SampleStore.open(folder: disk.path)
        var random = Seeded(4)
        func rows(_ hour: Int) -> SampleBatch {
            let times = (0..<3_600).map { morning + Int64(hour * 3_600 + $0) * second }
            return batch(1, times, .integers(times.map { _ in Int64(bitPattern: random.next()) }))
        }
        var stored = 0
        var refusal: StoreError?
        while refusal == nil, stored < 200 {
            do {
                _ = try await store.append([rows(stored)])
                stored += 1
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .full(file: "head.db"))
        #expect(stored > 3)
        #expect(try store.series(of: SignalID(1), in: always).count == stored * 3_600)
        let before = store.lastValues()[SignalID(1)]?.time
        #expect(before == Timestamp(nanoseconds: morning + (Int64(stored) * 3_600 - 1) * second))
        try disk.grow(megabytes: 24)
        #expect(try await store.append([rows(stored)]).stored == 3_600)
        #expect(try store.series(of: SignalID(1), in: always).count == (stored + 1) * 3_600)
        _ = try await store.seal(upTo: .distantFuture)
        #expect(try store.verify().isClean)
        await store.close()
        let again = try SampleStore.open(folder: disk.path)
        #expect(try again.series(of: SignalID(1), in: always).count == (stored + 1) * 3_600)
        await again.close()
    }

    @Test func `month files stand alone: groups and samples are found when the head is lost`()
        async throws
    {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = (0..<10).map { morning + Int64($0) * second }
        _ = try await store.append([batch(7, times, .flags(times.map { $0 % 3 == 0 }))])
        _ = try await store.seal(upTo: .distantFuture)
        await store.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        where name.hasPrefix("head.db") {
            try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
        }
        let again = try SampleStore.open(folder: scratch.path)
        #expect(try again.series(of: SignalID(7), in: always).count == 10)
        #expect(again.lastValues()[SignalID(7)]?.time == Timestamp(nanoseconds: times[9]))
        #expect(
            try await again.append([batch(7, times, .flags(times.map { $0 % 3 == 0 }))])
                .duplicates == 10)
        #expect(try again.verify().isClean)
        await again.close()
    }

    @Test func `a file of a newer program is refused by version`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        try store.core.head.write { try $0.change("PRAGMA user_version = 9") }
        await store.close()
        let known = HeadFile.schema.version
        #expect(throws: StoreError.newerFormat(file: "head.db", version: 9, supported: known)) {
            try SampleStore.open(folder: scratch.path)
        }
    }

    @Test func `a head that is no database is reported as damaged, not trapped on`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/head.db"
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(repeating: 0x41, count: 8_192)))
        do {
            _ = try SampleStore.open(folder: scratch.path)
            Issue.record("opened")
        } catch {
            guard case .damaged(let file, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(file == "head.db")
        }
    }
}

/// A small disk in memory, for tests of a full one.
final class TinyDisk: Sendable {
    let path: String

    static let isPossible: Bool = {
        do {
            _ = try TinyDisk(megabytes: 1)
            return true
        } catch {
            return false
        }
    }()

    init(megabytes: Int) throws {
        path = NSTemporaryDirectory() + "historian-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw StoreError.unavailable(file: path, what: "cannot mount")
        }
    }

    func grow(megabytes: Int) throws {
        guard unsafe mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(megabytes)m") == 0
        else {
            throw StoreError.unavailable(file: path, what: "cannot grow")
        }
    }

    deinit {
        unsafe umount2(path, Int32(MNT_DETACH))
        unsafe rmdir(path)
    }
}
