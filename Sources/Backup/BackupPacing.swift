// What the caller is told after each frame, and what it may answer.

/// How far a backup has come.
public struct BackupProgress: Sendable, Hashable {
    /// The entry under way; nil while the whole file is only read through.
    public var entry: String?
    /// Bytes of content done so far, or of the file where no entry is under way.
    public var bytes: Int
    /// The bytes that will be done at the end; nil while writing, which does not know.
    public var totalBytes: Int?
}

/// Whether to go on.
public enum BackupPace: Sendable, Hashable {
    /// Go on with the next frame.
    case proceed
    /// Stop, tidy up and throw `cancelled`.
    case cancel
}

/// Called after each frame: it may report, wait, or stop.
public typealias BackupPacing = (BackupProgress) -> BackupPace
