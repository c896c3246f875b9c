// What tells one import from another, and the ids that its rows give: the same on every repeat.

public import Plant

/// One import: its number, its file, who brings it in and when.
public struct ImportStamp: Hashable, Sendable {
    /// The number of the import at this site.
    public let number: UInt32
    /// SHA-256 of the file in hexadecimal digits.
    public let fileHash: String
    /// The sheet's name; sheets of one file are imports of their own.
    public let sheet: String
    /// Now: later times are refused.
    public let now: Timestamp
    /// Who brings it in, as in ``EventDraft/actor``.
    public let actor: String

    /// An import.
    public init(
        number: UInt32, fileHash: String, sheet: String, now: Timestamp, actor: String = "import"
    ) {
        self.number = number
        self.fileHash = fileHash
        self.sheet = sheet
        self.now = now
        self.actor = actor
    }

    /// The key of a row, by which a second import of the same file knows it again.
    public func key(row: Int) -> RowKey { RowKey(fileHash: fileHash, sheet: sheet, row: row) }
}

/// Makes the ids of the events of one import: the same for the same import, file, row and part.
///
/// In the form of a UUID of version 7 whose time, which is never read, holds the number of the
/// import; the part has the 12 bits beside the version, the row the 24 bits behind the variant, and
/// the file 38 bits. Rows are below 2^24, parts below 2^12.
struct EventIDMaker {
    private let number: UInt32
    private let file: UInt64

    init(_ stamp: ImportStamp) {
        number = stamp.number
        file = StableHash.mix("\(stamp.fileHash)/\(stamp.sheet)").low & 0x3F_FFFF_FFFF
    }

    /// The id of a part of a row; row 0 is what the import adds to the site.
    func id(row: Int, part: Int) -> EventID {
        let place = UInt64(truncatingIfNeeded: row) & 0xFF_FFFF
        return EventID(
            time: Timestamp(milliseconds: Int64(number)),
            random: (UInt64(truncatingIfNeeded: part) & 0xFFF, place << 38 | file))
    }
}

/// What a row of a file is known by, whichever import brought it in.
public struct RowKey: Hashable, Sendable, BitwiseCopyable {
    /// Mixed from the file and the sheet.
    public let file: UInt64
    /// The row as numbered in the file.
    public let row: Int

    /// The key of a row of a sheet of a file.
    public init(fileHash: String, sheet: String, row: Int) {
        self.init(file: StableHash.mix("\(fileHash)/\(sheet)").high, row: row)
    }

    /// The key of a row of a file that was mixed before.
    init(file: UInt64, row: Int) { (self.file, self.row) = (file, row) }
}

/// A mix of bytes that is the same on every run; no defence against anybody who wants a clash.
enum StableHash {
    /// 128 bits of a text: FNV-1a, then a finisher (splitmix64).
    static func mix(_ text: String) -> (high: UInt64, low: UInt64) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            // Wraps as a hash does.
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return (finish(hash), finish(hash ^ 0x9E37_79B9_7F4A_7C15))
    }

    private static func finish(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
