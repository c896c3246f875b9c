// Hears what happens to the files of one folder, from SQLite and from the program itself.

import Foundation
import GRDBSQLite
import Synchronization

/// Records a folder from its making until `end`; other folders of the process are left alone.
public final class DiskRecorder: Sendable {
    private struct State {
        var entries: [DiskLog.Entry] = []
        var before: [String: [UInt8]] = [:]
        var numbers: [String: Int] = [:]
        var paths: [Int: String] = [:]
        var flushesFolder: Set<Int> = []
        var next = 0
    }

    private static let all = Mutex<[DiskRecorder]>([])

    /// The recorded folder.
    public let folder: String
    /// Whether `PRAGMA synchronous=FULL` is kept from SQLite: a planted fault.
    let withholdsFullFlushes: Bool
    private let state: Mutex<State>

    /// Starts recording; what lies in the folder counts as flushed.
    public init(folder: String, withholdsFullFlushes: Bool = false) throws {
        self.folder = folder
        self.withholdsFullFlushes = withholdsFullFlushes
        var state = State()
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        where path.contains(".db") && !path.hasSuffix("-shm") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))
            state.before[path] = Array(bytes)
        }
        for (index, path) in state.before.keys.sorted().enumerated() {
            state.numbers[path] = -1 - index
            state.paths[-1 - index] = path
        }
        self.state = Mutex(state)
        RecordingVFS.install()
        DiskRecorder.all.withLock { $0.append(self) }
    }

    /// Says where in the record the test is.
    public func mark(_ mark: Int) { state.withLock { $0.entries.append(.mark(mark)) } }

    /// Ends recording and gives the record.
    public func end() -> DiskLog {
        DiskRecorder.all.withLock { all in all.removeAll { $0 === self } }
        return state.withLock {
            DiskLog(before: $0.before, entries: $0.entries, paths: $0.paths)
        }
    }

    /// Notes a folder that was made outside of SQLite.
    public static func madeFolder(_ path: String) {
        note(path) { state, path in state.entries.append(.madeFolder(path: path)) }
    }

    /// Notes a file that was removed outside of SQLite.
    public static func removed(_ path: String) {
        note(path) { state, path in
            if state.numbers.removeValue(forKey: path) != nil {
                state.entries.append(.removed(path: path))
            }
        }
    }

    /// Notes a file that was renamed outside of SQLite.
    public static func renamed(_ path: String, to newPath: String) {
        guard let recorder = of(path) else { return }
        let from = recorder.inside(path)
        let to = recorder.inside(newPath)
        recorder.state.withLock { state in
            guard let number = state.numbers.removeValue(forKey: from) else { return }
            state.numbers[to] = number
            state.paths[number] = to
            state.entries.append(.renamed(path: from, to: to))
        }
    }

    /// Notes a file or folder that was flushed outside of SQLite.
    public static func flushed(_ path: String) {
        note(path) { state, path in
            if let number = state.numbers[path] {
                state.entries.append(.flushed(file: number))
            } else {
                state.entries.append(.flushedFolder(path: path))
            }
        }
    }

    /// The recorder of a path, nil where nobody records.
    static func of(_ path: String) -> DiskRecorder? {
        all.withLock { all in all.first { path == $0.folder || path.hasPrefix($0.folder + "/") } }
    }

    /// Notes that SQLite opened a file; its number.
    func opened(_ path: String, flags: Int32) -> Int {
        state.withLock { state in
            let path = inside(path)
            if let number = state.numbers[path] { return number }
            let number = state.next
            state.next += 1
            state.numbers[path] = number
            state.paths[number] = path
            state.entries.append(.made(file: number, path: path))
            let journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL
            // SQLite flushes the folder of a log with the log's first flush.
            if flags & journals != 0, flags & SQLITE_OPEN_CREATE != 0 {
                state.flushesFolder.insert(number)
            }
            return number
        }
    }

    /// Notes a write of SQLite.
    func wrote(_ file: Int, offset: Int, bytes: [UInt8]) {
        state.withLock { $0.entries.append(.wrote(file: file, offset: offset, bytes: bytes)) }
    }

    /// Notes that SQLite cut a file to a length.
    func cut(_ file: Int, length: Int) {
        state.withLock { $0.entries.append(.cut(file: file, length: length)) }
    }

    /// Notes a flush of SQLite.
    func flushed(_ file: Int) {
        state.withLock { state in
            state.entries.append(.flushed(file: file))
            if state.flushesFolder.remove(file) != nil, let path = state.paths[file] {
                state.entries.append(.flushedFolder(path: DiskModel.folder(of: path)))
            }
        }
    }

    /// Notes that SQLite removed a file.
    func removed(_ path: String, flushesFolder: Bool) {
        state.withLock { state in
            let path = inside(path)
            guard state.numbers.removeValue(forKey: path) != nil else { return }
            state.entries.append(.removed(path: path))
            if flushesFolder {
                state.entries.append(.flushedFolder(path: DiskModel.folder(of: path)))
            }
        }
    }

    private static func note(_ path: String, _ body: (inout State, String) -> Void) {
        guard let recorder = of(path) else { return }
        recorder.state.withLock { body(&$0, recorder.inside(path)) }
    }

    private func inside(_ path: String) -> String {
        String(path.dropFirst(folder.count + 1))
    }
}
