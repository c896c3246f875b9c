// The folder that a backup is extracted into: new or empty, and empty again when anything is wrong.

#if canImport(Glibc)
    import Glibc
#endif

/// Makes the files and folders of an extraction, and remembers them for removal.
final class ScratchFolder {
    private let path: String
    private let isOurs: Bool
    private let faults: OutputFaults
    private var folders: [String] = []
    private var files: [String] = []

    /// Makes the folder (0700), or takes one that is there and empty.
    init(_ path: String, faults: @escaping OutputFaults) throws(BackupTrouble) {
        self.path = path
        self.faults = faults
        isOurs = unsafe mkdir(path, 0o700) == 0
        if isOurs { return }
        guard errno == EEXIST else { throw .writing(path, errno) }
        guard let handle = unsafe opendir(path) else { throw .writing(path, errno) }
        defer { unsafe closedir(handle) }
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name == "." || name == ".." else { throw .notEmpty(folder: path) }
        }
    }

    /// A file for an entry, whose path was checked before; folders above it are made.
    func begin(_ entry: String) throws(BackupTrouble) -> OutputFile {
        var folder = path
        for part in entry.split(separator: "/").dropLast() {
            folder += "/" + part
            if folders.contains(folder) { continue }
            guard unsafe mkdir(folder, 0o700) == 0 else { throw .writing(folder, errno) }
            folders.append(folder)
        }
        let file = path + "/" + entry
        files.append(file)
        return try OutputFile(file, faults: faults)
    }

    /// Flushes the names of all folders made, the deepest first.
    func flush() throws(BackupTrouble) {
        for folder in folders.reversed() { try OutputFile.flush(folder: folder) }
        try OutputFile.flush(folder: path)
    }

    /// Removes all that was made here.
    func remove() {
        for file in files { unsafe unlink(file) }
        for folder in folders.reversed() { unsafe rmdir(folder) }
        if isOurs { unsafe rmdir(path) }
    }
}
