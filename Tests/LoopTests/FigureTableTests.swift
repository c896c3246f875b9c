// Split figures: the same sums whichever way they are split, from samples or from closed shifts.

import Journal
import Plant
import Testing
import Understand

@testable import Loop

struct FigureTableTests {
    let test: TestWorld
    private let day = range(friday(6), friday(14))

    init() async throws {
        test = try await TestWorld.morning()
        for (hour, product, ideal) in [(6, "Valve body", 60), (9, "Flange", 90)]
            as [(Int64, String, Int64)]
        {
            try await test.world.say(
                .jobStarted(
                    machine: Workshop.lathe, at: friday(hour), job: "J\(hour)", product: product,
                    idealPerPart: .seconds(ideal), isEstimate: false, plannedParts: nil),
                actor: "Sam")
        }
    }

    private func table(_ splits: FigureSplit...) throws -> FigureTable {
        try test.world.figureTable(range: day, by: splits, machine: nil)
    }

    private func whole(_ table: FigureTable) -> OEE? {
        guard let first = table.rows.first else { return nil }
        return table.rows.dropFirst().reduce(first.figures) { $0 + $1.figures }
    }

    @Test func `every split sums to the same time and parts`() throws {
        let site = try #require(try table(.site).rows.first).figures
        #expect(site.time.calendar == (test.clock.now - friday(6)))
        for splits in [
            [.machine], [.job], [.product], [.shift], [.day], [.machine, .job], [.shift, .product],
        ] as [[FigureSplit]] {
            let table = try test.world.figureTable(range: day, by: splits, machine: nil)
            let sum = try #require(whole(table))
            #expect(sum.time == site.time, "\(splits)")
            #expect(sum.parts == site.parts, "\(splits)")
            #expect(sum.ratio(.oee) == site.ratio(.oee), "\(splits)")
        }
        let products = try table(.product).rows.map(\.keys)
        #expect(products.contains(["Valve body"]) && products.contains(["Flange"]))
        #expect(try table(.job).rows.first { $0.keys == ["J9"] }?.names == ["J9"])
        #expect(throws: UnknownThing.self) {
            _ = try test.world.figureTable(range: day, by: [.machine], machine: Slug("nowhere"))
        }
    }

    @Test func `a closed shift says to the last digit what the samples say`() async throws {
        test.clock.now = friday(14, 20)
        let before = try table(.shift, .machine, .job)
        try await ShiftCloser(world: test.world).closeDueShifts()
        let rows = try test.world.journal.elements(in: friday13...friday13)
        #expect(!rows.isEmpty)
        let after = try table(.shift, .machine, .job)
        #expect(after.rows.map(\.keys) == before.rows.map(\.keys))
        for (left, right) in zip(after.rows, before.rows) {
            #expect(left.figures.time == right.figures.time, "\(left.keys)")
            #expect(left.figures.parts == right.figures.parts)
            #expect(left.figures.uncounted == right.figures.uncounted)
            for figure in TimeFigure.allCases {
                #expect(left.figures.ratio(figure) == right.figures.ratio(figure), "\(figure)")
            }
            #expect(left.figures.findings == right.figures.findings)
            #expect(left.revised == 0)
        }
    }

    private var friday13: CivilDate { test.world.zone.local(friday(6)).date }

    @Test func `scrap that is booked late marks the closed shift revised`() async throws {
        test.clock.now = friday(14, 20)
        try await ShiftCloser(world: test.world).closeDueShifts()
        // Nine days later.
        test.clock.now = friday(14, 20) + .hours(24 * 9)
        try await test.world.say(
            .countBooked(
                machine: Workshop.lathe, range: range(friday(7), friday(8)), good: -5, scrap: 5,
                rework: 0, cause: "bore"), actor: "Sam")
        try await ShiftCloser(world: test.world).closeDueShifts()
        let row = try #require(
            try table(.shift).rows.first { $0.keys == ["2026-11-13/early"] })
        #expect(row.revised == 1)
        #expect(row.figures.parts.scrap == 5)
    }

    @Test func `a person's correction changes what is shown, and nothing else does`() async throws {
        let before = try #require(try table(.site).rows.first).figures.time
        // The stop from 08:00 to 08:20 was none: the clamp had come off.
        try await test.world.say(
            .stateCorrected(
                machine: Workshop.lathe, range: range(friday(8), friday(8, 20)), state: .running),
            actor: "Sam")
        let after = try #require(try table(.site).rows.first).figures.time
        #expect(after.lost == before.lost - .minutes(20))
        #expect(after.productionTime == before.productionTime + .minutes(20))
        #expect(after.plannedBusy == before.plannedBusy)
        await #expect(throws: RefusedEvent.self) {
            try await test.world.say(
                .stateCorrected(
                    machine: Workshop.lathe, range: range(friday(9), friday(8)), state: .running),
                actor: "Sam")
        }
        // Nobody knows what a machine did for a month.
        await #expect(throws: RefusedEvent.self) {
            try await test.world.say(
                .stateCorrected(
                    machine: Workshop.lathe, range: range(friday(8) - .hours(24 * 30), friday(8)),
                    state: .running), actor: "Sam")
        }
        // Taken back, everything is as it was seen.
        try await test.world.say(
            .stateCorrected(
                machine: Workshop.lathe, range: range(friday(8), friday(8, 20)), state: .unknown),
            actor: "Sam")
        #expect(try #require(try table(.site).rows.first).figures.time == before)
    }

    @Test func `lines are named, checked and taken apart again`() async throws {
        await #expect(throws: RefusedEvent.self) {
            try await test.world.say(
                .lineSet(ProductionLine(id: Slug("l"), name: "L", machines: [Slug("nowhere")])),
                actor: "Sam")
        }
        try await test.world.say(
            .lineSet(ProductionLine(id: Slug("l"), name: "L", machines: [Workshop.lathe])),
            actor: "Sam")
        let line = try #require(try test.world.linePictures(range: day).first)
        let own = try #require(try table(.machine).rows.first { $0.keys == [Workshop.lathe.text] })
        #expect(line.figures?.bottleneck == Workshop.lathe)
        let oee = try #require(line.figures?.oee.value.amount)
        #expect(oee > 0)
        #expect(line.figures?.output == own.figures.parts.good)
        try await test.world.say(
            .lineSet(ProductionLine(id: Slug("l"), name: "L", machines: [])), actor: "Sam")
        #expect(try test.world.linePictures(range: day).isEmpty)
    }
}
