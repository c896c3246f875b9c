// One writer for a data folder: a lock file held for the life of the process.

#if canImport(Glibc)
    import Glibc
#endif

/// The data folder cannot be used by this process.
public enum DataFolderRefused: Error, Sendable, Hashable {
    /// Another process has it; its number is in the lock file.
    case held(folder: String, by: String)
    /// The folder cannot be made or opened; `reason` is the system's word.
    case unusable(folder: String, reason: String)
    /// The folder lies on a network drive.
    case onNetworkDrive(folder: String)

    /// What happened and what to do.
    public var words: (says: String, why: String, remedy: String) {
        switch self {
        case .held(let folder, let holder):
            (
                "Cannot use the data folder \(folder).", "Another millwright has it (\(holder)).",
                "Stop that one, or give another folder with --data."
            )
        case .unusable(let folder, let reason):
            (
                "Cannot use the data folder \(folder).", "The system says: \(reason).",
                "Check that the folder exists and that you may write there, or use --data."
            )
        case .onNetworkDrive(let folder):
            (
                "Cannot use the data folder \(folder).",
                "It lies on a network drive, where a flush can lie.",
                "Use a disk of this computer, or set storage.allow_network_fs = true."
            )
        }
    }
}

/// An exclusive lock on a data folder; released when the process ends, however it ends.
public final class DataLock: Sendable {
    private let descriptor: Int32

    /// Makes the folder if needed (0700) and takes its lock without waiting.
    public init(
        folder: String, isNetworkAllowed: Bool
    ) throws(DataFolderRefused) {
        guard DataLock.makeFolder(folder) else {
            throw .unusable(folder: folder, reason: SystemWord.last)
        }
        if !isNetworkAllowed, DataLock.isOnNetworkDrive(folder) {
            throw .onNetworkDrive(folder: folder)
        }
        let path = folder + "/lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(folder: folder, reason: SystemWord.last)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = unsafe read(descriptor, &bytes, bytes.count)
            close(descriptor)
            let holder = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            throw .held(folder: folder, by: holder.filter { $0 != "\n" })
        }
        let note = Array("pid \(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = unsafe pwrite(descriptor, note, note.count, 0)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes a folder and those above it; true when it is there afterwards.
    public static func makeFolder(_ path: String) -> Bool {
        var built = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            built += "/" + part
            if unsafe mkdir(built, 0o700) != 0, errno != EEXIST { return false }
        }
        return true
    }

    /// Whether the mount that holds a path is of a kind that lives on another computer.
    private static func isOnNetworkDrive(_ path: String) -> Bool {
        guard let resolved = unsafe realpath(path, nil) else { return false }
        defer { unsafe free(resolved) }
        let place = unsafe String(cString: resolved)
        var best = (length: -1, kind: "")
        for line in mounts().split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            let folder = String(fields[1])
            let isInside = folder == "/" || place == folder || place.hasPrefix(folder + "/")
            if isInside, folder.utf8.count > best.length {
                best = (folder.utf8.count, String(fields[2]))
            }
        }
        return ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"].contains(best.kind)
    }

    /// The system's table of mounts; empty when it cannot be read.
    private static func mounts() -> String {
        let descriptor = unsafe open("/proc/self/mounts", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16384)
        while text.count < 1 << 20 {
            let count = unsafe read(descriptor, &block, block.count)
            guard count > 0 else { break }
            text += block.prefix(count)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
