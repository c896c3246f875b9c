// Small files that only the box's own user may read: keys and codes (0600).

#if canImport(Glibc)
    import Glibc
#endif

/// Writes and removes private files.
enum PrivateFile {
    /// Replaces a file by a text, readable by its owner only; the folder must exist.
    static func write(_ text: String, to path: String) throws(DataFolderRefused) {
        unsafe unlink(path)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(folder: path, reason: SystemWord.last)
        }
        defer { close(descriptor) }
        let bytes = Array((text + "\n").utf8)
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .unusable(folder: path, reason: SystemWord.last)
        }
    }

    /// The text of a small file, nil when it is not there or longer than 64 KiB.
    static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// The bytes of a file, nil when it is not there or longer than a limit.
    static func bytes(_ path: String, atMost limit: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0, facts.st_size > 0,
            facts.st_size <= limit
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return count == bytes.count ? bytes : nil
    }

    /// Removes a file if it is there.
    static func remove(_ path: String) { _ = unsafe unlink(path) }
}

/// Removes the folder of the made-up factory so that it can be made anew.
enum FolderRemoval {
    /// Removes the files of a world's folder; nothing outside `history/` and the stores.
    static func remove(_ folder: String) throws(DataFolderRefused) {
        for name in files(in: folder + "/history") {
            _ = unsafe unlink(folder + "/history/" + name)
        }
        for name in files(in: folder) where name.hasPrefix("core.db") || name.hasPrefix("head.db") {
            guard unsafe unlink(folder + "/" + name) == 0 else {
                throw .unusable(folder: folder, reason: SystemWord.last)
            }
        }
    }

    /// Removes a folder of ours with the files and folders in it, however deep.
    static func removeWhole(_ folder: String) {
        for name in files(in: folder) {
            let path = folder + "/" + name
            if unsafe unlink(path) != 0 { removeWhole(path) }
        }
        _ = unsafe rmdir(folder)
    }

    private static func files(in folder: String) -> [String] { FolderNames.all(in: folder) }
}

/// Names in a folder.
enum FolderNames {
    /// All names but `.` and `..`; none where the folder cannot be read.
    static func all(in folder: String) -> [String] {
        guard let handle = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// Copies a file as it is.
enum FileCopy {
    /// Copies to a temporary name, flushes, renames; false when anything failed.
    static func copy(_ from: String, to path: String) -> Bool {
        let source = unsafe open(from, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { return false }
        defer { close(source) }
        let temporary = path + ".part"
        let target = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard target >= 0 else { return false }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var isWhole = false
        copying: while true {
            let count = unsafe Glibc.read(source, &block, block.count)
            guard count > 0 else {
                isWhole = count == 0
                break
            }
            var done = 0
            while done < count {
                let written = unsafe block.withUnsafeBytes { bytes in
                    unsafe Glibc.write(
                        target, bytes.baseAddress.map { unsafe $0 + done }, count - done)
                }
                guard written > 0 else { break copying }
                done += written
            }
        }
        let isFlushed = fsync(target) == 0
        close(target)
        guard isWhole, isFlushed, unsafe rename(temporary, path) == 0 else {
            _ = unsafe unlink(temporary)
            return false
        }
        return true
    }
}

/// The system's word for what just went wrong.
enum SystemWord {
    /// The text of the last error number.
    static var last: String {
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text)
    }
}
