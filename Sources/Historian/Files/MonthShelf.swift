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
