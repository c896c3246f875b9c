// The steps of a disk that fills up, the reserve, and what is recorded at each of them.

import Foundation
import Historian
import Journal
import Plant
import Synchronization
import Testing
import Wire

@testable import Loop

private let gibibyte = 1 << 30

/// A disk whose room a test sets.
private final class MadeDisk: Sendable {
    let room: Mutex<Int>
    let total: Int

    init(free: Int, total: Int) {
        room = Mutex(free)
        self.total = total
    }

    var space: DiskSpace? { DiskSpace(free: room.withLock { $0 }, total: total) }
}

struct SpaceLevelTests {
    @Test(arguments: [
        (400 * gibibyte, SpaceLevel.ample), (2 * gibibyte, .ample), (2 * gibibyte - 1, .low),
        (gibibyte, .low), (gibibyte - 1, .short), (256 << 20, .short), (256 << 20 - 1, .scarce),
        (0, .scarce),
    ])
    func `a large disk goes by bytes`(_ free: Int, _ level: SpaceLevel) {
        #expect(
            SpaceLevel.of(DiskSpace(free: free, total: 500 * gibibyte), before: .ample) == level)
    }

    @Test(arguments: [
        (4 * gibibyte / 10, SpaceLevel.ample), (4 * gibibyte / 10 - 1, .low),
        (4 * gibibyte / 20 - 1, .short), (4 * gibibyte / 50 - 1, .scarce),
    ])
    func `a small disk goes by shares`(_ free: Int, _ level: SpaceLevel) {
        #expect(SpaceLevel.of(DiskSpace(free: free, total: 4 * gibibyte), before: .ample) == level)
    }

    @Test func `a level is left a tenth above where it began`() {
        let total = 500 * gibibyte
        func level(_ free: Int, _ before: SpaceLevel) -> SpaceLevel {
            SpaceLevel.of(DiskSpace(free: free, total: total), before: before)
        }
        #expect(level(gibibyte, .short) == .short)
        #expect(level(gibibyte * 11 / 10 + 1, .short) == .low)
        #expect(level(3 * gibibyte, .scarce) == .ample)
    }
}

struct SpaceWatchTests {
    @Test
    func `a reserve is taken while there is room, let go when there is none, and taken again`()
        throws
    {
        let folder = try TestFolder()
        let disk = MadeDisk(free: 200 << 20, total: 256 << 20)
        let watch = SpaceWatch(folder: folder.path) { disk.space }
        func reserve() -> Int? {
            FileManager.default.contents(atPath: folder.path + "/reserve")?.count
        }
        watch.look()
        #expect(watch.level == .ample)
        #expect(reserve() == 4 << 20)
        disk.room.withLock { $0 = 5 << 20 }
        #expect(watch.look() == (.ample, .scarce))
        #expect(reserve() == nil)
        // What the reserve gave back is not taken for room.
        disk.room.withLock { $0 = (5 << 20) + (4 << 20) }
        watch.look()
        #expect(watch.level == .scarce)
        disk.room.withLock { $0 = 100 << 20 }
        #expect(watch.look() == (.scarce, .ample))
        #expect(reserve() == 4 << 20)
    }

    @Test func `where the disk cannot be asked nothing changes`() throws {
        let folder = try TestFolder()
        let watch = SpaceWatch(folder: folder.path) { nil }
        #expect(watch.look() == (.ample, .ample))
        #expect(watch.space == nil)
    }
}

struct FullDiskTests {
    private let full = Flag()
    private let test: TestWorld
    private let signals: LatheSignals

    /// Whether the disk of the test is full.
    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    init() async throws {
        test = try TestWorld(isDiskFull: { [full] in full.isSet.withLock { $0 } })
        try await test.apply(Workshop.text())
        signals = try LatheSignals(test.world)
    }

    private func batch(_ stretch: TimeRange) -> SampleBatch { Workshop.batch(signals, stretch) }

