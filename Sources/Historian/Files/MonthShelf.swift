// The month files of a store: which exist, which are open, which cannot be used.

import Synchronization

/// Opens month files when they are needed and closes the longest unused.
final class MonthShelf: Sendable {
    private struct State {
        var known: Set<MonthKey> = []
        var open: [MonthKey: (file: DatabaseFile, used: UInt64)] = [:]
        var damaged: [MonthKey: String] = [:]
        var tick: UInt64 = 0
        var isClosed = false
    }

    /// The folder of month files.
    let folder: String
    private let state = Mutex(State())

    /// A shelf over a folder, which is made where it does not exist.
    init(folder: String) throws(StoreError) {
        self.folder = folder
        try FileSystem.makeFolder(folder)
        try MonthShelf.finishReplacing(in: folder)
        let names = try FileSystem.names(in: folder)
        state.withLock { $0.known = Set(names.compactMap { MonthKey(fileName: $0) }) }
    }

    /// Months that have a file, in order.
    var months: [MonthKey] { state.withLock { $0.known.sorted() } }

    /// Months that have a file and touch a range, both ends included, in order.
    func months(from: Int64, through: Int64) -> [MonthKey] {
        state.withLock { state in
            state.known.filter { $0.start <= through && ($0.end > from || $0.end == .max) }.sorted()
        }
    }

    /// Why a month's file cannot be used, nil for a usable one.
    func damage(_ month: MonthKey) -> String? { state.withLock { $0.damaged[month] } }

    /// Months whose file cannot be used, in order.
    var damagedMonths: [MonthKey] { state.withLock { $0.damaged.keys.sorted() } }

    /// Puts a salvaged file in the place of a damaged one, which stays beside it.
    ///
    /// Gives the name that the damaged file has from now on. After a crash in between, the next
    /// start finishes.
    func replace(_ month: MonthKey, with salvaged: String) throws(StoreError) -> String {
        let place = folder + "/" + month.fileName
        let file = state.withLock { state in
            defer { state.open[month] = nil }
            return state.open[month]?.file
        }
        file?.close()
        let kept = MonthShelf.freeName(place + MonthShelf.damagedSuffix)
        try FileSystem.publish(salvaged, as: place + MonthShelf.salvagedSuffix, in: folder)
        for log in ["-wal", "-shm"] where FileSystem.exists(place + log) {
            try FileSystem.publish(place + log, as: kept + log, in: folder)
        }
        try FileSystem.publish(place, as: kept, in: folder)
        try FileSystem.publish(place + MonthShelf.salvagedSuffix, as: place, in: folder)
        state.withLock { $0.damaged[month] = nil }
        return String(kept.dropFirst(folder.utf8.count + 1))
    }

    /// Names of damaged files that are kept beside what was saved from them.
    func keptDamaged() throws(StoreError) -> [String] {
        try FileSystem.names(in: folder).filter {
            $0.contains(MonthShelf.damagedSuffix) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
        }
    }

    private static let damagedSuffix = ".damaged"
    private static let salvagedSuffix = ".salvaged"

    private static func freeName(_ path: String) -> String {
        var name = path
        var number = 1
        while FileSystem.exists(name) {
            number += 1
            name = path + "-\(number)"
        }
        return name
    }

    /// Names what was salvaged when the program stopped between two renames.
    private static func finishReplacing(in folder: String) throws(StoreError) {
        for name in try FileSystem.names(in: folder) where name.hasSuffix(salvagedSuffix) {
            let place = folder + "/" + name.dropLast(salvagedSuffix.utf8.count)
            if FileSystem.exists(place) {
                // The damaged file still stands there: it gets its log back, and salvaging begins
                // anew.
                for log in ["-wal", "-shm"] {
                    for moved in try FileSystem.names(in: folder)
                    where (folder + "/" + moved).hasPrefix(place + damagedSuffix)
                        && moved.hasSuffix(log)
                        && !FileSystem.exists(folder + "/" + moved.dropLast(log.utf8.count))
                    {
                        try FileSystem.publish(folder + "/" + moved, as: place + log, in: folder)
                    }
                }
                try FileSystem.remove(folder + "/" + name)
            } else {
                try FileSystem.publish(folder + "/" + name, as: place, in: folder)
            }
        }
    }

    /// Notes that a month's file cannot be used; the other months go on.
    func note(_ month: MonthKey, damage: String) {
        state.withLock { $0.damaged[month] = damage }
    }

    /// Name of a month's file in reports.
    func label(_ month: MonthKey) -> String { "history/" + month.fileName }

    /// The open file of a month, made where asked for; nil where there is none.
    func file(_ month: MonthKey, makes: Bool = false) throws(StoreError) -> DatabaseFile? {
        var retired: [DatabaseFile] = []
        defer { for file in retired { file.close() } }
        return try state.withLock { state throws(StoreError) -> DatabaseFile? in
            guard !state.isClosed else { throw .closed }
            if let damage = state.damaged[month] {
                throw .damaged(file: label(month), what: damage)
            }
            state.tick += 1
            if let found = state.open[month] {
                state.open[month] = (found.file, state.tick)
                return found.file
            }
            guard makes || state.known.contains(month) else { return nil }
            let file = try openFile(month, &state)
            state.known.insert(month)
            state.open[month] = (file, state.tick)
            while state.open.count > HistorianLimits.openMonthFiles,
                let oldest = state.open.min(by: { $0.value.used < $1.value.used })
            {
                retired.append(oldest.value.file)
                state.open[oldest.key] = nil
            }
            return file
        }
    }

    /// Closes every file.
    func close() {
        let files = state.withLock { state in
            defer { state.open = [:] }
            state.isClosed = true
            return state.open.values.map(\.file)
        }
        for file in files { file.close() }
    }

    private func openFile(_ month: MonthKey, _ state: inout State) throws(StoreError)
        -> DatabaseFile
    {
        do {
            return try DatabaseFile(
                folder: folder, name: month.fileName, label: label(month),
                schema: MonthFile.schema)
        } catch {
            if case .damaged(_, let what) = error { state.damaged[month] = what }
            throw error
        }
    }
}
