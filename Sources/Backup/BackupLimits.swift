// Every limit of the backup container in one place; both sides check them before taking memory.

/// Limits of a backup, with their units.
public enum BackupLimits {
    /// The version of the format that this room writes, and the newest that it reads.
    public static let formatVersion: UInt8 = 1
    /// Bytes of content in one frame at most; every frame of an entry but its last has as many.
    public static let frameBytes = 1 << 20
    /// Bytes of the header at most.
    public static let headerBytes = 16_384
    /// Bytes of the manifest at most.
    public static let manifestBytes = 2 << 20
    /// Entries of one backup at most.
    public static let entries = 4096
    /// Bytes of content in one backup at most, 1 TiB.
    public static let totalBytes = 1 << 40
    /// Bytes of an entry's path at most.
    public static let pathBytes = 128
    /// Parts of an entry's path at most.
    public static let pathParts = 8
    /// Bytes of the site's name at most, in UTF-8.
    public static let siteBytes = 256
    /// Bytes of the box's id and of the program's version at most, in UTF-8.
    public static let nameBytes = 128
    /// Schemas whose versions are noted at most.
    public static let schemas = 32
    /// Values in header or manifest at most: four for each entry, and a few around them.
    public static let values = 4 * entries + 64
    /// Objects and lists inside one another at most, in header and manifest.
    public static let depth = 4
    /// Bytes of a typed key that are looked at, at most.
    public static let typedKeyBytes = 256
    /// Below this many bytes the frame of zstd costs more than it saves.
    static let smallestPacked = 24
    /// The level of zstd: fast enough for a small board.
    static let packingLevel: Int32 = 3
}
