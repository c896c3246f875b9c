// Bulk history: long columns straight into chunks of month files, flushed when it returns.

import GRDB
import Plant
import Synchronization

/// A batch of history with its chunks encoded already, as if all of it were new.
struct PreparedBatch: Sendable {
    /// The batch.
    let batch: SampleBatch
    /// Its chunks by month; empty when its times are not in order.
    let drafts: [(month: MonthKey, draft: ChunkDraft)]
}

extension Writer {
    /// Stores history; the head announces signals first, so that a crash in between is harmless.
    ///
    /// An interrupted call may leave some chunks behind: storing the same again ignores them.
    func store(history: [PreparedBatch]) throws(StoreError) -> AppendReceipt {
        try checkThinned(history.map(\.batch))
        var receipt = AppendReceipt()
        var rest = history[...]
        while !rest.isEmpty {
            let taken = try storeWave(rest, &receipt)
            rest = rest.dropFirst(taken)
        }
        return receipt
    }

    /// Stores batches up to the next that has to be compared with stored ones; gives their number.
    private func storeWave(
        _ batches: ArraySlice<PreparedBatch>, _ receipt: inout AppendReceipt
    ) throws(StoreError) -> Int {
        var commit = Commit()
        var ready: [MonthKey: [ReadyChunk]] = [:]
        var added = AppendReceipt()
        var taken = 0
        try writeHead { database in
            for prepared in batches {
                try self.checkKinds([prepared.batch], commit)
                let recognition = try self.recognise(prepared.batch, database, &commit)
                let isNews =
                    !prepared.drafts.isEmpty
                    && self.isNews(prepared.batch.times, recognition.group)
                if !isNews, taken > 0 { break }
                taken += 1
                if isNews {
                    self.take(prepared, recognition, &ready, &commit)
                    added.stored += prepared.batch.sampleCount
                    continue
                }
                let sorted = try self.classify(prepared.batch, recognition, database, &commit)
                added.stored += sorted.stored
                added.duplicates += sorted.duplicates
                added.revisions += sorted.revisions
                self.take(sorted, &ready, &commit)
                break
            }
            for (signal, entry) in commit.newest {
                try HeadFile.raise(database, signal: signal, frontier: entry.time)
            }
        }
        frontiers.keep()
        core.registry.withLock { registry in
            for group in commit.newGroups.values { _ = registry.add(group) }
        }
        try failpoint(.historyBeforeChunks)
        var report = SealReport()
        try write(ready, &report)
        try failpoint(.historyAfterChunks)
        let newest = commit.newest
        try writeHead { database in
            for (signal, entry) in newest {
                try HeadFile.remember(database, signal: signal, entry)
            }
        }
        publish(commit)
        receipt.stored += added.stored
        receipt.duplicates += added.duplicates
        receipt.revisions += added.revisions
        return taken
    }

    private func take(
        _ prepared: PreparedBatch, _ recognition: Recognition,
        _ ready: inout [MonthKey: [ReadyChunk]], _ commit: inout Commit
    ) {
        for (month, draft) in prepared.drafts {
            ready[month, default: []].append(
                ReadyChunk(draft: draft, group: recognition.group, revision: 0))
        }
        let row = prepared.batch.times.count - 1
        let last = RowBlock(prepared.batch, order: recognition.order).rows(row..<row + 1)
        announce(last, recognition.group, 0, &commit)
    }

    private func take(
        _ sorted: ClassifiedBatch, _ ready: inout [MonthKey: [ReadyChunk]],
        _ commit: inout Commit
    ) {
        for part in sorted.parts {
            for piece in part.block.chunkParts() {
                let draft = ChunkDraft(piece.block, shape: part.group.shape, stage)
                ready[piece.month, default: []].append(
                    ReadyChunk(draft: draft, group: part.group, revision: part.revision))
            }
            announce(part.block, part.group, part.revision, &commit)
        }
    }

    private func announce(
        _ block: RowBlock, _ group: Group, _ revision: UInt32, _ commit: inout Commit
    ) {
        for (signal, entry) in newest(block, group, revision) {
            frontiers.raise(signal, to: entry.time)
            commit.newest.append((signal, entry))
        }
    }
}
