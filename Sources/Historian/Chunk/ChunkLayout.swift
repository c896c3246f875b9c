// The bytes of a chunk: a header with a directory, then one encoded column after another.

import Plant

/// Fixed numbers of the chunk format; `docs/formats/chunk.md` has the byte diagrams.
enum ChunkLayout {
    /// "MWC1".
    static let magic: UInt32 = 0x3143_574D
    /// The version written and the newest read.
    static let version: UInt8 = 2
    /// Bytes before the directory.
    static let fixedBytes = 56
    /// Bytes of a directory entry without its summary.
    static let entryBytes = 20
    /// Where the group number lies.
    static let groupOffset = 8
    /// Where the revision lies.
    static let revisionOffset = 12
    /// Where the length of header and directory lies.
    static let headerLengthOffset = 48
    /// Where the check of header and directory lies.
    static let checkOffset = 52
    /// Set in the flags where arrival differs from source time.
    static let latenessFlag: UInt8 = 1
    /// Set in an entry's flags where a summary follows.
    static let summaryFlag: UInt8 = 1
    /// Set in an entry's flags where an integral follows (from version 2 on).
    static let holdFlag: UInt8 = 2
    /// Set in an entry's flags where a table of states follows (from version 2 on).
    static let statesFlag: UInt8 = 4
}

/// The key and the range of a chunk, as the table of a month file repeats them.
struct ChunkKey: Hashable, Sendable {
    /// The group's number.
    let group: UInt32
    /// How many samples of the same signals and times came before.
    let revision: UInt32
    /// Time of the first row.
    let first: Int64
    /// Time of the last row.
    let last: Int64
    /// Number of rows.
    let rows: Int

    /// Words for reports: group, start and revision.
    var description: String {
        "chunk of group \(group) from \(Timestamp(nanoseconds: first).rfc3339)"
            + " revision \(revision)"
    }
}

/// A chunk that lacks only its group and revision, so that encoding can run beside the writer.
struct ChunkDraft: Sendable {
    /// Header and directory.
    private var header: [UInt8]
    /// The encoded columns.
    let payload: [UInt8]
    /// Time of the first row.
    let first: Int64
    /// Time of the last row.
    let last: Int64
    /// Number of rows.
    let rows: Int
    /// Rows times columns.
    let samples: Int

    /// Encodes a block that is not empty and in order.
    init(_ block: RowBlock, shape: GroupShape, _ stage: EntropyStage) {
        first = block.times.first ?? 0
        last = block.times.last ?? 0
        rows = block.rows
        samples = block.sampleCount
        var payload: [UInt8] = []
        var directory: [UInt8] = []
        func add(signal: UInt32, kind: ValueKind, _ encoded: EncodedColumn, of column: Described) {
            let start = payload.count
            payload += encoded.bytes
            let valueEnd = payload.count
            QualityRuns.encode(column.quality, into: &payload)
            directory.put(signal)
            directory.append(kind.rawValue)
            directory.append(encoded.code)
            directory.append(column.flags)
            directory.append(0)
            directory.put(UInt32(valueEnd - start))
            directory.put(UInt32(payload.count - valueEnd))
            directory.put(Checksum.crc32c(payload, start..<payload.count))
            column.summary?.put(into: &directory)
            column.hold?.put(into: &directory)
            column.states?.put(into: &directory)
        }
        add(
            signal: 0, kind: .integer, ColumnCodec.encode(times: block.times, stage),
            of: Described())
        for (column, group) in zip(block.columns, shape.columns) {
            add(
                signal: group.signal, kind: group.kind,
                ColumnCodec.encode(column.values, stage), of: Described(column, block.times))
        }
        if !block.lateness.isEmpty {
            add(
                signal: 0, kind: .integer, ColumnCodec.encode(times: block.lateness, stage),
                of: Described())
        }
        self.payload = payload
        header = ChunkDraft.fixedPart(
            block, shape: shape, payload: payload.count, directory: directory.count)
        header += directory
    }

    /// Bytes of header and payload.
    var byteCount: Int { header.count + payload.count }

    /// The finished header of a group and revision.
    func header(group: UInt32, revision: UInt32) -> [UInt8] {
        var bytes = header
        bytes.replace(at: ChunkLayout.groupOffset, with: group)
        bytes.replace(at: ChunkLayout.revisionOffset, with: revision)
        bytes.replace(at: ChunkLayout.checkOffset, with: headerCheck(bytes))
        return bytes
    }

    /// The key once group and revision are known.
    func key(group: UInt32, revision: UInt32) -> ChunkKey {
        ChunkKey(group: group, revision: revision, first: first, last: last, rows: rows)
    }

    private static func fixedPart(
        _ block: RowBlock, shape: GroupShape, payload: Int, directory: Int
    ) -> [UInt8] {
        var header: [UInt8] = []
        header.reserveCapacity(ChunkLayout.fixedBytes + directory)
        header.put(ChunkLayout.magic)
        header.append(ChunkLayout.version)
        header.append(block.lateness.isEmpty ? 0 : ChunkLayout.latenessFlag)
        header.append(shape.origin.code)
        header.append(0)
        header.put(UInt32(0))
        header.put(UInt32(0))
        header.put(shape.origin.importNumber)
        header.put(UInt32(block.rows))
        header.put(block.times.first ?? 0)
        header.put(block.times.last ?? 0)
        header.put(UInt32(shape.columns.count))
        header.put(UInt32(payload))
        header.put(UInt32(ChunkLayout.fixedBytes + directory))
        header.put(UInt32(0))
        return header
    }
}

/// What a directory entry tells of a column beside where it lies.
private struct Described {
    var quality: [Quality] = []
    var summary: ColumnSummary?
    var hold: HoldSummary?
    var states: StateTable?

    /// Nothing: for times and arrival offsets.
    init() {}

    init(_ column: BlockColumn, _ times: [Int64]) {
        quality = column.quality
        summary = ColumnSummary.of(column.values, column.quality)
        guard !quality.contains(where: { !$0.isUsable }) else { return }
        hold = HoldSummary.of(times, column.values)
        states = StateTable.of(times, column.values)
    }

    var flags: UInt8 {
        (summary == nil ? 0 : ChunkLayout.summaryFlag) | (hold == nil ? 0 : ChunkLayout.holdFlag)
            | (states == nil ? 0 : ChunkLayout.statesFlag)
    }
}

/// CRC-32C over header and directory, leaving out the four bytes of the check itself.
func headerCheck(_ header: [UInt8]) -> UInt32 {
    let bytes = unsafe header.span.bytes
    let before = Checksum.crc32c(bytes.extracting(0..<ChunkLayout.checkOffset))
    return Checksum.crc32c(
        bytes.extracting(ChunkLayout.fixedBytes..<header.count), after: before)
}
