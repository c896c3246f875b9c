// Appending: which group a batch is, whether it is all new, and the head rows it becomes.

import GRDB
import Plant
import Synchronization

/// The columns of a batch as they came, which tell its group without sorting.
struct BatchShape: Hashable {
    /// Signal number and kind of each column.
    let columns: [UInt64]
    /// Where the batch came from.
    let origin: SampleOrigin

    /// The shape of a batch.
    init(_ batch: SampleBatch) {
        columns = batch.columns.map {
            UInt64($0.signal.number) << 8 | UInt64($0.values.kind.rawValue)
        }
        origin = batch.origin
    }
}

/// The group of a batch shape.
struct Recognition {
    /// The group.
    let group: Group
    /// Positions of the batch's columns in the order of the group.
    let order: [Int]
}

extension Writer {
    /// Puts a job's samples into the transaction; a refusal concerns this job alone.
    func stage(
        _ job: AppendJob, _ database: Database, _ commit: inout Commit
    ) -> Result<AppendReceipt, StoreError> {
        do {
            try checkKinds(job.batches, commit)
            try checkThinned(job.batches)
        } catch {
            return .failure(error)
        }
        do {
            var receipt = AppendReceipt()
            for batch in job.batches where !batch.times.isEmpty && !batch.columns.isEmpty {
                try place(batch, database, &commit, &receipt)
            }
            for cursor in job.cursors { try HeadFile.store(database, cursor) }
            return .success(receipt)
        } catch {
            // The transaction cannot go on with half a job: the caller's commit fails as a whole.
            commit.failure = commit.failure ?? storeError(error, file: HeadFile.name)
            return .failure(storeError(error, file: HeadFile.name))
        }
    }

    /// Refuses values of another kind than a signal has stored.
    func checkKinds(_ batches: [SampleBatch], _ commit: Commit) throws(StoreError) {
        var offered: [UInt32: ValueKind] = [:]
        for batch in batches {
            if recognised[BatchShape(batch)] != nil { continue }
            for column in batch.columns {
                let signal = column.signal.number
                let kind = column.values.kind
                let stored =
                    offered[signal] ?? commit.newKinds[signal]
                    ?? core.registry.withLock { $0.kind(signal) } ?? kind
                guard stored == kind else {
                    throw .kindMismatch(signal: column.signal, stored: stored, offered: kind)
                }
                offered[signal] = kind
            }
        }
    }

    /// Refuses samples of a signal in a month of which only its figures are kept.
    ///
    /// Nobody could tell a repeat from a new sample there, nor add it to figures that stand.
    func checkThinned(_ batches: [SampleBatch]) throws(StoreError) {
        for batch in batches {
            guard let earliest = batch.times.min() else { continue }
            for column in batch.columns where frontiers[column.signal.number] >= earliest {
                let latest = batch.times.max() ?? earliest
                let months = try core.thinnedMonths(
                    of: column.signal.number, from: earliest, through: latest)
                for month in months
                where batch.times.contains(where: { $0 >= month.start && $0 < month.end }) {
                    throw .thinned(
                        signal: column.signal, before: Timestamp(nanoseconds: month.end))
                }
            }
        }
    }

    /// The group of a batch, made where it is new.
    func recognise(
        _ batch: SampleBatch, _ database: Database, _ commit: inout Commit
    ) throws -> Recognition {
        let key = BatchShape(batch)
        if let found = recognised[key] { return found }
        let order = batch.columns.indices.sorted {
            batch.columns[$0].signal < batch.columns[$1].signal
        }
        let shape = GroupShape(
            columns: order.map {
                GroupColumn(
                    signal: batch.columns[$0].signal.number, kind: batch.columns[$0].values.kind)
            }, origin: batch.origin)
        let recognition = Recognition(
            group: try group(of: shape, database, &commit), order: order)
        if recognised.count >= HistorianLimits.rememberedShapes { recognised = [:] }
        recognised[key] = recognition
        return recognition
    }

