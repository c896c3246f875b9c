// Sealing: head rows become chunks of month files in two steps that may be repeated.

import GRDB
import Plant
import Synchronization

/// A chunk ready for its month file.
struct ReadyChunk {
    /// The encoded rows.
    let draft: ChunkDraft
    /// Which group.
    let group: Group
    /// Revision of all its samples.
    let revision: UInt32
}

/// Head rows that one step of sealing moves.
private struct SealStep {
    var ids: [Int64] = []
    var samples = 0
    var blocks: [(group: Group, revision: UInt32, block: RowBlock)] = []
    var loads: [UInt32: HeadLoad] = [:]
}

extension Writer {
    /// Moves head rows that end before a time into month files.
    func seal(upTo end: Int64, atLeast rows: Int) throws(StoreError) -> SealReport {
        let groups = core.registry.withLock { $0.all }
        return try seal(
            groups.filter { (headLoad[$0.id]?.rows ?? 0) >= max(1, rows) }, upTo: end)
    }

    /// Seals groups that have grown large; a failure is kept for the status and tried again later.
    func sealLargeGroups() {
        for (number, load) in headLoad.sorted(by: { $0.key < $1.key }) {
            let isLarge =
                load.samples >= HistorianLimits.headSamplesPerGroup
                || load.rows >= HistorianLimits.headRowsPerGroup
            guard isLarge, load.samples >= sealAgainAt[number] ?? 0,
                let group = core.registry.withLock({ $0.group(number) })
            else { continue }
            do {
                _ = try seal([group], upTo: .max)
            } catch {
                core.lastFault.withLock { $0 = error }
            }
            let left = headLoad[number] ?? HeadLoad()
            sealAgainAt[number] =
                left.samples > load.samples / 2
                ? left.samples + HistorianLimits.headSamplesPerGroup / 4 : nil
        }
    }

    private func seal(_ groups: [Group], upTo end: Int64) throws(StoreError) -> SealReport {
        var report = SealReport()
        var step = SealStep()
        for group in groups {
            var after: (last: Int64, id: Int64) = (.min, -1)
            while true {
                let isDone = try collect(group, upTo: end, after: &after, into: &step)
                if step.samples >= HistorianLimits.samplesPerSealStep {
                    try finish(step, &report)
                    step = SealStep()
                }
                if isDone { break }
            }
        }
        try finish(step, &report)
        return report
    }

    /// Reads head rows of a group from a position on; true when there are no more.
    private func collect(
        _ group: Group, upTo end: Int64, after: inout (last: Int64, id: Int64),
        into step: inout SealStep
    ) throws(StoreError) -> Bool {
        var found: [UInt32: RowBlock] = [:]
        var isDone = true
        let start = after
        let sql = """
            SELECT id, revision, last, bytes FROM head
            WHERE shape = ?1 AND (last, id) > (?2, ?3) AND last < ?4 ORDER BY last, id
            """
        let room = HistorianLimits.samplesPerSealStep
        let bound: [SQLValue] = [
            .number(group.id), .integer(start.last), .integer(start.id), .integer(end),
        ]
        try core.head.read { database in
            try database.eachWhile(sql, bound) { row in
                after = (row.integer(2), row.integer(0))
                let block: RowBlock
                do {
                    let key = HeadKey(
                        group: group.id, revision: row.uint32(1), last: row.integer(2))
                    block = try HeadRow.block(row.blob(3), shape: group.shape, key: key)
                } catch {
                    // It stays where it is, shows as a gap, and verification names it.
                    return true
                }
                if self.touchesDamage(block) { return true }
                step.ids.append(row.integer(0))
                step.samples += block.sampleCount
                step.loads[group.id, default: HeadLoad()].rows += block.rows
                step.loads[group.id, default: HeadLoad()].samples += block.sampleCount
                found[row.uint32(1), default: RowBlock(empty: group.shape)].append(block)
                isDone = step.samples < room
                return isDone
            }
        }
        for (revision, block) in found.sorted(by: { $0.key < $1.key }) {
            step.blocks.append((group, revision, block.inOrder()))
        }
        return isDone
    }

    /// Whether rows belong to a month whose file cannot be used: they wait in the head.
    private func touchesDamage(_ block: RowBlock) -> Bool {
        guard let first = block.times.first, let last = block.times.last else { return false }
        return core.shelf.months(from: first, through: last).contains {
            core.shelf.damage($0) != nil
        }
    }

