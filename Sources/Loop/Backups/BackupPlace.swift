// Where backups lie: a folder, or a disk by its label.

#if canImport(Glibc)
    import Glibc
#endif

/// A place for backups.
enum BackupPlace: Sendable, Hashable {
    /// A folder.
    case folder(String)
    /// A mounted disk by its label.
    case disk(label: String)

    /// A place from a setting such as `usb:MILLWRIGHT` or a path; nil for an empty one.
    init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        if text.hasPrefix("usb:") {
            self = .disk(label: String(text.dropFirst(4)))
        } else {
            self = .folder(text)
        }
    }

    /// The folder to write to, nil while the disk is not there.
    var path: String? {
        switch self {
        case .folder(let path):
            // A folder is never made here: a missing one is a disk that is not plugged in.
            var facts = stat()
            guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
                return nil
            }
            return path
        case .disk(let label):
            let link = "/dev/disk/by-label/" + label
            guard let device = unsafe realpath(link, nil) else { return nil }
            defer { unsafe free(device) }
            let name = unsafe String(cString: device)
            for line in (PrivateFile.read("/proc/mounts") ?? "").split(separator: "\n") {
                let fields = line.split(separator: " ")
                // The kernel writes a blank in a path as \040.
                if fields.count > 1, fields[0] == name {
                    return String(fields[1]).replacing("\\040", with: " ")
                }
            }
            return nil
        }
    }

    /// Whether it lies on the same disk as a folder, so that one fault takes both.
    func isBeside(_ folder: String) -> Bool {
        var own = stat()
        var other = stat()
        guard let path, unsafe stat(path, &own) == 0, unsafe stat(folder, &other) == 0 else {
            return false
        }
        return own.st_dev == other.st_dev
    }

    /// What it is called on pages.
    var words: String {
        switch self {
        case .folder(let path): path
        case .disk(let label): "the disk \(label)"
        }
    }
}

/// Files with backups in a folder.
enum BackupFolder {
    /// What the name of a backup ends with.
    static let suffix = ".mwbackup"

    /// Paths of backups in a folder, the newest name first; none where it cannot be read.
    static func files(in folder: String) -> [String] {
        FolderNames.all(in: folder).filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }
            .sorted(by: >).map { folder + "/" + $0 }
    }

    /// Whether something lies at a path.
    static func isTaken(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Removes the oldest beyond a number; the newest always stays.
    static func prune(_ folder: String, keep: Int) {
        for path in files(in: folder).dropFirst(max(1, keep)) { PrivateFile.remove(path) }
    }
}
