// Suspects after bad ends, the budget of memory.

import Foundation
import Plant
import Synchronization
import Testing

@testable import Loop

struct ActivityTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A process that ends without a word: marks stay as they were.
    private func crash(reading names: [String], idle: [String] = []) throws {
        let marks = try #require(ActivityMarks(folder: folder.path))
        for name in names + idle {
            marks.set(Slug(name: name, fallback: Slug("x")), isActive: true)
        }
        for name in idle { marks.set(Slug(name: name, fallback: Slug("x")), isActive: false) }
    }

    private func start(at second: Int64) throws -> Set<Slug> {
        let now = Timestamp(seconds: 1_763_035_200 + second)
        let badEnds = try RestartRecord.begin(folder.path, now: now)
        return try RestartRecord.suspects(folder.path, badEnds: badEnds)
    }

    @Test func `R-48: what was being read at the third bad end is left out, until an orderly one`()
        throws
    {
        for (number, expected) in [(0, []), (1, []), (2, [])] as [(Int64, [Slug])] {
            #expect(try start(at: number * 20) == Set(expected))
            try crash(reading: ["saw-plc"], idle: ["oven-meter"])
        }
        #expect(try start(at: 60) == [Slug("saw-plc")])
        // Left out, it cannot end the program; another that does is added to it.
        try crash(reading: ["press-broker"])
        #expect(try start(at: 80) == [Slug("saw-plc"), Slug("press-broker")])
        RestartRecord.end(folder.path)
        #expect(try start(at: 100).isEmpty)
    }

    @Test func `R-48: bad ends that are far apart, and ends while nothing was read, accuse nobody`()
        throws
    {
        for number in 0..<5 as Range<Int64> {
            #expect(try start(at: number * 700).isEmpty)
            try crash(reading: ["saw-plc"])
        }
        RestartRecord.end(folder.path)
        for number in 0..<4 as Range<Int64> {
            #expect(try start(at: 10_000 + number * 20).isEmpty)
            try crash(reading: [], idle: ["saw-plc"])
        }
    }

    @Test(arguments: [0, 1, 47, 48, 200, 48 * 256, 48 * 256 + 1])
    func `R-47: a damaged file of marks names nobody that cannot be read`(_ size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try Data(bytes).write(to: URL(filePath: folder.path + "/active"))
        #expect(ActivityMarks.left(in: folder.path).allSatisfy { !$0.text.isEmpty })
    }
}

/// A repeatable source of numbers.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

struct MemoryWatchTests {
    @Test func `R-43: live pages give way at four fifths, what is kept at hand at the whole`() {
        let bytes = HeldBytes()
        let watch = MemoryWatch(mebibytes: 100, read: { bytes.now })
        func level(_ mebibytes: Int) -> MemoryLevel {
            bytes.now = mebibytes << 20
            return watch.look().now
        }
        #expect(
            [40, 79, 80, 75, 71, 69, 99, 100, 95, 89, 60].map(level) == [
                .ample, .ample, .short, .short, .short, .ample, .short, .over, .over, .short,
                .ample,
            ])
    }

    @Test func `R-43: the budget is a quarter of the machine, between 64 MiB and 1 GiB`() {
        #expect(MemoryWatch(mebibytes: nil, machine: 512 << 20).budget == 128 << 20)
        #expect(MemoryWatch(mebibytes: nil, machine: 128 << 20).budget == 64 << 20)
        #expect(MemoryWatch(mebibytes: nil, machine: 64 << 30).budget == 1 << 30)
        #expect(MemoryWatch(mebibytes: 300, machine: 64 << 30).budget == 300 << 20)
        #expect(MemoryUse.machine >= 64 << 20)
        #expect(MemoryUse.resident > 1 << 20)
    }
}

private final class HeldBytes: Sendable {
    private let held = Mutex(0)
    var now: Int {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