    @Test func `R-30: programs are refused, what is polled leaves a marker, people are heard`()
        async throws
    {
        let intake = test.world.intake
        try await intake.store([batch(range(friday(6), friday(7)))], cursor: nil)
        full.isSet.withLock { $0 = true }
        await #expect(throws: StoreError.self) {
            try await intake.store([batch(range(friday(7), friday(7, 1)))], cursor: nil)
        }
        await intake.accept([batch(range(friday(7), friday(7, 1)))])
        await intake.accept([batch(range(friday(7, 1), friday(8)))])
        try await intake.commit()
        let series = try test.world.storedSeries(signals.current, range: test.soFar)
        #expect(series.count == 361)
        #expect(series.times.last == friday(7).nanoseconds)
        #expect(series.quality.last == .badSpace)
        #expect(series.quality.last?.reason == "space")
        #expect(test.world.drops.all == ["intake/disk": 360 * 3])
        // The live picture goes on.
        let shown = try test.world.episodes(Workshop.lathe, range: range(friday(7), friday(8)))
        #expect(shown.map(\.state) == [.running])
        // What people say is stored.
        let said = try await test.world.say(
            .problemSeen(machine: Workshop.lathe, at: friday(7)), actor: "Sam")
        #expect(said.sequence > 0)
    }

    @Test func `R-31: when room is back samples are stored, and the gap stays a gap`() async throws
    {
        let intake = test.world.intake
        try await intake.store([batch(range(friday(6), friday(7)))], cursor: nil)
        full.isSet.withLock { $0 = true }
        await intake.accept([batch(range(friday(7), friday(8)))])
        full.isSet.withLock { $0 = false }
        await intake.accept([batch(range(friday(8), friday(9)))])
        try await intake.commit()
        try await intake.probe(friday(9))
        try test.world.refreshStates()
        let states = try test.world.episodes(Workshop.lathe, range: range(friday(6), friday(9)))
        let gap = states.filter { $0.state == .unknown }.map(\.range)
        #expect(gap == [range(friday(7), friday(8))])
    }
}

struct RetentionChoiceTests {
    @Test func `only numbers that nothing is worked out from may be thinned`() async throws {
        let test = try await TestWorld.morning()
        let factory = test.world.factory
        #expect(factory.measurements.isEmpty)
        var lines = Array("oil,place=tank temperature=41.5 1794549600000000000\n".utf8)
        lines += Array("oil,place=tank pumps=3i 1794549600000000000\n".utf8)
        _ = try await test.world.take(lines: lines, precision: .nanoseconds)
        let found = test.world.factory
        let names = found.measurements.compactMap { found.signals[$0]?.name }
        #expect(names.count == 1)
        #expect(names.allSatisfy { $0.contains("temperature") })
    }

    @Test(arguments: [
        ("2026-11-26T10:00:00Z", 36, "2023-11-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", 3, "2025-10-01T00:00:00Z"),
        ("2026-03-31T23:59:59Z", 12, "2025-03-01T00:00:00Z"),
    ])
    func `the limit is the start of a month`(_ now: String, _ months: Int, _ limit: String) {
        #expect(Upkeep.monthStart(instant(now), back: months) == instant(limit))
    }

    @Test(arguments: [("36 months", 36 as Int?), ("3 months", 3), ("forever", nil)])
    func `a time to keep measurements is read`(_ text: String, _ months: Int?) throws {
        var settings = Settings()
        try settings.read(
            file: "millwright.toml", text: "[storage]\nkeep_measurements = \"\(text)\"\n")
        #expect(settings.keptMonths == months)
        let shown = settings.effective.first { $0.key == "storage.keep_measurements" }
        #expect(shown?.value == text && shown?.origin == .file)
    }

    @Test(arguments: ["2 months", "3", "a year", "-4 months", "1e3 months", "99999 months"])
    func `anything else is refused with what to write`(_ text: String) {
        var settings = Settings()
        do {
            try settings.read(
                file: "millwright.toml", text: "[storage]\nkeep_measurements = \"\(text)\"\n")
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.line == 2)
            #expect(
                error.remedy == "Write 3 months or more, such as \"36 months\", or \"forever\".")
        }
    }
}
