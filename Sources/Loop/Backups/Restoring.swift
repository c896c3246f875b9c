// Restoring: into a scratch place first, swapped in before the stores open, the old data kept aside.

import Backup
import Journal
public import Plant

#if canImport(Glibc)
    import Glibc
#endif

/// A restore that was made ready.
public struct ReadyRestore: Sendable, Hashable {
    /// What the backup says of itself.
    public let facts: BackupFacts
    /// Where the old data will lie.
    public let keptAside: String

    /// A restore.
    public init(facts: BackupFacts, keptAside: String) {
        self.facts = facts
        self.keptAside = keptAside
    }
}

/// Restores a data folder from a backup.
public enum Restoring {
    private static let scratch = "restore.scratch"
    private static let marker = "restore.ready"
    private static let nextKey = "secrets/backup-key.next"
    /// What is swapped.
    private static let names = ["core.db", "head.db", "history", "documents"]

    /// What a backup says of itself, without the key.
    public static func facts(_ path: String) throws -> BackupFacts {
        try BackupKeeper.facts(path)
    }

    /// Extracts a backup beside the data and checks it; nothing that is there changes yet.
    ///
    /// It takes effect when the box opens the folder the next time.
    public static func prepare(
        _ path: String, keyText: String, data: String, now: Timestamp,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> ReadyRestore {
        guard !path.utf8.contains(0) else {
            throw BackupRefused(
                "The path holds a sign that no path has.", remedy: "Type it again.")
        }
        guard DataLock.makeFolder(data) else {
            throw BackupRefused(
                "The folder \(data) cannot be made.", remedy: "Give another with --data.")
        }
        let target = data + "/" + scratch
        PrivateFile.remove(data + "/" + marker)
        FolderRemoval.removeWhole(target)
        do throws(BackupTrouble) {
            let key = try BackupKey(text: keyText)
            _ = try BackupReader.extract(path, key: key, into: target) { step in
                progress(step.bytes)
                return .proceed
            }
        } catch {
            FolderRemoval.removeWhole(target)
            throw BackupRefused(error)
        }
        // The printed sheet goes on opening the backups that are made here.
        guard DataLock.makeFolder(data + "/secrets") else {
            throw BackupRefused(
                "The folder \(data)/secrets cannot be made.", remedy: "Free some space.")
        }
        try PrivateFile.write(keyText.trimmed, to: data + "/" + nextKey)
        let facts = try BackupKeeper.facts(path)
        let aside = "before-restore-" + now.rfc3339.prefix(19).filter { $0 != ":" }
        try PrivateFile.write(aside + "\n" + facts.made.rfc3339, to: data + "/" + marker)
        return ReadyRestore(facts: facts, keptAside: data + "/" + aside)
    }

    /// Swaps a restore in that was made ready; a stop at any point is taken up again.
    ///
    /// Returns the time of the backup and where the old data lies, nil without a restore.
    static func complete(data: String) throws -> (made: String, aside: String)? {
        guard let text = PrivateFile.read(data + "/" + marker) else { return nil }
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count >= 2 else {
            PrivateFile.remove(data + "/" + marker)
            return nil
        }
        let aside = data + "/" + lines[0]
        let source = data + "/" + scratch
        guard DataLock.makeFolder(aside) else {
            throw BackupRefused("The folder \(aside) cannot be made.", remedy: "Free some space.")
        }
        for name in names where unsafe access(source + "/" + name, F_OK) == 0 {
            for suffix in ["", "-wal", "-shm"]
            where unsafe access(data + "/" + name + suffix, F_OK) == 0 {
                try move(data + "/" + name + suffix, aside + "/" + name + suffix)
            }
            try move(source + "/" + name, data + "/" + name)
        }
        if unsafe access(data + "/" + nextKey, F_OK) == 0 {
            let key = data + "/secrets/backup-key"
            // Backups that were made here before are opened by the key of then.
            if unsafe access(key, F_OK) == 0 { try move(key, key + ".before") }
            try move(data + "/" + nextKey, key)
        }
        flush(data)
        PrivateFile.remove(data + "/" + marker)
        FolderRemoval.removeWhole(source)
        return (lines[1], aside)
    }

    /// Whether data that was laid aside has a journal.
    static func hasJournal(_ folder: String) -> Bool {
        unsafe access(folder + "/core.db", F_OK) == 0
    }

    private static func move(_ from: String, _ to: String) throws {
        guard unsafe rename(from, to) == 0 else {
            throw BackupRefused(
                "\(from) could not be moved aside.", why: SystemWord.last,
                remedy: "See who owns the data folder, then start the box again.")
        }
    }

    private static func flush(_ folder: String) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
