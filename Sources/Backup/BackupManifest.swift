// The manifest: what is in a backup, readable without its key.

/// One file in a backup.
public struct BackupEntry: Sendable, Hashable {
    /// Its name, relative, with slashes.
    public var path: String
    /// Its bytes.
    public var size: Int
    /// SHA-256 of its bytes.
    public var digest: [UInt8]

    /// Frames of its content.
    var frames: Int { (size + BackupLimits.frameBytes - 1) / BackupLimits.frameBytes }
}

/// The list of a backup's entries, in the order in which they were added.
public struct BackupManifest: Sendable, Hashable {
    /// The entries.
    public var entries: [BackupEntry]

    /// Bytes of all entries together.
    public var totalBytes: Int { entries.reduce(0) { $0 + $1.size } }

    /// Frames of content; the closing frame has this number.
    var frames: Int { entries.reduce(0) { $0 + $1.frames } }

    init(entries: [BackupEntry]) { self.entries = entries }

    /// The text of the manifest.
    var bytes: [UInt8] {
        CanonicalValue.object([
            "entries": .list(
                entries.map {
                    .object([
                        "path": .text($0.path), "sha256": .text(Hexadecimal.text($0.digest)),
                        "size": .number($0.size),
                    ])
                }),
            "total_bytes": .number(totalBytes),
            "total_entries": .number(entries.count),
        ]).bytes
    }

    /// The manifest of a text; the flaw's offset counts from the beginning of the text.
    ///
    /// Throws a `BackupTrouble` for a path that no backup may hold.
    init(
        text: [UInt8], file: String, flaw place: (CanonicalFlaw) -> BackupTrouble
    ) throws(BackupTrouble) {
        do {
            self.init(entries: try BackupManifest.entries(text))
        } catch {
            throw place(error)
        }
        var taken = TakenPaths()
        for entry in entries { try taken.take(entry.path, file: file) }
    }

    private static func entries(_ text: [UInt8]) throws(CanonicalFlaw) -> [BackupEntry] {
        var members = try Members(CanonicalReader.value(text))
        let values = try members.list("entries")
        guard values.count <= BackupLimits.entries else {
            throw CanonicalFlaw(
                offset: 0, what: "\(values.count) entries; \(BackupLimits.entries) is the limit")
        }
        var entries: [BackupEntry] = []
        var total = 0
        for value in values {
            var entry = try Members(value)
            let path = try entry.text("path")
            let digest = try entry.bytes("sha256", count: BackupHeader.digestBytes)
            let size = try entry.number("size")
            try entry.end()
            guard size <= BackupLimits.totalBytes - total else {
                throw CanonicalFlaw(
                    offset: 0, what: "more than \(BackupLimits.totalBytes) bytes of content")
            }
            total += size
            entries.append(BackupEntry(path: path, size: size, digest: digest))
        }
        guard try members.number("total_bytes") == total,
            try members.number("total_entries") == entries.count
        else { throw CanonicalFlaw(offset: 0, what: "the totals are not those of the entries") }
        try members.end()
        return entries
    }
}

/// The fixed end of a backup: length of the manifest, magic, digest, signature.
struct BackupFooter: Sendable, Hashable {
    var manifestBytes: Int
    /// SHA-256 of all bytes before it.
    var digest: [UInt8]
    /// Ed25519 over domain and digest.
    var signature: [UInt8]

    static let magic = Array("MWBE".utf8)
    /// Length and magic, which the digest covers.
    static let coveredBytes = 8
    static let byteCount = coveredBytes + 32 + 64

    /// The covered part of a footer.
    static func covered(manifestBytes: Int) -> [UInt8] {
        LittleEndian.bytes(UInt32(manifestBytes)) + magic
    }

    /// The footer of its bytes; nil when it does not end as one.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == BackupFooter.byteCount, Array(bytes[4..<8]) == BackupFooter.magic
        else { return nil }
        manifestBytes = LittleEndian.number(bytes[0..<4])
        digest = Array(bytes[8..<40])
        signature = Array(bytes[40...])
    }
}
