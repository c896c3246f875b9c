// The few file operations that SQLite does not do for us: folders, flushes, renames, sizes.

import Glibc
import Synchronization

/// A change of names, or a flush, that was done outside of SQLite.
enum FileChange: Hashable, Sendable {
    /// A folder was made.
    case madeFolder(String)
    /// A file was removed.
    case removed(String)
    /// A file got another name.
    case renamed(String, to: String)
    /// A file or the names in a folder were flushed.
    case flushed(String)
}

/// POSIX calls with errors that name the file.
enum FileSystem {
    /// Hears of every change after it was done; only tests that cut the power listen.
    static let witness = Mutex<(@Sendable (FileChange) -> Void)?>(nil)

    /// Makes a folder, and is content when it exists.
    static func makeFolder(_ path: String) throws(StoreError) {
        if unsafe mkdir(path, 0o700) == 0 {
            note(.madeFolder(path))
        } else if errno != EEXIST {
            throw failure(path, "make the folder")
        }
    }

    /// Names in a folder, sorted, without `.` and `..`.
    static func names(in folder: String) throws(StoreError) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw failure(folder, "list") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Bytes of a file, 0 where there is none.
    static func size(_ path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Bytes that may still be written on the disk of a folder, nil where it cannot be asked.
    static func freeBytes(_ folder: String) -> Int? {
        var facts = statvfs()
        guard unsafe statvfs(folder, &facts) == 0 else { return nil }
        return Int(facts.f_bavail) * Int(facts.f_frsize)
    }

    /// Whether there is a file or folder.
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Removes a file where there is one.
    static func remove(_ path: String) throws(StoreError) {
        if unsafe unlink(path) == 0 {
            note(.removed(path))
        } else if errno != ENOENT {
            throw failure(path, "remove")
        }
    }

    /// Gives a flushed file its name: rename, then flush the folder.
    static func publish(_ temporary: String, as path: String, in folder: String) throws(StoreError)
    {
        try flush(temporary)
        if unsafe rename(temporary, path) != 0 { throw failure(path, "name") }
        note(.renamed(temporary, to: path))
        try flush(folder)
    }

    /// Flushes a file or folder to the disk.
    static func flush(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { throw failure(path, "open") }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw failure(path, "flush") }
        note(.flushed(path))
    }

    private static func note(_ change: FileChange) { witness.withLock { $0 }?(change) }

    private static func failure(_ path: String, _ action: String) -> StoreError {
        let code = errno
        if code == ENOSPC || code == EDQUOT { return .full(file: path) }
        let text = unsafe String(cString: strerror(code))
        return .unavailable(file: path, what: "cannot \(action): \(text)")
    }
}
