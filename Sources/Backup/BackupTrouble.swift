// What can go wrong with a backup, in words for people.

#if canImport(Glibc)
    import Glibc
#endif

/// A place in a backup.
public struct BackupPlace: Sendable, Hashable {
    /// Bytes from the beginning of the file.
    public var offset: Int
    /// The frame, counted from 0; nil outside the frames.
    public var frame: Int?
    /// The path of the entry; nil where the place belongs to none.
    public var entry: String?

    init(_ offset: Int, frame: Int? = nil, entry: String? = nil) {
        (self.offset, self.frame, self.entry) = (offset, frame, entry)
    }

    /// The place as the beginning of a sentence.
    public var sentence: String {
        var text = "At byte \(offset)"
        if let frame { text += ", in frame \(frame)" }
        if let entry { text += frame == nil ? ", in \(entry)" : " of \(entry)" }
        return text
    }
}

/// A backup cannot be written, read or trusted.
public enum BackupTrouble: Error, Sendable, Hashable {
    /// A typed key is not one.
    case mistypedKey(KeyTypo)
    /// The file is sound as far as can be told, but was made with another key.
    case wrongKey(file: String)
    /// The file is something else.
    case notBackup(file: String)
    /// The file was made by a newer program.
    case newerFormat(file: String, version: Int)
    /// Bytes are missing, changed or out of order; `what` is a sentence without its full stop.
    case damaged(file: String, place: BackupPlace, what: String)
    /// The signature is not that of the signer that the header names.
    case falseSignature(file: String, place: BackupPlace)
    /// A name that no backup may hold; `reason` is a sentence without its full stop.
    case refusedPath(file: String, path: String, reason: String)
    /// More than a backup holds; `what` is a sentence without its full stop.
    case overLimit(file: String, what: String)
    /// A file to read cannot be read; `reason` is the system's word.
    case unreadable(file: String, reason: String)
    /// A file or folder to write cannot be written; `reason` is the system's word.
    case unwritable(file: String, reason: String)
    /// The disk has no room left.
    case full(file: String)
    /// The disk cannot hold a file of that size.
    case fileTooLarge(file: String)
    /// The folder to extract into already holds something.
    case notEmpty(folder: String)
    /// The caller said stop.
    case cancelled(file: String)
    /// The writer has already finished, or given up after an error.
    case ended(file: String)
    /// The signing key is not one.
    case badSigningKey

    /// What happened, why, and what to do.
    public var words: (says: String, why: String, remedy: String) {
        switch self {
        case .mistypedKey(let typo):
            (
                "This is not a backup key.", typo.sentence,
                "Compare it with the recovery sheet, group by group."
            )
        case .wrongKey(let file):
            (
                "The key does not open \(file).", "The backup was made with another key.",
                "Use the recovery sheet of the box and of the time when it was made."
            )
        case .refusedPath(let file, let path, let reason):
            (
                "\(file) was refused for the name “\(path)” in it.", reason + ".",
                "No backup of Millwright's has such a name: copy it again, or use another backup."
            )
        case .cancelled(let file):
            ("\(file) was not finished.", "It was stopped.", "Start it again when it suits.")
        case .ended(let file):
            (
                "Nothing can be added to \(file).", "It was finished or given up before.",
                "Start a new backup."
            )
        case .badSigningKey:
            (
                "The backup cannot be signed.", "The signing key has not 32 bytes.",
                "Restore the box's signing key, or let the box make a new one."
            )
        default: fileWords
        }
    }

    /// The words for what is wrong with the backup or with the disk.
    private var fileWords: (says: String, why: String, remedy: String) {
        switch self {
        case .notBackup(let file):
            (
                "\(file) is not a backup.", "It does not begin as one.",
                "Choose a file that ends in .mwbackup."
            )
        case .newerFormat(let file, let version):
            (
                "\(file) cannot be read by this program.",
                "Its format is version \(version); this program knows up to version"
                    + " \(BackupLimits.formatVersion).",
                "Update Millwright first, then try again."
            )
        case .damaged(let file, let place, let what):
            (
                "\(file) is damaged.", "\(place.sentence): \(what).",
                "Copy it again from where it was kept, or use another backup."
            )
        case .falseSignature(let file, let place):
            (
                "\(file) was changed after it was made.",
                "\(place.sentence): the signature is not that of the box it names.",
                "Use another backup, and find out who could write to this one."
            )
        case .overLimit(let file, let what):
            (
                "\(file) cannot be made.", what + ".",
                "Take out what need not be in it, or make more than one."
            )
        default: diskWords
        }
    }

    /// The words for what the system refused.
    private var diskWords: (says: String, why: String, remedy: String) {
        switch self {
        case .unreadable(let file, let reason):
            (
                "Cannot read \(file).", "The system says: \(reason).",
                "Check that it is there, that you may read it, and that its disk is well."
            )
        case .full(let file):
            (
                "\(file) was not written.", "The disk is full.",
                "Make room on the disk, or use another one. Nothing was left behind."
            )
        case .fileTooLarge(let file):
            (
                "\(file) was not written.", "The disk cannot hold a file of that size.",
                "Use a disk formatted as ext4, exFAT or NTFS; FAT32 ends at 4 GB."
            )
        case .notEmpty(let folder):
            (
                "Nothing was extracted into \(folder).", "The folder already holds something.",
                "Give a folder that is new or empty."
            )
        case .unwritable(let file, let reason):
            (
                "Cannot write \(file).", "The system says: \(reason).",
                "Check that the folder exists and that you may write there, and that its disk is well."
            )
        default: ("The backup failed.", "The cause is not known.", "Try again.")
        }
    }

    /// The trouble behind an error number of the system, met while writing.
    static func writing(_ file: String, _ code: Int32) -> BackupTrouble {
        switch code {
        case ENOSPC, EDQUOT: .full(file: file)
        case EFBIG: .fileTooLarge(file: file)
        default: .unwritable(file: file, reason: systemWord(code))
        }
    }

    /// The trouble behind an error number of the system, met while reading.
    static func reading(_ file: String, _ code: Int32) -> BackupTrouble {
        .unreadable(file: file, reason: systemWord(code))
    }

    /// The system's word for an error number.
    private static func systemWord(_ code: Int32) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