    /// The group of a shape, made where it is new.
    func group(
        of shape: GroupShape, _ database: Database, _ commit: inout Commit
    ) throws -> Group {
        let (known, next) = core.registry.withLock { ($0.number(of: shape), $0.nextID) }
        if let known { return Group(id: known, shape: shape) }
        if let made = commit.newGroups[shape] { return made }
        let group = Group(id: next + UInt32(commit.newGroups.count), shape: shape)
        try HeadFile.add(database, group.id, shape)
        for column in shape.columns {
            try HeadFile.add(database, signal: column.signal, kind: column.kind)
        }
        commit.add(group)
        return group
    }

    /// Whether rows are in order and later than everything stored of their signals.
    func isNews(_ times: [Int64], _ group: Group) -> Bool {
        guard let first = times.first, times.isRising else { return false }
        for column in group.shape.columns where frontiers[column.signal] >= first { return false }
        return true
    }

    private func place(
        _ batch: SampleBatch, _ database: Database, _ commit: inout Commit,
        _ receipt: inout AppendReceipt
    ) throws {
        let recognition = try recognise(batch, database, &commit)
        let group = recognition.group
        if isNews(batch.times, group) {
            if commit.pending[group.id] == nil { commit.order.append(group) }
            let block = RowBlock(batch, order: recognition.order)
            if commit.pending[group.id]?.append(block) == nil { commit.pending[group.id] = block }
            if let last = batch.times.last {
                for column in group.shape.columns { frontiers.raise(column.signal, to: last) }
            }
            receipt.stored += batch.sampleCount
            return
        }
        try storePending(database, &commit)
        let sorted = try classify(batch, recognition, database, &commit)
        receipt.stored += sorted.stored
        receipt.duplicates += sorted.duplicates
        receipt.revisions += sorted.revisions
        for part in sorted.parts {
            try store(part.block, part.group, revision: part.revision, database, &commit)
        }
    }

    /// Writes gathered rows as head rows, one for each group.
    func storePending(_ database: Database, _ commit: inout Commit) throws {
        if let failure = commit.failure { throw failure }
        for group in commit.order {
            guard let block = commit.pending.removeValue(forKey: group.id) else { continue }
            try store(block, group, revision: 0, database, &commit)
        }
        commit.order = []
    }

    private func store(
        _ block: RowBlock, _ group: Group, revision: UInt32, _ database: Database,
        _ commit: inout Commit
    ) throws {
        let parts = block.parts(
            rows: HistorianLimits.rowsPerChunk, samples: HistorianLimits.samplesPerHeadRow)
        for part in parts {
            try HeadFile.add(database, group: group.id, revision: revision, part)
        }
        commit.loads[group.id, default: HeadLoad()].rows += block.rows
        commit.loads[group.id, default: HeadLoad()].samples += block.sampleCount
        for (column, values) in zip(group.shape.columns, block.columns) {
            if let last = block.times.last { frontiers.raise(column.signal, to: last) }
            let entry = LiveEntry(
                times: block.times, column: values, revision: revision,
                importNumber: group.shape.origin.importNumber)
            if let entry { commit.newest.append((column.signal, entry)) }
        }
    }
}

extension RowBlock {
    /// The block in parts of at most so many rows and samples, and a bounded amount of text.
    func parts(rows limit: Int, samples: Int) -> [RowBlock] {
        let height = max(1, min(limit, samples / max(1, columns.count)))
        var parts: [RowBlock] = []
        var start = 0
        while start < rows {
            let end = min(rows, start + height)
            self.rows(start..<end).addParts(to: &parts)
            start = end
        }
        return parts
    }

    private func addParts(to parts: inout [RowBlock]) {
        let text = columns.reduce(0) { $0 + $1.values.textBytes }
        guard text > HistorianLimits.textBytesPerChunk, rows > 1 else {
            parts.append(self)
            return
        }
        rows(0..<rows / 2).addParts(to: &parts)
        rows(rows / 2..<rows).addParts(to: &parts)
    }

    /// The block in parts of one month each, small enough for a chunk.
    func chunkParts() -> [(month: MonthKey, block: RowBlock)] {
        var parts: [(MonthKey, RowBlock)] = []
        var start = 0
        while start < rows {
            let month = MonthKey(times[start])
            let end = month.end == .max ? rows : times.position(atLeast: month.end)
            let stretch = rows(start..<end).parts(
                rows: HistorianLimits.rowsPerChunk, samples: HistorianLimits.samplesPerChunk)
            for block in stretch { parts.append((month, block)) }
            start = end
        }
        return parts
    }
}
