// The bytes of a head row: the rows of one group in one commit, quick to write and to read.

import Plant

/// What the table of head rows says of one; its bytes have to agree.
struct HeadKey: Hashable, Sendable {
    /// The group's number.
    let group: UInt32
    /// Revision of all its samples.
    let revision: UInt32
    /// Time of the last row.
    let last: Int64
}

/// A head row: fixed-width columns behind a CRC-32C; `docs/formats/chunk.md` has the diagram.
enum HeadRow {
    /// "MWH1".
    static let magic: UInt32 = 0x3148_574D
    /// Bytes before the times.
    static let fixedBytes = 28
    private static let latenessFlag: UInt8 = 1

    /// Encodes a block that is not empty and in order.
    static func encode(_ block: RowBlock, group: UInt32, revision: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fixedBytes + block.rows * 8 * (block.columns.count + 1) + 64)
        bytes.put(magic)
        bytes.put(UInt32(0))
        bytes.append(1)
        bytes.append(block.lateness.isEmpty ? 0 : latenessFlag)
        bytes.put(UInt16(0))
        bytes.put(group)
        bytes.put(revision)
        bytes.put(UInt32(block.rows))
        bytes.put(UInt32(block.columns.count))
        for time in block.times { bytes.put(time) }
        for column in block.columns { put(column, into: &bytes) }
        for offset in block.lateness { bytes.put(offset) }
        bytes.replace(at: 4, with: Checksum.crc32c(bytes, 8..<bytes.count))
        return bytes
    }

    /// Decodes the whole row.
    static func block(
        _ bytes: [UInt8], shape: GroupShape, key: HeadKey
    ) throws(ChunkFault) -> RowBlock {
        var (reader, head) = try open(bytes, columns: shape.columns.count, key)
        let times = try times(&reader, head.rows, key)
        var columns: [BlockColumn] = []
        columns.reserveCapacity(shape.columns.count)
        for column in shape.columns {
            columns.append(try get(&reader, kind: column.kind, rows: head.rows))
        }
        let lateness = head.hasLateness ? try integers(&reader, head.rows) : []
        try reader.demandEnd()
        return RowBlock(times: times, columns: columns, lateness: lateness)
    }

    /// Decodes the times and one column.
    static func column(
        _ bytes: [UInt8], shape: GroupShape, key: HeadKey, index: Int
    ) throws(ChunkFault) -> (times: [Int64], column: BlockColumn) {
        var (reader, head) = try open(bytes, columns: shape.columns.count, key)
        let times = try times(&reader, head.rows, key)
        for earlier in shape.columns[..<index] {
            try skip(&reader, kind: earlier.kind, rows: head.rows)
        }
        return (times, try get(&reader, kind: shape.columns[index].kind, rows: head.rows))
    }

    private static func open(
        _ bytes: [UInt8], columns: Int, _ key: HeadKey
    ) throws(ChunkFault) -> (reader: ByteReader, head: (rows: Int, hasLateness: Bool)) {
        var reader = ByteReader(bytes)
        guard bytes.count >= fixedBytes, try reader.uint32() == magic else {
            throw ChunkFault("no head row")
        }
        guard try reader.uint32() == Checksum.crc32c(bytes, 8..<bytes.count) else {
            throw ChunkFault("a head row does not match its check")
        }
        let version = try reader.byte()
        let flags = try reader.byte()
        _ = try reader.uint16()
        let group = try reader.uint32()
        let revision = try reader.uint32()
        let rows = try reader.length("rows", limit: HistorianLimits.rowsAccepted)
        let count = try reader.length("columns", limit: HistorianLimits.columnsPerGroup)
        guard version == 1, flags <= 1, rows >= 1, count == columns else {
            throw ChunkFault("a head row of version \(version) with \(count) columns")
        }
        guard group == key.group, revision == key.revision else {
            throw ChunkFault("its row in the table says otherwise")
        }
        return (reader, (rows, flags & latenessFlag != 0))
    }

    private static func times(
        _ reader: inout ByteReader, _ rows: Int, _ key: HeadKey
    ) throws(ChunkFault) -> [Int64] {
        let times = try integers(&reader, rows)
        guard times.isRising else { throw ChunkFault("times of a head row do not rise") }
        guard times.last == key.last else {
            throw ChunkFault("its row in the table ends at another time")
        }
        return times
    }

    private static func put(_ column: BlockColumn, into bytes: inout [UInt8]) {
        bytes.append(column.values.kind.rawValue)
        let isGood = !column.quality.contains { $0 != .good }
        bytes.append(isGood ? 0 : 1)
        if !isGood { for quality in column.quality { bytes.append(quality.code) } }
        switch column.values {
        case .numbers(let values): for value in values { bytes.put(value) }
        case .integers(let values): for value in values { bytes.put(value) }
        case .flags(let values): for value in values { bytes.append(value ? 1 : 0) }
        case .texts(let values): RawValues.encode(texts: values, into: &bytes)
        }
    }

    private static func opening(
        _ reader: inout ByteReader, kind: ValueKind, rows: Int
    ) throws(ChunkFault) -> Range<Int>? {
        guard try reader.byte() == kind.rawValue else {
            throw ChunkFault("a column of another kind than its group")
        }
        switch try reader.byte() {
        case 0: return nil
        case 1: return try reader.run(rows)
        default: throw ChunkFault("qualities in an unknown form")
        }
    }

    private static func skip(
        _ reader: inout ByteReader, kind: ValueKind, rows: Int
    ) throws(ChunkFault) {
        _ = try opening(&reader, kind: kind, rows: rows)
        switch kind {
        case .number, .integer: _ = try reader.run(rows * 8)
        case .flag: _ = try reader.run(rows)
        case .text:
            for _ in 0..<rows {
                _ = try reader.run(
                    try reader.count("a text length", limit: HistorianLimits.textBytes))
            }
        }
    }

    private static func get(
        _ reader: inout ByteReader, kind: ValueKind, rows: Int
    ) throws(ChunkFault) -> BlockColumn {
        let range = try opening(&reader, kind: kind, rows: rows)
        let quality = range.map { reader.bytes[$0].map { Quality(code: $0) } } ?? []
        let values: ColumnValues
        switch kind {
        case .number:
            values = .numbers(
                try integers(&reader, rows).map { Double(bitPattern: UInt64(bitPattern: $0)) })
        case .integer: values = .integers(try integers(&reader, rows))
        case .flag:
            let range = try reader.run(rows)
            guard reader.bytes[range].allSatisfy({ $0 <= 1 }) else {
                throw ChunkFault("a flag that is neither 0 nor 1")
            }
            values = .flags(reader.bytes[range].map { $0 == 1 })
        case .text: values = .texts(try RawValues.texts(&reader, count: rows))
        }
        return BlockColumn(values: values, quality: quality)
    }

    private static func integers(
        _ reader: inout ByteReader, _ rows: Int
    ) throws(ChunkFault) -> [Int64] {
        let range = try reader.run(rows * 8)
        let bytes = unsafe reader.bytes.span.bytes
        var values: [Int64] = []
        values.reserveCapacity(rows)
        for row in 0..<rows {
            let offset = range.lowerBound &+ row &* 8
            values.append(
                unsafe Int64(
                    littleEndian: bytes.unsafeLoadUnaligned(
                        fromByteOffset: offset, as: Int64.self)))
        }
        return values
    }
}
