// Thinning: old samples of a measurement give way to its figures of minutes and hours.

import GRDB
import Plant
import Synchronization

/// What became of one signal in one month.
enum ThinOutcome: Hashable, Sendable {
    /// Nothing of it is in the month, or it was thinned before.
    case nothing
    /// It stays whole.
    case kept
    /// Its samples gave way.
    case thinned(samples: Int, minutes: Int)
}

extension Writer {
    /// Replaces the samples of a signal in a month by figures, where that is allowed and pays.
    ///
    /// The figures are flushed first; from then on they count and the samples do not, so that a
    /// crash before the samples are removed changes no answer. It stays whole where it has
    /// samples of an import or of a hand (they can be taken back), in the head, or damaged ones,
    /// and where the figures would take more than half the room.
    func thin(_ signal: UInt32, in month: MonthKey) throws(StoreError) -> ThinOutcome {
        let groups = core.registry.withLock { $0.groups(of: signal) }
        guard core.shelf.damage(month) == nil,
            let found = try core.inMonth(month, { try self.pieces($0, signal, groups) })
        else { return .kept }
        if found.isThinned || found.pieces.isEmpty { return .nothing }
        guard found.isEligible, try !isInHead(groups, month) else { return .kept }
        let series = try core.series(of: signal, from: month.start, through: month.end - 1)
        guard !series.quality.contains(.badDamaged), series.values.kind != .text else {
            return .kept
        }
        let minutes = Rollup(series, step: .minute)
        let hours = Rollup(series, step: .hour)
        guard !minutes.cells.isEmpty else { return .kept }
        let drafts = (minute: minutes.draft(stage), hour: hours.draft(stage))
        guard (drafts.minute.byteCount + drafts.hour.byteCount) * 2 <= found.bytes else {
            return .kept
        }
        try writeMonth(month) { database in
            for (step, draft) in [(Rollup.Step.minute, drafts.minute), (.hour, drafts.hour)] {
                try MonthFile.add(
                    database, signal: signal, step: step, samples: series.count,
                    header: draft.header(group: signal, revision: step.rawValue),
                    payload: draft.payload)
            }
        }
        try failpoint(.thinAfterFigures)
        return .thinned(samples: series.count, minutes: minutes.cells.count)
    }

    /// Removes samples of thinned signals from the chunks of a month; gives the space back.
    func removeThinned(in month: MonthKey) throws(StoreError) {
        guard core.shelf.damage(month) == nil,
            let thinned = try core.inMonth(month, { try MonthFile.thinned($0) }), !thinned.isEmpty
        else { return }
        var isChanged = false
        for group in core.registry.withLock({ $0.all }) {
            let rest = group.shape.columns.filter { !thinned.contains($0.signal) }
            guard rest.count < group.shape.columns.count else { continue }
            let pieces = try core.inMonth(month) { database in
                try MonthFile.pieces(database, group: group.id, from: .min, through: .max)
                    .filter { !$0.isQuarantined }
            }
            guard let pieces, !pieces.isEmpty else { continue }
            let smaller =
                rest.isEmpty
                ? nil : try self.group(of: GroupShape(columns: rest, origin: group.shape.origin))
            for piece in pieces { try reduce(piece, of: group, to: smaller, in: month) }
            isChanged = true
        }
        if isChanged, let file = try core.shelf.file(month) { try file.reclaim(.past) }
    }

    /// Writes a chunk again without the columns that the smaller group lacks.
    private func reduce(
        _ piece: ChunkPiece, of group: Group, to smaller: Group?, in month: MonthKey
    ) throws(StoreError) {
        try writeMonth(month) { database in
            if let smaller {
                guard let payload = try MonthFile.payload(database, piece) else { return }
                let block: RowBlock
                do throws(ChunkFault) {
                    let reader = try ChunkReader(header: piece.header)
                    guard reader.key == piece.key, reader.shape == group.shape else { return }
                    block = try reader.block(payload, self.stage)
                } catch {
                    // A damaged chunk stays as it is; verification names it.
                    return
                }
                let rows = RowBlock(
                    times: block.times,
                    columns: smaller.shape.columns.compactMap { column in
                        group.index(of: column.signal).map { block.columns[$0] }
                    }, lateness: block.lateness)
                let draft = ChunkDraft(rows, shape: smaller.shape, self.stage)
                let revision = piece.key.revision
                try MonthFile.add(database, smaller.id, smaller.shape)
                try MonthFile.upsert(
                    database, draft.key(group: smaller.id, revision: revision),
                    samples: draft.samples,
                    header: draft.header(group: smaller.id, revision: revision),
                    payload: draft.payload)
            }
            try database.change("DELETE FROM chunk WHERE id = ?", [.integer(piece.id)])
        }
    }

    private func group(of shape: GroupShape) throws(StoreError) -> Group {
        var commit = Commit()
        let group = try writeHead { try self.group(of: shape, $0, &commit) }
        core.registry.withLock { registry in
            for made in commit.newGroups.values { _ = registry.add(made) }
        }
        return group
    }

    private struct Found {
        var isThinned = false
        var isEligible = true
        var pieces: [ChunkPiece] = []
        /// Bytes that the signal takes in its chunks.
        var bytes = 0
    }

    private func pieces(
        _ database: Database, _ signal: UInt32, _ groups: [Group]
    ) throws -> Found {
        var found = Found()
        found.isThinned = try MonthFile.isThinned(database, signal)
        if found.isThinned { return found }
        for group in groups {
            let pieces = try MonthFile.pieces(
                database, group: group.id, from: .min, through: .max)
            for piece in pieces {
                guard !piece.isQuarantined, group.shape.origin == .device else {
                    found.isEligible = false
                    continue
                }
                do throws(ChunkFault) {
                    let reader = try ChunkReader(header: piece.header)
                    guard let entry = reader.entry(of: signal) else { continue }
                    found.bytes += entry.values.count + entry.quality.count
                    if group.shape.columns.count == 1 { found.bytes += reader.timeBytes }
                } catch {
                    found.isEligible = false
                }
            }
            found.pieces += pieces
        }
        return found
    }

    private func isInHead(_ groups: [Group], _ month: MonthKey) throws(StoreError) -> Bool {
        try core.head.read { database in
            for group in groups {
                let found = try database.first(
                    "SELECT 1 FROM head WHERE shape = ? AND first < ? AND last >= ? LIMIT 1",
                    [.number(group.id), .integer(month.end), .integer(month.start)]
                ) { _ in true }
                if found ?? false { return true }
            }
            return false
        }
    }
}
