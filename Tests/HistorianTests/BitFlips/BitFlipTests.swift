// Bits flip in stored files: each is noticed or harmless, no value is served that was not (T9).

import Foundation
import Plant
import PowerCut
import Testing

@testable import Historian

@Suite struct BitFlipTests {
    /// Flips of one run: 1,000 in every build, more by `BIT_FLIPS`.
    static let flips = ProcessInfo.processInfo.environment["BIT_FLIPS"].flatMap(Int.init) ?? 1_000
    /// Flips in one store; the next ones get a store of other values.
    private static let flipsPerStore = 2_000

    /// A bit of a file.
    private struct Place: Sendable, CustomStringConvertible {
        let path: String
        let byte: Int
        let bit: UInt8

        var description: String { "\(path) byte \(byte) bit \(bit)" }
    }

    @Test func `T9, R-44, R-47: a flipped bit in a file is noticed or harmless, and never a value`()
        async throws
    {
        var left = BitFlipTests.flips
        var seed: UInt64 = 20_261_127
        while left > 0 {
            let store = try await FlippedStore(seed: seed)
            let verdicts = try await flip(
                store, min(left, BitFlipTests.flipsPerStore), seed
            ) { $0.hasSuffix(".db") }
            var noticed = 0
            for (place, verdict) in verdicts {
                switch verdict {
                case .harmless: break
                case .noticed: noticed += 1
                case .silent(let what), .wrong(let what):
                    Issue.record("seed \(seed), \(place): \(verdict) \(what)")
                }
            }
            #expect(noticed > verdicts.count / 10, "\(noticed) noticed of \(verdicts.count)")
            left -= BitFlipTests.flipsPerStore
            seed += 1
        }
    }

    @Test func `a flipped bit in a write-ahead log shortens it and never makes a value`()
        async throws
    {
        let store = try await FlippedStore(seed: 5)
        let verdicts = try await flip(store, BitFlipTests.flips / 5, 5) { $0.hasSuffix("-wal") }
        for (place, verdict) in verdicts {
            if case .wrong(let what) = verdict { Issue.record("\(place): \(what)") }
        }
    }

    @Test func `planted: without the checks of chunks and head rows, flips are served as values`()
        async throws
    {
        let store = try await FlippedStore(seed: 6)
        var wrong = 0
        for number in 0..<60 {
            let folder = try Scratch(inMemory: true)
            try store.write(to: folder.path, changing: "") { _ in }
            try await flipUnchecked(folder.path, seed: UInt64(number))
            if case .wrong = await store.verdict(folder.path) { wrong += 1 }
        }
        #expect(wrong > 20, "\(wrong) of 60")
    }

    @Test func `planted: a forgotten mask whose check agrees is served, and noticed by the rig`()
        async throws
    {
        let store = try await FlippedStore(seed: 7)
        let folder = try Scratch(inMemory: true)
        try store.write(to: folder.path, changing: "") { _ in }
        let opened = try SampleStore.open(folder: folder.path)
        try opened.core.head.write { try HeadFile.setMask($0, 4, isMasked: false) }
        await opened.close()
        guard case .wrong = await store.verdict(folder.path) else {
            Issue.record("a masked import was served and nobody noticed")
            return
        }
    }