    private func finish(_ step: SealStep, _ report: inout SealReport) throws(StoreError) {
        guard !step.ids.isEmpty else { return }
        var ready: [MonthKey: [ReadyChunk]] = [:]
        var newest: [(signal: UInt32, entry: LiveEntry)] = []
        for (group, revision, block) in step.blocks {
            let rest = try withoutSealed(block, group, revision)
            for part in rest.chunkParts() {
                let draft = ChunkDraft(part.block, shape: group.shape, stage)
                ready[part.month, default: []].append(
                    ReadyChunk(draft: draft, group: group, revision: revision))
            }
            newest += self.newest(block, group, revision)
        }
        try write(ready, &report)
        try failpoint(.sealAfterChunks)
        try forget(step, newest)
        report.headRows += step.ids.count
        report.samples += step.samples
    }

    /// Step one: chunks into their month files, each month flushed.
    func write(
        _ ready: [MonthKey: [ReadyChunk]], _ report: inout SealReport
    ) throws(StoreError) {
        for (month, chunks) in ready.sorted(by: { $0.key < $1.key }) {
            try writeMonth(month) { database in
                for chunk in chunks {
                    let key = chunk.draft.key(group: chunk.group.id, revision: chunk.revision)
                    let header = chunk.draft.header(group: key.group, revision: key.revision)
                    try MonthFile.add(database, chunk.group.id, chunk.group.shape)
                    try MonthFile.upsert(
                        database, key, samples: chunk.draft.samples, header: header,
                        payload: chunk.draft.payload)
                }
            }
            report.chunks += chunks.count
            report.bytes += chunks.reduce(0) { $0 + $1.draft.byteCount }
        }
    }

    /// Plays a fault where a test asked for one.
    func failpoint(_ place: Failpoint) throws(StoreError) {
        do {
            try core.options.failpoint(place)
        } catch {
            throw storeError(error, file: core.folder)
        }
    }

    /// The newest sample of each column of a block.
    func newest(
        _ block: RowBlock, _ group: Group, _ revision: UInt32
    ) -> [(signal: UInt32, entry: LiveEntry)] {
        zip(group.shape.columns, block.columns).compactMap { column, values in
            LiveEntry(
                times: block.times, column: values, revision: revision,
                importNumber: group.shape.origin.importNumber
            ).map { (column.signal, $0) }
        }
    }

    /// Step two: the head forgets its rows and remembers what was newest in them.
    private func forget(
        _ step: SealStep, _ newest: [(signal: UInt32, entry: LiveEntry)]
    ) throws(StoreError) {
        try writeHead { database in
            for id in step.ids {
                try database.change("DELETE FROM head WHERE id = ?", [.integer(id)])
            }
            for (signal, entry) in newest {
                try HeadFile.settle(database, signal: signal, entry)
            }
            for (group, _, block) in step.blocks {
                guard let last = block.times.last else { continue }
                try database.change(
                    "UPDATE shape SET sealed = max(coalesce(sealed, ?2), ?2) WHERE id = ?1",
                    [.number(group.id), .integer(last)])
            }
        }
        for (group, load) in step.loads {
            headLoad[group]?.rows -= load.rows
            headLoad[group]?.samples -= load.samples
        }
    }

    /// Rows that no chunk of the same group and revision holds yet, after a crash between steps.
    private func withoutSealed(
        _ block: RowBlock, _ group: Group, _ revision: UInt32
    ) throws(StoreError) -> RowBlock {
        guard let first = block.times.first, let last = block.times.last else { return block }
        var sealed: Set<Int64> = []
        for month in core.shelf.months(from: first, through: last) {
            let times = try core.inMonth(month) { database in
                try self.sealedTimes(database, month, group, revision, first, last)
            }
            sealed.formUnion(times ?? [])
        }
        if sealed.isEmpty { return block }
        return block.rows(at: block.times.indices.filter { !sealed.contains(block.times[$0]) })
    }

    private func sealedTimes(
        _ database: Database, _ month: MonthKey, _ group: Group, _ revision: UInt32,
        _ first: Int64, _ last: Int64
    ) throws -> [Int64] {
        var times: [Int64] = []
        let pieces = try MonthFile.pieces(database, group: group.id, from: first, through: last)
        for piece in pieces where piece.key.revision == revision && !piece.isQuarantined {
            guard let payload = try MonthFile.payload(database, piece) else { continue }
            do {
                // Only whole chunks count as sealed: rows of a damaged one are still in the head.
                times += try ChunkReader(header: piece.header).block(payload, stage).times
            } catch {
                core.report(month, piece, error)
            }
        }
        return times
    }
}
