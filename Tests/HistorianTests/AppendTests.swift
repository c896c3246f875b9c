// Appending and reading: groups, repeats, revisions, late data, cursors, refusals.

import Plant
import Testing

@testable import Historian

@Suite struct AppendTests {
    @Test func `appended samples are read back with their quality and kind`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let batch = SampleBatch(
            times: [morning, morning + second],
            columns: [
                SignalColumn(
                    signal: SignalID(8), values: .texts(["on", "off"]),
                    quality: [.good, .uncertainClock]),
                SignalColumn(signal: SignalID(2), values: .numbers([1.5, -0.0])),
                SignalColumn(signal: SignalID(5), values: .flags([true, false])),
                SignalColumn(signal: SignalID(6), values: .integers([.max, .min])),
            ], lateness: [3, 4])
        let receipt = try await store.append([batch])
        #expect(receipt == AppendReceipt(stored: 8))
        #expect(try store.listing(8) == ["0=on", "1=off doubtful"])
        let numbers = try store.series(of: SignalID(2), in: always)
        #expect(bits(numbers.values) == bits(.numbers([1.5, -0.0])))
        #expect(try store.series(of: SignalID(5), in: always).values == .flags([true, false]))
        #expect(try store.series(of: SignalID(6), in: always).values == .integers([.max, .min]))
        #expect(try store.series(of: SignalID(99), in: always).count == 0)
        #expect(store.lastValues()[SignalID(6)]?.value == .integer(.min))
        await store.close()
    }

    @Test func `a range holds its start and not its end`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = (0..<10).map { morning + Int64($0) * second }
        _ = try await store.append([batch(1, times, .integers(Array(0..<10)))])
        for sealed in [false, true] {
            if sealed { _ = try await store.seal(upTo: .distantFuture) }
            let part = try store.series(
                of: SignalID(1), in: range(morning + 2 * second, morning + 5 * second))
            #expect(part.values == .integers([2, 3, 4]))
            #expect(try store.series(of: SignalID(1), in: range(morning, morning)).count == 0)
            #expect(try store.extent(of: SignalID(1)) == range(morning, morning + 9 * second + 1))
        }
        #expect(try store.extent(of: SignalID(2)) == nil)
        await store.close()
    }

    @Test func `R-50: the same sample again is ignored and counted, sealed or not`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = (0..<50).map { morning + Int64($0) * second }
        let samples = batch(1, times, .numbers(times.map { Double($0 % 7) }))
        #expect(try await store.append([samples]) == AppendReceipt(stored: 50))
        #expect(try await store.append([samples]) == AppendReceipt(duplicates: 50))
        _ = try await store.seal(upTo: .distantFuture)
        #expect(try await store.append([samples]) == AppendReceipt(duplicates: 50))
        #expect(try await store.store(history: [samples]) == AppendReceipt(duplicates: 50))
        #expect(try store.usage().samples == 50)
        await store.close()
    }

    @Test func `R-50: a different value is a revision, the newest wins and both are kept`()
        async throws
    {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = [morning, morning + second]
        _ = try await store.append([batch(1, times, .integers([10, 11]))])
        let revised = try await store.append([batch(1, times, .integers([10, 12]))])
        #expect(revised == AppendReceipt(stored: 1, duplicates: 1, revisions: 1))
        #expect(try store.listing(1) == ["0=10", "1=12"])
        #expect(store.lastValues()[SignalID(1)]?.value == .integer(12))
        _ = try await store.seal(upTo: .distantFuture)
        #expect(try store.listing(1) == ["0=10", "1=12"])
        let again = try await store.append([
            batch(1, [times[1]], .integers([13])), batch(1, [times[1]], .integers([11])),
        ])
        #expect(again == AppendReceipt(stored: 1, duplicates: 1, revisions: 1))
        #expect(try store.listing(1) == ["0=10", "1=13"])
        #expect(try store.usage().samples == 4)
        #expect(try store.last(of: SignalID(1), before: .distantFuture)?.value == .integer(13))
        await store.close()
    }

    @Test func `a batch with times out of order and repeated is stored as if sorted`() async throws
    {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times = [3, 1, 2, 1, 3].map { morning + $0 * second }
        let receipt = try await store.append([batch(4, times, .integers([30, 10, 20, 11, 30]))])
        #expect(receipt == AppendReceipt(stored: 4, duplicates: 1, revisions: 1))
        #expect(try store.listing(4) == ["1=11", "2=20", "3=30"])
        await store.close()
    }

    @Test func `columns of one late row are stored, ignored or revised each for itself`()
        async throws
    {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        _ = try await store.append([
            batch(1, [morning], .integers([1])), batch(2, [morning], .integers([2])),
        ])
        let row = SampleBatch(
            times: [morning],
            columns: [1, 2, 3].map {
                SignalColumn(signal: SignalID($0), values: .integers([$0 == 2 ? 22 : Int64($0)]))
            })
        #expect(
            try await store.append([row])
                == AppendReceipt(stored: 2, duplicates: 1, revisions: 1))
        #expect(try store.listing(1) == ["0=1"])
        #expect(try store.listing(2) == ["0=22"])
        #expect(try store.listing(3) == ["0=3"])
        await store.close()
    }

    @Test func `late data over a month boundary goes to both months`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let december = try #require(Timestamp(rfc3339: "2026-12-01T00:00:00Z")).nanoseconds
        let times = (-3..<3).map { december + Int64($0) * second }
        _ = try await store.append([batch(1, times, .integers(Array(0..<6)))])
        _ = try await store.seal(upTo: .distantFuture)
        let late = (-3..<3).map { december + Int64($0) * second + 1 }
        let receipt = try await store.append([batch(1, late, .integers(Array(10..<16)))])
        #expect(receipt == AppendReceipt(stored: 6))
        _ = try await store.seal(upTo: .distantFuture)
        let series = try store.series(of: SignalID(1), in: always)
        #expect(series.values == .integers([0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15]))
        let files = try store.usage().files.map(\.name)
        #expect(files == ["head.db", "history/2026-11.db", "history/2026-12.db"])
        #expect(
            try store.last(of: SignalID(1), before: Timestamp(nanoseconds: december - 1))?.value
                == .integer(12))
        #expect(
            try store.last(of: SignalID(1), before: Timestamp(nanoseconds: december + 1))?.value
                == .integer(13))
        #expect(
            try store.last(of: SignalID(1), before: Timestamp(nanoseconds: times[0] - 1)) == nil)
        await store.close()
    }

    @Test func `the ends of time can be stored and read`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let times: [Int64] = [.min, 0, .max - 1]
        _ = try await store.append([batch(1, times, .integers([1, 2, 3]))])
        _ = try await store.seal(upTo: .distantFuture)
        #expect(try store.series(of: SignalID(1), in: always).times == times)
        #expect(try store.last(of: SignalID(1), before: .distantFuture)?.value == .integer(3))
        await store.close()
    }

    @Test func `R-02: cursors are stored with their samples, also without any`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        #expect(try store.cursor(of: "csv/a") == nil)
        _ = try await store.append(
            [batch(1, [morning], .integers([1]))],
            cursors: [SourceCursor(source: "csv/a", position: "10")])
        _ = try await store.append([], cursors: [SourceCursor(source: "csv/a", position: "20")])
        #expect(try store.cursor(of: "csv/a") == "20")
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        #expect(try again.cursor(of: "csv/a") == "20")
        await again.close()
    }

    @Test func `many callers at once all get their own receipt`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<200 {
                group.addTask {
                    let times = (0..<5).map { morning + Int64(caller * 10 + $0) }
                    let signal = UInt32(caller % 7 + 1)
                    return try await store.append([
                        batch(signal, times, .integers([1, 2, 3, 4, 5]))
                    ])
                    .stored
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 1_000)
        let counts = try (1...7).map { try store.series(of: SignalID($0), in: always).count }
        #expect(counts.reduce(0, +) == 1_000)
        await store.close()
    }

    @Test func `what cannot be stored is refused with a remedy and stores nothing`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        _ = try await store.append([batch(1, [morning], .integers([1]))])
        let refused: [([SampleBatch], String)] = [
            ([batch(2, [morning], .integers([]))], "0 values"),
            ([batch(1, [morning + 1], .numbers([1]))], "stores integer values"),
            (
                [batch(3, [morning], .integers([1])), batch(3, [morning], .flags([true]))],
                "stores integer values"
            ),
            ([batch(4_000_000_000, [morning], .integers([1]))], "signal number"),
            ([batch(4, [morning], .texts([String(repeating: "x", count: 4_097)]))], "4097"),
        ]
        for (batches, expected) in refused {
            do {
                _ = try await store.append(batches)
                Issue.record("stored: \(expected)")
            } catch {
                #expect(error.what.contains(expected), "\(error.what)")
                #expect(error.remedy.hasSuffix("."))
                #expect(!error.why.isEmpty)
            }
        }
        #expect(try store.usage().samples == 1)
        await store.close()
        await #expect(throws: StoreError.closed) { try await store.append([]) }
        #expect(throws: StoreError.closed) { try store.cursor(of: "x") }
        await store.close()
    }
}
