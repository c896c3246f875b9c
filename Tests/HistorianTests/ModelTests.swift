// Random operations on the store and on a model of a few lines give the same answers.

import Plant
import Testing

@testable import Historian

/// What the store should hold, in the plainest form.
private struct Model {
    struct Sample {
        let value: Scalar
        let quality: Quality
        let revision: Int
        let importNumber: UInt32
    }

    var samples: [UInt32: [Int64: [Sample]]] = [:]
    var masked: Set<UInt32> = []

    mutating func add(_ batches: [SampleBatch]) -> AppendReceipt {
        var receipt = AppendReceipt()
        for batch in batches {
            for column in batch.columns {
                let rows = batch.times.indices.sorted {
                    (batch.times[$0], $0) < (batch.times[$1], $1)
                }
                for row in rows {
                    add(
                        column.signal.number, batch.times[row], column.values[row],
                        column.quality(at: row), batch.origin.importNumber, &receipt)
                }
            }
        }
        return receipt
    }

    private mutating func add(
        _ signal: UInt32, _ time: Int64, _ value: Scalar, _ quality: Quality,
        _ importNumber: UInt32, _ receipt: inout AppendReceipt
    ) {
        let present = samples[signal]?[time] ?? []
        let isRepeat = present.contains {
            !isMasked($0) && $0.value.isIdentical(to: value) && $0.quality == quality
        }
        if isRepeat {
            receipt.duplicates += 1
            return
        }
        let revision = (present.map(\.revision).max() ?? -1) + 1
        receipt.stored += 1
        if revision > 0 { receipt.revisions += 1 }
        samples[signal, default: [:]][time, default: []].append(
            Sample(value: value, quality: quality, revision: revision, importNumber: importNumber))
    }

    func series(_ signal: UInt32, _ range: TimeRange) -> [(Int64, Scalar, Quality)] {
        (samples[signal] ?? [:]).sorted { $0.key < $1.key }.compactMap { time, present in
            guard range.contains(Timestamp(nanoseconds: time)) else { return nil }
            let visible = present.filter { !isMasked($0) }
            return visible.max { $0.revision < $1.revision }.map { (time, $0.value, $0.quality) }
        }
    }

    private func isMasked(_ sample: Sample) -> Bool {
        sample.importNumber != 0 && masked.contains(sample.importNumber)
    }
}

@Suite struct ModelTests {
    private let kinds: [ValueKind] = [.number, .integer, .flag, .text, .number]
    private let start = morning + 17 * 86_400 * second

    @Test(arguments: 1...6)
    func `random appends, bulk, seals, masks and reopenings read as the model does`(
        _ seed: UInt64
    ) async throws {
        var random = Seeded(seed)
        let scratch = try Scratch()
        var store = try SampleStore.open(folder: scratch.path)
        var model = Model()
        for _ in 0..<30 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let batches = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    randomBatch(&random)
                }
                #expect(try await store.append(batches) == model.add(batches))
            case 5:
                let batches = [randomBatch(&random), randomBatch(&random)]
                #expect(try await store.store(history: batches) == model.add(batches))
            case 6, 7:
                let end = start + Int64.random(in: 0..<2_000_000, using: &random) * second
                _ = try await store.seal(upTo: Timestamp(nanoseconds: end))
            case 8:
                let number = UInt32.random(in: 1...2, using: &random)
                if model.masked.remove(number) != nil {
                    try await store.unmask(import: number)
                } else {
                    model.masked.insert(number)
                    try await store.mask(import: number)
                }
            default:
                await store.close()
                store = try SampleStore.open(folder: scratch.path)
            }
            try compare(store, model, &random)
        }
        let report = try store.verify()
        #expect(report.isClean, "\(report.faults)")
        await store.close()
    }

    private func randomBatch(_ random: inout Seeded) -> SampleBatch {
        let rows = Int.random(in: 1...30, using: &random)
        // A month ends 13 days after the start; a few whole seconds make repeats likely.
        let base = start + Int64.random(in: 0..<20, using: &random) * 100_000 * second
        let times = (0..<rows).map { _ in
            base + Int64.random(in: 0..<40, using: &random) * second
        }
        let sorted = Bool.random(using: &random) ? times.sorted() : times
        let signals = (1...5).filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        let columns = (signals.isEmpty ? [1] : signals).map { signal in
            SignalColumn(
                signal: SignalID(UInt32(signal)),
                values: randomValues(kinds[signal - 1], rows, &random),
                quality: Bool.random(using: &random)
                    ? []
                    : (0..<rows).map { _ in
                        Int.random(in: 0..<9, using: &random) == 0 ? .badComm : .good
                    })
        }
        let origins: [SampleOrigin] = [.device, .device, .hand, .importBatch(1), .importBatch(2)]
        return SampleBatch(
            times: sorted, columns: columns.shuffled(using: &random),
            origin: origins.randomElement(using: &random) ?? .device,
            lateness: Bool.random(using: &random) ? [] : sorted.map { $0 % 1_000 })
    }

    private func randomValues(
        _ kind: ValueKind, _ rows: Int, _ random: inout Seeded
    ) -> ColumnValues {
        let choice = (0..<rows).map { _ in Int.random(in: 0..<4, using: &random) }
        switch kind {
        case .number: return .numbers(choice.map { [0.0, -0.0, .nan, 21.5][$0] })
        case .integer: return .integers(choice.map { [1, 2, .max, .min][$0] })
        case .flag: return .flags(choice.map { $0 < 2 })
        case .text: return .texts(choice.map { ["", "run", "\u{E9}", "e\u{301}"][$0] })
        }
    }

    private func compare(
        _ store: SampleStore, _ model: Model, _ random: inout Seeded
    ) throws {
        for signal in UInt32(1)...5 {
            let from = start + Int64.random(in: 0..<2_100_000, using: &random) * second
            let part = range(from, from + Int64.random(in: 0..<600_000, using: &random) * second)
            for range in [always, part] {
                let series = try store.series(of: SignalID(signal), in: range)
                let expected = model.series(signal, range)
                #expect(series.times == expected.map(\.0))
                for (row, sample) in expected.enumerated() where row < series.count {
                    #expect(series.values[row].isIdentical(to: sample.1))
                    #expect(series.quality(at: row) == sample.2)
                }
            }
            let all = model.series(signal, always)
            let last = try store.last(of: SignalID(signal), before: Timestamp(nanoseconds: from))
            let expected = all.last { $0.0 <= from }
            #expect(last?.time.nanoseconds == expected?.0)
            #expect(
                last.map { value in expected.map { $0.1.isIdentical(to: value.value) } ?? false }
                    ?? true)
            let live = store.lastValues()[SignalID(signal)]
            #expect(live?.time.nanoseconds == all.last?.0)
            #expect(
                live.map { value in all.last.map { $0.1.isIdentical(to: value.value) } ?? false }
                    ?? true)
            let extent = try store.extent(of: SignalID(signal))
            #expect(extent?.start.nanoseconds == all.first?.0)
            #expect(extent?.end.nanoseconds == all.last.map { $0.0 + 1 })
        }
    }
}
