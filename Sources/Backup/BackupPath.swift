// Which names an entry of a backup may have: relative, plain, made by us.

/// The rule for paths of entries, applied when writing and again when reading.
enum BackupPath {
    /// What is wrong with a path, nil when nothing is.
    static func flaw(_ path: String) -> String? {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty else { return "It is empty" }
        guard bytes.count <= BackupLimits.pathBytes else {
            return "It has \(bytes.count) bytes; \(BackupLimits.pathBytes) is the limit"
        }
        guard bytes.allSatisfy(isAllowed) else {
            return "Only a to z, 0 to 9, dot, hyphen, underscore and slash are allowed"
        }
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= BackupLimits.pathParts else {
            return "It has \(parts.count) parts; \(BackupLimits.pathParts) is the limit"
        }
        // So "", "." and ".." are no parts, and names of ours that begin with a dot stay free.
        guard parts.allSatisfy({ isLetterOrDigit($0.first ?? 0) }) else {
            return "A part of it does not begin with a letter or digit"
        }
        return nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || [0x2E, 0x2D, 0x5F, 0x2F].contains(byte)
    }
}

/// The paths taken so far: each once, and none at the same time a file and a folder.
struct TakenPaths {
    private var files: Set<String> = []
    private var folders: Set<String> = []

    /// Takes a path, or says what is wrong with it.
    mutating func take(_ path: String, file: String) throws(BackupTrouble) {
        if let flaw = BackupPath.flaw(path) {
            throw .refusedPath(file: file, path: path, reason: flaw)
        }
        let parts = path.split(separator: "/")
        let above = (1..<parts.count).map { parts.prefix($0).joined(separator: "/") }
        if files.contains(path) {
            throw .refusedPath(file: file, path: path, reason: "It occurs twice")
        }
        if folders.contains(path) || above.contains(where: files.contains) {
            throw .refusedPath(file: file, path: path, reason: "It would be a file and a folder")
        }
        files.insert(path)
        folders.formUnion(above)
    }
}
