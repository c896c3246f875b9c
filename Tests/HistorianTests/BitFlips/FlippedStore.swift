// A small store, everything that was ever offered to it, and its files as a crash leaves them.

import Foundation
import Plant

@testable import Historian

/// A store's files, and what it may say of them.
struct FlippedStore: Sendable {
    /// A signal at an instant.
    struct Key: Hashable {
        let signal: UInt32
        let time: Int64
    }

    /// A value that was offered, and whether it belongs to a masked import.
    struct Offer: Hashable {
        let value: [UInt8]
        let quality: Quality
        let isMasked: Bool
    }

    /// What a store says of all signals.
    struct Answers: Equatable {
        /// Series by signal.
        var series: [UInt32: SampleSeries] = [:]
        /// Newest samples.
        var newest: [SignalID: LastValue] = [:]
        /// Counts, extremes and means over the whole range.
        var buckets: [UInt32: [Bucket]] = [:]
        /// How far the source was read.
        var cursor: String?
    }

    /// Signals that have samples; 9 has masked ones only.
    static let signals: [UInt32] = Array(1...12)
    private static let masked: UInt32 = 4
    private static let days = range(morning, morning + 40 * 86_400 * second)

    /// Content of the files by path inside the folder.
    private(set) var files: [String: [UInt8]] = [:]
    /// Everything offered.
    private(set) var offers: [Key: Set<Offer>] = [:]
    /// What the undamaged store says.
    private(set) var truth = Answers()

    /// Makes the store; what is in its logs was never brought into the files.
    init(seed: UInt64) async throws {
        let folder = try Scratch(inMemory: true)
        let store = try SampleStore.open(folder: folder.path)
        var dice = Seeded(seed)
        for round in 0..<4 {
            for batch in FlippedStore.measured(round, &dice) { try await append(batch, store) }
            _ = try await store.seal(upTo: .distantFuture, atLeast: 2)
        }
        try await append(batch(4, [morning + second], .integers([77])), store)
        for number in [3, FlippedStore.masked] {
            let batch = FlippedStore.imported(number, &dice)
            note(batch)
            try await store.store(history: [batch])
        }
        try await store.mask(import: FlippedStore.masked)
        await store.close()
        let again = try SampleStore.open(folder: folder.path)
        for batch in FlippedStore.measured(7, &dice) { try await append(batch, again) }
        try await append(batch(1, [morning + 2 * second], .numbers([0.375])), again)
        _ = try await again.append(
            [], cursors: [SourceCursor(source: "file", position: "line 4711")])
        truth = try FlippedStore.answers(again)
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        where path.hasSuffix(".db") || path.hasSuffix("-wal") {
            files[path] = Array(
                try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + path)))
        }
        await again.close()
    }

    /// What a store says.
    static func answers(_ store: SampleStore) throws -> Answers {
        var answers = Answers()
        for signal in signals {
            answers.series[signal] = try store.series(of: SignalID(signal), in: always)
            answers.buckets[signal] = try store.buckets(of: SignalID(signal), in: days, count: 9)
        }
        answers.newest = store.lastValues()
        answers.cursor = try store.cursor(of: "file")
        return answers
    }

    /// Writes the files with one of them changed.
    func write(to folder: String, changing path: String, _ change: (inout [UInt8]) -> Void) throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/history", withIntermediateDirectories: true)
        for (name, content) in files {
            var bytes = content
            if name == path { change(&bytes) }
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
    }

    private mutating func append(_ batch: SampleBatch, _ store: SampleStore) async throws {
        note(batch)
        _ = try await store.append([batch])
    }

    private mutating func note(_ batch: SampleBatch) {
        for column in batch.columns {
            for (row, time) in batch.times.enumerated() {
                let key = Key(signal: column.signal.number, time: time)
                offers[key, default: []].insert(
                    Offer(
                        value: HeadFile.bytes(column.values[row]),
                        quality: column.quality.isEmpty ? .good : column.quality[row],
                        isMasked: batch.origin == .importBatch(FlippedStore.masked)))
            }
        }
    }

    /// Groups with equal columns too, so that samples of one could pass for another's.
    private static func measured(_ round: Int, _ dice: inout Seeded) -> [SampleBatch] {
        let times = (0..<60).map { morning + Int64(round * 3_600 + $0) * second }
        var quality = [Quality](repeating: .good, count: times.count)
        quality[5] = .badComm
        quality[6] = .uncertainClock
        func column(_ number: UInt32, _ values: ColumnValues) -> SignalColumn {
            SignalColumn(
                signal: SignalID(number), values: values, quality: number == 2 ? quality : [])
        }
        let doubles = times.map { _ in Double.random(in: -9...9, using: &dice) }
        let decimals = times.map { _ in Double(Int.random(in: 0...900, using: &dice)) / 10 }
        let counts = times.map { _ in Int64.random(in: 0...9_999, using: &dice) }
        return [
            SampleBatch(
                times: times,
                columns: [column(1, .numbers(decimals)), column(2, .numbers(doubles))]),
            SampleBatch(
                times: times,
                columns: [
                    column(5, .numbers(decimals.reversed())),
                    column(6, .numbers(doubles.reversed())),
                ]),
            batch(4, times, .integers(counts)), batch(3, times, .integers(counts.reversed())),
            batch(7, times, .flags(counts.map { $0 % 2 == 0 })),
            batch(8, times, .texts(counts.map { "state \($0 % 5)" })),
            batch(11, times, .numbers([Double](repeating: Double(round), count: times.count))),
            batch(12, times.suffix(1), .integers([Int64(round)])),
        ]
    }

    private static func imported(_ number: UInt32, _ dice: inout Seeded) -> SampleBatch {
        let times = (0..<30).map { morning + Int64($0) * 86_400 * second }
        return batch(
            number == masked ? 9 : 10, times,
            .integers(times.map { _ in Int64.random(in: 0...99, using: &dice) }),
            origin: .importBatch(number))
    }
}
