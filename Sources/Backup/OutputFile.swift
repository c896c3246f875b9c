// A file that appears whole or not at all: written beside its place, flushed, renamed.

#if canImport(Glibc)
    import Glibc
#endif

/// A step at which the system may refuse; tests play that.
enum OutputStep: Sendable, Hashable {
    case opening
    /// Before bytes are written, with how many there are already.
    case writing(at: Int)
    case flushing
    case renaming
    case flushingFolder
}

/// Gives the error number to play at a step, nil for none.
typealias OutputFaults = (OutputStep) -> Int32?

/// A file being written, readable by its owner only (0600).
final class OutputFile {
    private let path: String
    private let folder: String
    private let temporary: String
    private let faults: OutputFaults
    private var descriptor: Int32 = -1
    /// Bytes written so far.
    private(set) var position = 0

    /// Makes the temporary file `.name.part` beside the path; one that was left there is replaced.
    init(_ path: String, faults: @escaping OutputFaults) throws(BackupTrouble) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let above = parts.dropLast().joined(separator: "/")
        self.path = path
        self.faults = faults
        folder = parts.count < 2 ? "." : above.isEmpty ? "/" : above
        temporary = folder + "/." + (parts.last ?? "") + ".part"
        if let code = faults(.opening) { throw .writing(path, code) }
        unsafe unlink(temporary)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        descriptor = unsafe open(temporary, flags, 0o600)
        guard descriptor >= 0 else { throw .writing(path, errno) }
    }

    deinit { abandon() }

    /// Writes all of the bytes.
    func write(_ bytes: [UInt8]) throws(BackupTrouble) {
        var done = 0
        while done < bytes.count {
            if let code = faults(.writing(at: position)) { throw .writing(path, code) }
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(
                    descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .writing(path, count == 0 ? ENOSPC : errno) }
            done += count
            position += count
        }
    }

    /// Flushes the file and gives it its name, in place of one that had it.
    func commit() throws(BackupTrouble) {
        if let code = faults(.flushing) { throw .writing(path, code) }
        guard fsync(descriptor) == 0 else { throw .writing(path, errno) }
        let closed = close(descriptor)
        let code = errno
        descriptor = -1
        guard closed == 0 else {
            unsafe unlink(temporary)
            throw .writing(path, code)
        }
        let played = faults(.renaming)
        guard played == nil, unsafe rename(temporary, path) == 0 else {
            let code = played ?? errno
            unsafe unlink(temporary)
            throw .writing(path, code)
        }
        if let code = faults(.flushingFolder) { throw .writing(path, code) }
        try OutputFile.flush(folder: folder)
    }

    /// Removes what was written, unless it has its name already.
    func abandon() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unsafe unlink(temporary)
    }

    /// Flushes the names in a folder; a file system that has no such thing is left alone.
    static func flush(folder: String) throws(BackupTrouble) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .writing(folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw .writing(folder, errno)
        }
    }
}
