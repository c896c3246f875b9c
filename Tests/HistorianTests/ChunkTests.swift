// Chunks and head rows: complete round trips, and damage that is detected and never traps.

import Plant
import Testing

@testable import Historian

private let shape = GroupShape(
    columns: [
        GroupColumn(signal: 3, kind: .number), GroupColumn(signal: 4, kind: .integer),
        GroupColumn(signal: 7, kind: .flag), GroupColumn(signal: 9, kind: .text),
    ], origin: .importBatch(12))

private func block(_ seed: UInt64, rows: Int = 200) -> RowBlock {
    var random = Seeded(seed)
    var time = morning
    var quality = [Quality](repeating: .good, count: rows)
    for row in stride(from: 20, to: rows, by: 31) { quality[row] = .badComm }
    if !quality.contains(.badComm) { quality = [] }
    let times = (0..<rows).map { _ in
        time += second + Int64.random(in: 0..<5_000_000, using: &random)
        return time
    }
    return RowBlock(
        times: times,
        columns: [
            BlockColumn(
                values: .numbers(
                    (0..<rows).map { _ in
                        Double(Int64.random(in: 200...900, using: &random)) / 10
                    }), quality: quality),
            BlockColumn(values: .integers((0..<rows).map { Int64($0) * 3 }), quality: []),
            BlockColumn(values: .flags((0..<rows).map { $0 % 70 < 40 }), quality: []),
            BlockColumn(
                values: .texts((0..<rows).map { $0 % 50 < 30 ? "running" : "stopped" }),
                quality: []),
        ],
        lateness: times.map { $0 % 1_000_000 })
}

@Suite struct ChunkTests {
    private let stage = EntropyStage(writes: true, reads: true)

    @Test(arguments: [1, 2, 3, 200, 3_000])
    func `a chunk gives back its rows, group, revision and origin`(_ rows: Int) throws {
        let block = block(5, rows: rows)
        let draft = ChunkDraft(block, shape: shape, stage)
        let reader = try ChunkReader(header: draft.header(group: 77, revision: 2))
        #expect(reader.key == draft.key(group: 77, revision: 2))
        #expect(reader.shape == shape)
        #expect(try reader.block(draft.payload, stage) == block)
        let entry = try #require(reader.entry(of: 4))
        #expect(entry.summary?.count == rows)
        #expect(entry.summary?.last == Double(rows - 1) * 3)
        #expect(reader.entry(of: 5) == nil)
    }

    @Test func `a head row gives back its rows, whole or one column of them`() throws {
        let block = block(6)
        let bytes = HeadRow.encode(block, group: 9, revision: 1)
        let last = try #require(block.times.last)
        let key = HeadKey(group: 9, revision: 1, last: last)
        #expect(try HeadRow.block(bytes, shape: shape, key: key) == block)
        for wrong in [
            HeadKey(group: 8, revision: 1, last: last), HeadKey(group: 9, revision: 0, last: last),
            HeadKey(group: 9, revision: 1, last: last - 1),
        ] {
            #expect(throws: ChunkFault.self) {
                try HeadRow.block(bytes, shape: shape, key: wrong)
            }
        }
        for index in shape.columns.indices {
            let (times, column) = try HeadRow.column(
                bytes, shape: shape, key: key, index: index)
            #expect(times == block.times)
            #expect(column == block.columns[index])
        }
    }

    @Test func `each of 1,000 flipped bits in a chunk is detected or harmless`() throws {
        let block = block(7)
        let draft = ChunkDraft(block, shape: shape, stage)
        let header = draft.header(group: 1, revision: 0)
        var random = Seeded(99)
        var detected = 0
        for _ in 0..<1_000 {
            var damaged = header + draft.payload
            let bit = Int.random(in: 0..<damaged.count * 8, using: &random)
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            do {
                let reader = try ChunkReader(header: Array(damaged[..<header.count]))
                let read = try reader.block(Array(damaged[header.count...]), stage)
                #expect(read == block, "bit \(bit) gave other rows")
                #expect(reader.key == draft.key(group: 1, revision: 0))
            } catch {
                detected += 1
            }
        }
        #expect(detected == 1_000)
    }

    @Test func `1,000 flipped bits with matching checks never trap`() throws {
        let draft = ChunkDraft(block(8, rows: 120), shape: shape, stage)
        let header = draft.header(group: 1, revision: 0)
        let entries = try ChunkReader(header: header).entries
        var random = Seeded(100)
        var refused = 0
        for _ in 0..<1_000 {
            let entry = try #require(entries.randomElement(using: &random))
            var bytes = Array(draft.payload[entry.values])
            let bit = Int.random(in: 0..<bytes.count * 8, using: &random)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            do {
                let values = try ColumnCodec.decode(
                    ByteReader(bytes), code: entry.encoding, kind: entry.kind, count: 120, stage)
                #expect(values.count == 120)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 100)
    }

    @Test func `random bytes are refused by every encoding without a trap`() {
        var random = Seeded(101)
        var refused = 0
        for _ in 0..<4_000 {
            let length = Int.random(in: 0..<80, using: &random)
            let bytes = (0..<length).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...3, using: &random)
                    : UInt8.random(in: 0...255, using: &random)
            }
            let code =
                UInt8.random(in: 0...9, using: &random) | (Bool.random(using: &random) ? 0x80 : 0)
            let kind = ValueKind.allCases.randomElement(using: &random) ?? .number
            let count = [1, 2, 7, 5_000].randomElement(using: &random) ?? 1
            do {
                let values = try ColumnCodec.decode(
                    ByteReader(bytes), code: code, kind: kind, count: count, stage)
                #expect(values.count == count)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }

    @Test func `every shortened chunk and head row is refused`() throws {
        let block = block(9, rows: 40)
        let draft = ChunkDraft(block, shape: shape, stage)
        let header = draft.header(group: 1, revision: 0)
        for length in 0..<header.count {
            #expect(throws: ChunkFault.self) {
                try ChunkReader(header: Array(header[..<length]))
            }
        }
        let row = HeadRow.encode(block, group: 1, revision: 0)
        let key = HeadKey(group: 1, revision: 0, last: try #require(block.times.last))
        for length in stride(from: 0, to: row.count, by: 7) {
            #expect(throws: ChunkFault.self) {
                try HeadRow.block(Array(row[..<length]), shape: shape, key: key)
            }
        }
    }

    @Test func `adding summaries gives the mean of adding samples`() {
        var random = Seeded(3)
        let values = (0..<5_000).map { _ in
            Double.random(in: -1e6...1e6, using: &random) * (Bool.random(using: &random) ? 1 : 1e-9)
        }
        var one = ColumnSummary()
        for value in values { one.add(value) }
        var parts = ColumnSummary()
        for start in stride(from: 0, to: values.count, by: 617) {
            parts.add(
                ColumnSummary.of(.numbers(Array(values[start..<min(start + 617, 5_000)])), []))
        }
        #expect(one.mean == parts.mean)
        #expect(one.minimum == parts.minimum && one.maximum == parts.maximum)
        #expect(one.first == parts.first && one.last == parts.last && one.count == parts.count)
    }
}
