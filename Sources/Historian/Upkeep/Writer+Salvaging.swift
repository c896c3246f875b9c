// Salvage: what can still be read of a damaged month file goes into a new one.

import GRDB
import Plant

extension Writer {
    /// Copies whole chunks of an unusable month file into a new one that takes its place.
    ///
    /// Every chunk is decoded first: what fails any check is not copied. The damaged file stays
    /// under another name. Throws where not even that can be done; then nothing is changed.
    func salvage(_ month: MonthKey) throws(StoreError) -> SalvageReport {
        let name = month.fileName
        let place = core.shelf.folder + "/" + name
        let target = name + ".new-salvage"
        for log in ["", "-wal", "-shm"] {
            try FileSystem.remove(core.shelf.folder + "/" + target + log)
        }
        let file = try DatabaseFile(
            folder: core.shelf.folder, name: target, label: core.shelf.label(month),
            schema: MonthFile.schema)
        var counts = (chunks: 0, samples: 0, lost: 0)
        let damaged = DamagedFile(place)
        let known = damaged.largestID
        do {
            defer { damaged.close() }
            var next: Int64 = 1
            let last = min(known ?? DamagedFile.idsTried, 1 << 24)
            while next <= last {
                // Some chunks in each flush: all of them in one would be a log of that size.
                try file.write { database in
                    var copied = 0
                    while next <= last, copied < HistorianLimits.piecesPerRead {
                        defer { next += 1 }
                        switch damaged.chunk(next, self.stage) {
                        case .nothing: break
                        case .lost: counts.lost += 1
                        case .whole(let chunk):
                            try chunk.store(database)
                            copied += 1
                            counts.samples += chunk.samples
                        }
                    }
                    counts.chunks += copied
                }
            }
            for (signal, step, samples, header, payload) in damaged.rollups(stage) {
                try file.write { database in
                    try MonthFile.add(
                        database, signal: signal, step: step, samples: samples, header: header,
                        payload: payload)
                }
            }
        } catch {
            file.close()
            throw error
        }
        file.close()
        let kept = try core.shelf.replace(
            month, with: core.shelf.folder + "/" + target)
        return SalvageReport(
            file: core.shelf.label(month), kept: "history/" + kept, chunks: counts.chunks,
            samples: counts.samples, lost: known.map { _ in counts.lost })
    }
}

/// A month file of which any page may be wrong, opened for reading only.
private final class DamagedFile {
    /// What stands under a row id.
    enum Found {
        case nothing
        case lost
        case whole(WholeChunk)
    }

    /// A chunk that passed every check.
    struct WholeChunk {
        let key: ChunkKey
        let shape: GroupShape
        let samples: Int
        let header: [UInt8]
        let payload: [UInt8]

        func store(_ database: Database) throws {
            try MonthFile.add(database, key.group, shape)
            try MonthFile.upsert(
                database, key, samples: samples, header: header, payload: payload)
        }
    }

    private let queue: DatabaseQueue?
    /// Row ids tried where the file does not tell its largest.
    static let idsTried: Int64 = 100_000

    init(_ path: String) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "historian salvage"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            queue = nil  // Not even its first page can be read: nothing is saved.
        }
    }

    func close() {
        do {
            try queue?.close()
        } catch {
            queue?.interrupt()
        }
    }

    /// The last row id, nil where the file does not tell it.
    ///
    /// Each chunk is looked up by its id, so that a damaged page hides only its own rows.
    var largestID: Int64? {
        read { try $0.first("SELECT max(id) FROM chunk") { max(0, $0.integer(0)) } } ?? nil
    }

    func chunk(_ id: Int64, _ stage: EntropyStage) -> Found {
        guard let queue else { return .nothing }
        let sql = """
            SELECT shape, first, revision, last, rows, samples, header, payload FROM chunk
            WHERE id = ?
            """
        do {
            let row = try queue.read { database in
                try database.first(sql, [.integer(id)]) { row in
                    (
                        key: ChunkKey(
                            group: row.uint32(0), revision: row.uint32(2), first: row.integer(1),
                            last: row.integer(3), rows: Int(row.integer(4))),
                        samples: Int(row.integer(5)), header: row.blob(6), payload: row.blob(7)
                    )
                }
            }
            guard let row else { return .nothing }
            let reader = try ChunkReader(header: row.header)
            let block = try reader.block(row.payload, stage)
            guard reader.key == row.key, block.sampleCount == row.samples else { return .lost }
            return .whole(
                WholeChunk(
                    key: row.key, shape: reader.shape, samples: row.samples, header: row.header,
                    payload: row.payload))
        } catch {
            return .lost
        }
    }

    /// Figures of thinned signals, both lengths whole.
    func rollups(
        _ stage: EntropyStage
    ) -> [(UInt32, Rollup.Step, samples: Int, header: [UInt8], payload: [UInt8])] {
        var found: [(UInt32, Rollup.Step, samples: Int, header: [UInt8], payload: [UInt8])] = []
        for signal in (read { try MonthFile.thinned($0) } ?? []).sorted() {
            var own: [(UInt32, Rollup.Step, samples: Int, header: [UInt8], payload: [UInt8])] = []
            for step in Rollup.Step.allCases {
                let bytes = read { try MonthFile.rollup($0, signal: signal, step: step) } ?? nil
                guard let bytes else { continue }
                do {
                    let rollup = try Rollup.read(
                        header: bytes.header, payload: bytes.payload, signal: signal, step: step,
                        stage)
                    let samples = rollup.cells.reduce(0) { $0 + $1.summary.count }
                    own.append((signal, step, samples, bytes.header, bytes.payload))
                } catch {
                    continue
                }
            }
            if own.count == Rollup.Step.allCases.count { found += own }
        }
        return found
    }

    private func read<Value>(_ body: (Database) throws -> Value) -> Value? {
        do {
            return try queue?.read(body)
        } catch {
            return nil  // A page that is needed for this is damaged.
        }
    }
}
