// Compacting: small and overlapping chunks of a month become large ones; every answer stays.

import GRDB
import Plant
import Synchronization

/// What compacting did.
public struct CompactReport: Hashable, Sendable {
    /// Chunks that were merged away.
    public var chunksBefore = 0
    /// Chunks that took their place.
    public var chunksAfter = 0
    /// Bytes of all files before.
    public var bytesBefore = 0
    /// Bytes of all files after.
    public var bytesAfter = 0

    /// An empty report.
    public init() {}
}

/// A chunk as compacting sees it, and where it stands in its table.
private struct CompactPiece {
    let id: Int64
    let key: ChunkKey
}

extension Writer {
    /// Merges chunks of one group and revision that are small or overlap, and gives space back.
    ///
    /// Each group changes in one transaction: a crash leaves it as before or as after. A damaged
    /// chunk stays where it is, and so do those that would be merged with it.
    func compact(_ month: MonthKey) throws(StoreError) -> CompactReport {
        var report = CompactReport()
        guard core.shelf.damage(month) == nil else { return report }
        for group in core.registry.withLock({ $0.all }) {
            try compact(group, in: month, &report)
        }
        // The newest month fills its free pages again; writing it anew each day would wear the disk.
        let isNewest = core.shelf.months.last == month
        if let file = try core.shelf.file(month) {
            try file.reclaim(isNewest ? .growing : .past)
        }
        return report
    }

    private func compact(
        _ group: Group, in month: MonthKey, _ report: inout CompactReport
    ) throws(StoreError) {
        let found = try core.inMonth(month) { database in
            try MonthFile.pieces(database, group: group.id, from: .min, through: .max)
                .filter { !$0.isQuarantined }
                .map { CompactPiece(id: $0.id, key: $0.key) }
        }
        guard let found, found.count > 1 else { return }
        let columns = max(1, group.shape.columns.count)
        let height = min(
            HistorianLimits.rowsPerChunk, HistorianLimits.samplesPerChunk / columns)
        for revision in Set(found.map(\.key.revision)).sorted() {
            let pieces = found.filter { $0.key.revision == revision }
                .sorted { ($0.key.first, $0.key.last) < ($1.key.first, $1.key.last) }
            for run in runs(pieces, height: max(1, height)) {
                try merge(run, of: group, revision: revision, in: month, &report)
            }
        }
    }

    /// Pieces that belong together: overlapping ones, and small ones up to a whole chunk.
    private func runs(_ pieces: [CompactPiece], height: Int) -> [[CompactPiece]] {
        var runs: [[CompactPiece]] = []
        var run: [CompactPiece] = []
        var rows = 0
        var last = Int64.min
        func close() {
            let overlaps = zip(run, run.dropFirst()).contains { $0.key.last >= $1.key.first }
            // A merge pays where a chunk was less than half full, or where chunks overlap.
            if run.count > 1, overlaps || run.contains(where: { $0.key.rows * 2 < height }) {
                runs.append(run)
            }
            run = []
            rows = 0
            last = .min
        }
        for piece in pieces {
            let isOverlapping = !run.isEmpty && piece.key.first <= last
            if !isOverlapping, rows + piece.key.rows > height { close() }
            run.append(piece)
            rows += piece.key.rows
            last = max(last, piece.key.last)
            if rows > HistorianLimits.rowsPerMerge { close() }
        }
        close()
        return runs
    }

    private func merge(
        _ run: [CompactPiece], of group: Group, revision: UInt32, in month: MonthKey,
        _ report: inout CompactReport
    ) throws(StoreError) {
        let done = try writeMonth(month) { database -> (Int, Int)? in
            var rows = RowBlock(empty: group.shape)
            for piece in run {
                guard let block = try self.block(database, piece, group) else { return nil }
                rows.append(block)
            }
            let ordered = rows.inOrder()
            // The same time twice in one group and revision is not what any writer stores.
            guard ordered.times.isRising else { return nil }
            let parts = ordered.chunkParts()
            guard parts.count < run.count || parts.count == run.count && self.overlap(run)
            else { return nil }
            for piece in run {
                try database.change("DELETE FROM chunk WHERE id = ?", [.integer(piece.id)])
            }
            for part in parts {
                let draft = ChunkDraft(part.block, shape: group.shape, self.stage)
                let key = draft.key(group: group.id, revision: revision)
                try MonthFile.upsert(
                    database, key, samples: draft.samples,
                    header: draft.header(group: group.id, revision: revision),
                    payload: draft.payload)
            }
            return (run.count, parts.count)
        }
        report.chunksBefore += done?.0 ?? 0
        report.chunksAfter += done?.1 ?? 0
    }

    private func overlap(_ run: [CompactPiece]) -> Bool {
        zip(run, run.dropFirst()).contains { $0.key.last >= $1.key.first }
    }

    /// The rows of a chunk, nil where it is damaged or gone.
    private func block(
        _ database: Database, _ piece: CompactPiece, _ group: Group
    ) throws -> RowBlock? {
        let found = try database.first(
            "SELECT header, payload FROM chunk WHERE id = ?", [.integer(piece.id)]
        ) { (header: $0.blob(0), payload: $0.blob(1)) }
        guard let found else { return nil }
        do throws(ChunkFault) {
            let reader = try ChunkReader(header: found.header)
            guard reader.key == piece.key, reader.shape == group.shape else { return nil }
            return try reader.block(found.payload, stage)
        } catch {
            // Verification names it; it is never rewritten.
            return nil
        }
    }
}
