// What a program asked of the disk, in order: writes, flushes, names; and marks of the test.

/// A record of everything that happened to the files of one folder.
public struct DiskLog: Sendable {
    /// One request to the disk, or a mark of the test.
    public enum Entry: Sendable {
        /// A file got its name; it is empty unless it was there already.
        case made(file: Int, path: String)
        /// A folder was made.
        case madeFolder(path: String)
        /// Bytes were written at an offset.
        case wrote(file: Int, offset: Int, bytes: [UInt8])
        /// A file was cut to a length.
        case cut(file: Int, length: Int)
        /// A file's content was flushed.
        case flushed(file: Int)
        /// The names in a folder were flushed.
        case flushedFolder(path: String)
        /// A file got another name, whose file before is gone.
        case renamed(path: String, to: String)
        /// A name was removed.
        case removed(path: String)
        /// The test says what was begun or acknowledged here.
        case mark(Int)
    }

    /// Files that were there before, flushed, by path inside the folder.
    public var before: [String: [UInt8]]
    /// Requests in order.
    public var entries: [Entry]
    /// Last paths of files, for transformations that play a fault.
    public var paths: [Int: String]

    /// The log as a disk would have done it that says "flushed" and flushes nothing.
    ///
    /// Names are kept, so that only the content of files suffers.
    public func withoutFlushes(where isLying: (String) -> Bool = { _ in true }) -> DiskLog {
        var log = self
        log.entries = entries.filter { entry in
            guard case .flushed(let file) = entry else { return true }
            return !isLying(paths[file] ?? "")
        }
        return log
    }

    /// The log with flushes of the names in folders left out.
    public func withoutFolderFlushes() -> DiskLog {
        var log = self
        log.entries = entries.filter { entry in
            if case .flushedFolder = entry { return false }
            return true
        }
        return log
    }

    /// The log with each mark that the closure chooses moved forward by some requests.
    public func movingMarks(
        earlierBy requests: Int, where isMoved: (Int) -> Bool
    ) -> DiskLog {
        var log = self
        for index in entries.indices {
            guard case .mark(let mark) = entries[index], isMoved(mark) else { continue }
            let entry = log.entries.remove(at: index)
            log.entries.insert(entry, at: max(0, index - requests))
        }
        return log
    }

    /// The log with what was asked between two marks in another order: first what the closure
    /// chooses by path, then the rest.
    public func reordered(
        from start: Int, through end: Int, first isFirst: (String) -> Bool
    ) -> DiskLog {
        var log = self
        guard let from = log.position(of: start), let to = log.position(of: end), from < to else {
            return log
        }
        let stretch = log.entries[from + 1..<to]
        let early = stretch.filter { entry in log.path(of: entry).map(isFirst) ?? false }
        let late = stretch.filter { entry in !(log.path(of: entry).map(isFirst) ?? false) }
        log.entries.replaceSubrange(from + 1..<to, with: early + late)
        return log
    }

    private func position(of mark: Int) -> Int? {
        entries.firstIndex { entry in
            if case .mark(mark) = entry { return true }
            return false
        }
    }

    private func path(of entry: Entry) -> String? {
        switch entry {
        case .made(let file, _), .wrote(let file, _, _), .cut(let file, _), .flushed(let file):
            paths[file]
        case .madeFolder(let path), .flushedFolder(let path), .removed(let path): path
        case .renamed(_, let path): path
        case .mark: nil
        }
    }
}
