// Reads a chunk: checks every length and every CRC before a value is believed.

import Plant

/// The checked header and directory of a chunk.
struct ChunkReader {
    /// One column of the directory.
    struct Entry: Hashable {
        /// Which signal; 0 for times and arrival offsets.
        let signal: UInt32
        /// Kind of its values.
        let kind: ValueKind
        /// Type byte of its encoding.
        let encoding: UInt8
        /// Where its values lie in the payload.
        let values: Range<Int>
        /// Where its qualities lie in the payload.
        let quality: Range<Int>
        /// CRC-32C over values and qualities.
        let check: UInt32
        /// Figures over the column, nil for times.
        let summary: ColumnSummary?
        /// Integral over the column; nil where a row is not usable, and in version 1.
        let hold: HoldSummary?
        /// Time in each state; nil for what is no state or has a row that is not usable.
        let states: StateTable?
    }

    /// Group, revision, range and rows.
    let key: ChunkKey
    /// Signals, kinds and origin.
    let shape: GroupShape
    /// Length that the payload must have.
    let payloadLength: Int
    private let times: Entry
    private let columns: [Entry]
    private let lateness: Entry?

    /// Parses and checks a header with its directory.
    init(header: [UInt8]) throws(ChunkFault) {
        var reader = ByteReader(header)
        guard header.count >= ChunkLayout.fixedBytes, try reader.uint32() == ChunkLayout.magic
        else {
            throw ChunkFault("no chunk header")
        }
        let version = try reader.byte()
        guard version >= 1, version <= ChunkLayout.version else {
            throw ChunkFault("chunk version \(version) is not known")
        }
        guard try ChunkReader.storedCheck(header) == headerCheck(header) else {
            throw ChunkFault("the header does not match its check")
        }
        let flags = try reader.byte()
        let originCode = try reader.byte()
        _ = try reader.byte()
        let group = try reader.uint32()
        let revision = try reader.uint32()
        let origin = try SampleOrigin(code: originCode, importNumber: try reader.uint32())
        let rows = try reader.length("rows", limit: HistorianLimits.rowsAccepted)
        let first = try reader.int64()
        let last = try reader.int64()
        let count = try reader.length("columns", limit: HistorianLimits.columnsPerGroup)
        payloadLength = try reader.length("a payload", limit: Int(UInt32.max))
        let headerLength = try reader.length("a header", limit: header.count)
        _ = try reader.uint32()
        guard headerLength == header.count, rows >= 1, first <= last, flags <= 1 else {
            throw ChunkFault("a header of \(headerLength) bytes with \(rows) rows")
        }
        key = ChunkKey(group: group, revision: revision, first: first, last: last, rows: rows)
        var offset = 0
        times = try ChunkReader.entry(&reader, &offset)
        var columns: [Entry] = []
        columns.reserveCapacity(min(count, reader.remaining / ChunkLayout.entryBytes))
        for _ in 0..<count { columns.append(try ChunkReader.entry(&reader, &offset)) }
        lateness =
            flags & ChunkLayout.latenessFlag == 0
            ? nil : try ChunkReader.entry(&reader, &offset)
        try reader.demandEnd()
        guard offset == payloadLength, times.kind == .integer,
            lateness.map({ $0.kind == .integer }) ?? true
        else { throw ChunkFault("a directory over \(offset) of \(payloadLength) bytes") }
        self.columns = columns
        shape = GroupShape(
            columns: columns.map { GroupColumn(signal: $0.signal, kind: $0.kind) }, origin: origin)
    }

    /// The directory entry of a signal, nil where the chunk does not have it.
    func entry(of signal: UInt32) -> Entry? { columns.first { $0.signal == signal } }

    /// Bytes that its times take.
    var timeBytes: Int { times.values.count }

    /// All directory entries of signals.
    var entries: [Entry] { columns }

    /// The time of each row, strictly rising from first to last.
    func times(_ payload: [UInt8], _ stage: EntropyStage) throws(ChunkFault) -> [Int64] {
        let column = try column(times, payload, stage)
        guard case .integers(let times) = column.values, times.isRising,
            times.first == key.first, times.last == key.last
        else { throw ChunkFault("times that do not rise from first to last") }
        return times
    }

    /// The values and qualities of a column.
    func column(
        _ entry: Entry, _ payload: [UInt8], _ stage: EntropyStage
    ) throws(ChunkFault) -> BlockColumn {
        guard payload.count == payloadLength else {
            throw ChunkFault("a payload of \(payload.count) instead of \(payloadLength) bytes")
        }
        let all = entry.values.lowerBound..<entry.quality.upperBound
        guard Checksum.crc32c(payload, all) == entry.check else {
            throw ChunkFault(
                entry.signal == 0
                    ? "its times do not match their check"
                    : "signal \(entry.signal) does not match its check")
        }
        let values = try ColumnCodec.decode(
            try ByteReader(payload, entry.values), code: entry.encoding, kind: entry.kind,
            count: key.rows, stage)
        var quality = try ByteReader(payload, entry.quality)
        return BlockColumn(
            values: values, quality: try QualityRuns.decode(&quality, count: key.rows))
    }

    /// Everything in the chunk.
    func block(_ payload: [UInt8], _ stage: EntropyStage) throws(ChunkFault) -> RowBlock {
        let times = try times(payload, stage)
        var decoded: [BlockColumn] = []
        decoded.reserveCapacity(columns.count)
        for entry in columns { decoded.append(try column(entry, payload, stage)) }
        var offsets: [Int64] = []
        if let lateness, case .integers(let values) = try column(lateness, payload, stage).values {
            offsets = values
        }
        return RowBlock(times: times, columns: decoded, lateness: offsets)
    }

    private static func storedCheck(_ header: [UInt8]) throws(ChunkFault) -> UInt32 {
        var reader = try ByteReader(
            header, ChunkLayout.checkOffset..<ChunkLayout.checkOffset + 4)
        return try reader.uint32()
    }

    private static func entry(
        _ reader: inout ByteReader, _ offset: inout Int
    ) throws(ChunkFault) -> Entry {
        let signal = try reader.uint32()
        guard let kind = ValueKind(rawValue: try reader.byte()) else {
            throw ChunkFault("a column of no known kind")
        }
        let encoding = try reader.byte()
        let flags = try reader.byte()
        _ = try reader.byte()
        let valueLength = try reader.length(
            "a column", limit: HistorianLimits.columnBytesAccepted)
        let qualityLength = try reader.length(
            "a column of qualities", limit: HistorianLimits.columnBytesAccepted)
        let check = try reader.uint32()
        guard flags < 8 else { throw ChunkFault("a column with unknown flags \(flags)") }
        let summary =
            flags & ChunkLayout.summaryFlag == 0 ? nil : try ColumnSummary.get(&reader)
        let hold = flags & ChunkLayout.holdFlag == 0 ? nil : try HoldSummary.get(&reader)
        let states = flags & ChunkLayout.statesFlag == 0 ? nil : try StateTable.get(&reader)
        let middle = offset + valueLength
        defer { offset = middle + qualityLength }
        return Entry(
            signal: signal, kind: kind, encoding: encoding, values: offset..<middle,
            quality: middle..<middle + qualityLength, check: check, summary: summary, hold: hold,
            states: states)
    }
}
