// What readers and the writer share: the files, the groups, the newest samples.

import GRDB
import Plant
import Synchronization

/// A damaged chunk that a reader met and the writer is to set aside.
struct DamagedChunk: Hashable, Sendable {
    /// Which month file.
    let month: MonthKey
    /// Row id in the file.
    let id: Int64
    /// What is wrong with it.
    let reason: String
}

/// The shared part of a store; each member guards itself.
final class StoreCore: Sendable {
    /// The data folder.
    let folder: String
    /// Choices made at opening.
    let options: HistorianOptions
    /// `head.db`.
    let head: DatabaseFile
    /// Month files.
    let shelf: MonthShelf
    /// Groups.
    let registry = Mutex(Registry())
    /// Newest samples.
    let live = Mutex(LiveEntries())
    /// Where readers report damaged chunks; bounded, repeats are dropped.
    let damaged = Mutex<Set<DamagedChunk>>([])
    /// Called when a damaged chunk was left to be set aside, so that the writer does it at once.
    let onDamage = Mutex<(@Sendable () -> Void)?>(nil)
    /// The last failure of work that nobody waits for.
    let lastFault = Mutex<StoreError?>(nil)

    /// Opens the files of a data folder and reads what has to be in memory.
    init(folder: String, options: HistorianOptions) throws(StoreError) {
        self.folder = folder
        self.options = options
        try FileSystem.makeFolder(folder)
        let isFresh = !FileSystem.exists(folder + "/" + HeadFile.name)
        shelf = try MonthShelf(folder: folder + "/history")
        head = try DatabaseFile(
            folder: folder, name: HeadFile.name, label: HeadFile.name, schema: HeadFile.schema)
        try head.write { try HeadTally.upgrade($0) }
        if isFresh, !shelf.months.isEmpty { try adoptMonths() }
    }

    /// Groups that hold a signal, all or without masked imports, and the signal's kind.
    func groups(
        of signal: UInt32, includingMasked: Bool = false
    ) -> (kind: ValueKind, groups: [(group: Group, isMasked: Bool)])? {
        registry.withLock { registry in
            guard let kind = registry.kind(signal) else { return nil }
            let groups = registry.groups(of: signal).map { ($0, registry.isMasked($0)) }
            return (kind, includingMasked ? groups : groups.filter { !$0.1 })
        }
    }

    /// Takes over the groups of month files after the head was lost (month files stand alone).
    private func adoptMonths() throws(StoreError) {
        for month in shelf.months {
            guard let file = try shelf.file(month) else { continue }
            let found = try file.read { database in
                var found: [(id: UInt32, shape: GroupShape, last: Int64)] = []
                let sql = """
                    SELECT id, origin, import, columns,
                        (SELECT max(last) FROM chunk WHERE chunk.shape = shape.id)
                    FROM shape ORDER BY id
                    """
                try database.each(sql) { row in
                    // Thinned samples leave no chunk: none was later than the month.
                    let last = row.isNull(4) ? month.end - 1 : row.integer(4)
                    found.append((row.uint32(0), try HeadFile.shape(row, file.name), last))
                }
                return found
            }
            try head.write { database in
                for (id, shape, last) in found {
                    let isKnown =
                        try database.first("SELECT 1 FROM shape WHERE id = ?", [.number(id)]) { _ in
                            true
                        } ?? false
                    if !isKnown { try HeadFile.add(database, id, shape) }
                    for column in shape.columns {
                        try HeadFile.add(database, signal: column.signal, kind: column.kind)
                        try HeadFile.raise(database, signal: column.signal, frontier: last)
                    }
                }
            }
        }
    }
}