    @Test(arguments: ["shape", "signal", "cursor", "mask"])
    func `R-46: a small table of the head that is not as written refuses the head`(
        _ table: String
    ) async throws {
        let store = try await FlippedStore(seed: 8)
        let folder = try Scratch(inMemory: true)
        try store.write(to: folder.path, changing: "") { _ in }
        let opened = try SampleStore.open(folder: folder.path)
        try opened.core.head.write { try $0.change("DELETE FROM \(table) WHERE rowid = 1") }
        try opened.core.head.write { try $0.change("DELETE FROM \(table) WHERE rowid = 4") }
        await opened.close()
        #expect(
            throws: StoreError.damaged(
                file: "head.db", what: "the table \(table) does not match its check")
        ) { try SampleStore.open(folder: folder.path) }
    }

    /// Flips single bits and gives what became of each; two at a time.
    private func flip(
        _ store: FlippedStore, _ count: Int, _ seed: UInt64,
        where isChosen: @escaping @Sendable (String) -> Bool
    ) async throws -> [(Place, FlipVerdict)] {
        try await withThrowingTaskGroup(of: [(Place, FlipVerdict)].self) { group in
            for half in 0..<2 {
                group.addTask {
                    var dice = Seeded(seed &* 2 &+ UInt64(half))
                    var verdicts: [(Place, FlipVerdict)] = []
                    for number in 0..<(count + 1 - half) / 2 {
                        let place = try place(store, &dice, where: isChosen)
                        let folder = try Scratch(inMemory: true)
                        try store.write(to: folder.path, changing: place.path) { bytes in
                            bytes[place.byte] ^= 1 << place.bit
                        }
                        let verdict = await store.verdict(folder.path, goesOn: number % 4 == 0)
                        verdicts.append((place, verdict))
                    }
                    return verdicts
                }
            }
            var all: [(Place, FlipVerdict)] = []
            for try await part in group { all += part }
            return all
        }
    }

    /// A bit by chance: each file and each of its pages alike, three in four in a byte that is
    /// not zero, so that small tables are hit as often as long columns.
    private func place(
        _ store: FlippedStore, _ dice: inout Seeded, where isChosen: (String) -> Bool
    ) throws -> Place {
        let paths = store.files.keys.filter(isChosen).sorted()
        let path = try #require(paths.randomElement(using: &dice))
        let bytes = try #require(store.files[path])
        let page = Int.random(in: 0..<(bytes.count + 4_095) / 4_096, using: &dice)
        let range = page * 4_096..<min(bytes.count, (page + 1) * 4_096)
        let used = range.filter { bytes[$0] != 0 }
        let isUsed = Int.random(in: 0..<4, using: &dice) > 0 && !used.isEmpty
        let byte = isUsed ? used.randomElement(using: &dice) : range.randomElement(using: &dice)
        return Place(
            path: path, byte: try #require(byte), bit: UInt8.random(in: 0..<8, using: &dice))
    }

    /// Flips a bit of a stored column and writes the checks anew, as if there were none.
    private func flipUnchecked(_ folder: String, seed: UInt64) async throws {
        var dice = Seeded(seed)
        let store = try SampleStore.open(folder: folder)
        if seed % 3 == 0 {
            try store.core.head.write { database in
                let found = try database.first("SELECT id, bytes FROM head LIMIT 1") {
                    ($0.integer(0), $0.blob(1))
                }
                let (id, stored) = try #require(found)
                var bytes = stored
                bytes[Int.random(in: bytes.count - 20..<bytes.count, using: &dice)] ^= 1
                bytes.replace(at: 4, with: Checksum.crc32c(bytes, 8..<bytes.count))
                try database.change(
                    "UPDATE head SET bytes = ? WHERE id = ?", [.blob(bytes), .integer(id)])
            }
        } else {
            let file = try #require(try store.core.shelf.file(MonthKey(morning)))
            try file.write { database in
                let sql = "SELECT id, header, payload FROM chunk ORDER BY id DESC LIMIT 1 OFFSET ?"
                let found = try database.first(sql, [.number(seed % 12)]) {
                    ($0.integer(0), $0.blob(1), $0.blob(2))
                }
                let (id, oldHeader, oldPayload) = try #require(found)
                var (header, payload) = (oldHeader, oldPayload)
                flipColumn(&header, &payload, &dice)
                try database.change(
                    "UPDATE chunk SET header = ?, payload = ? WHERE id = ?",
                    [.blob(header), .blob(payload), .integer(id)])
            }
        }
        await store.close()
    }

    /// Flips a bit of the second entry's values; offsets by the words of `docs/formats/chunk.md`.
    private func flipColumn(
        _ header: inout [UInt8], _ payload: inout [UInt8], _ dice: inout Seeded
    ) {
        func number(_ bytes: [UInt8], _ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        let start = number(header, 56 + 8) + number(header, 56 + 12)
        let entry = 56 + 20
        let length = number(header, entry + 8)
        let end = start + length + number(header, entry + 12)
        payload[start + Int.random(in: 0..<length, using: &dice)] ^=
            1 << UInt8.random(in: 0..<8, using: &dice)
        header.replace(at: entry + 16, with: Checksum.crc32c(payload, start..<end))
        header.replace(at: 52, with: headerCheck(header))
    }
}
