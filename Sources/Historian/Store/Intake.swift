// What is done on the caller's side before the writer: checking shapes, encoding history.

import Plant

/// Checks and preparation that need no file.
enum Intake {
    /// Refuses batches that could not be stored or read back.
    static func check(_ batches: [SampleBatch]) throws(StoreError) {
        for batch in batches {
            if let flaw = batch.flaw { throw .malformed(what: flaw) }
            guard batch.columns.count <= HistorianLimits.columnsPerGroup else {
                throw .tooLarge(
                    what: "a batch's number of signals", size: batch.columns.count,
                    limit: HistorianLimits.columnsPerGroup)
            }
            for column in batch.columns { try check(column) }
        }
    }

    /// Bytes that a batch takes while it waits.
    static func bytes(_ batch: SampleBatch) -> Int {
        batch.columns.reduce(batch.times.count * 8) { sum, column in
            switch column.values {
            case .numbers, .integers: sum + batch.times.count * 8
            case .flags: sum + batch.times.count
            case .texts: sum + batch.times.count * 16 + column.values.textBytes
            }
        }
    }

    /// Encodes batches into chunks as if all of them were new, on two tasks beside the writer.
    @concurrent static func prepare(_ batches: [SampleBatch]) async -> [PreparedBatch] {
        var parts: [Part] = []
        for (index, batch) in batches.enumerated()
        where !batch.times.isEmpty && !batch.columns.isEmpty && batch.times.isRising {
            let order = batch.columns.indices.sorted {
                batch.columns[$0].signal < batch.columns[$1].signal
            }
            let shape = GroupShape(
                columns: order.map {
                    GroupColumn(
                        signal: batch.columns[$0].signal.number,
                        kind: batch.columns[$0].values.kind)
                }, origin: batch.origin)
            for (month, block) in RowBlock(batch, order: order).chunkParts() {
                parts.append(Part(batch: index, month: month, block: block, shape: shape))
            }
        }
        let all = parts
        async let even = encode(all, from: 0)
        async let odd = encode(all, from: 1)
        let halves = await (even, odd)
        var drafts = [[(month: MonthKey, draft: ChunkDraft)]](repeating: [], count: batches.count)
        for (index, part) in all.enumerated() {
            let draft = index % 2 == 0 ? halves.0[index / 2] : halves.1[index / 2]
            drafts[part.batch].append((part.month, draft))
        }
        return zip(batches, drafts).filter { !$0.0.times.isEmpty && !$0.0.columns.isEmpty }.map {
            PreparedBatch(batch: $0.0, drafts: $0.1)
        }
    }

    private struct Part: Sendable {
        let batch: Int
        let month: MonthKey
        let block: RowBlock
        let shape: GroupShape
    }

    @concurrent private static func encode(_ parts: [Part], from start: Int) async -> [ChunkDraft] {
        let stage = EntropyStage(writes: true, reads: false)
        return stride(from: start, to: parts.count, by: 2).map { index in
            ChunkDraft(parts[index].block, shape: parts[index].shape, stage)
        }
    }

    private static func check(_ column: SignalColumn) throws(StoreError) {
        guard column.signal.number < HistorianLimits.signalNumbers else {
            throw .tooLarge(
                what: "a signal number", size: Int(column.signal.number),
                limit: HistorianLimits.signalNumbers)
        }
        guard case .texts(let texts) = column.values else { return }
        for text in texts where text.utf8.count > HistorianLimits.textBytes {
            throw .tooLarge(
                what: "a text of signal \(column.signal.number)", size: text.utf8.count,
                limit: HistorianLimits.textBytes)
        }
    }
}
