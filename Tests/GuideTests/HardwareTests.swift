// The tables of parts, ways and machines: whole, sourced, and adding up.

import Foundation
import Guide
import Plant
import Testing

/// The root of the project.
let projectRoot = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

@Suite("Hardware")
struct HardwareTests {
    @Test("every model that a part names has a profile", arguments: HardwareParts.all)
    func profiles(part: HardwarePart) throws {
        let folder = projectRoot.appending(path: "Profiles")
        let names = try #require(FileManager.default.enumerator(atPath: folder.path))
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".toml") }
            .compactMap { $0.split(separator: "/").last?.dropLast(5) }.map(String.init)
        #expect(names.count > 80)
        for profile in part.profiles { #expect(names.contains(profile), "\(profile)") }
    }

    @Test("a price stands there only with a page and a day", arguments: HardwareParts.all)
    func sources(part: HardwarePart) {
        guard case .found(let range, let source) = part.price else { return }
        #expect(range.low > 0)
        #expect(source.address.hasPrefix("https://"))
        #expect(source.read == CivilDate(year: 2026, month: 11, day: 27))
        #expect(!source.dated.isEmpty && !source.title.isEmpty)
    }

    @Test("every way is whole", arguments: WiringWays.all)
    func ways(way: WiringWay) {
        #expect(way.steps.count >= 4 && !way.wrong.isEmpty && !way.checks.isEmpty)
        #expect(!way.tools.isEmpty && !way.parts.isEmpty)
        #expect(way.never.hasPrefix(WiringWays.never))
        #expect(way.ownHours.high > 0 && way.ownHours.low <= way.ownHours.high)
        // Hours of an electrician are there exactly where an electrician must do it.
        #expect((way.hiredHours.high > 0) == (way.who == .electrician))
        #expect(Set(way.parts).count == way.parts.count)
    }

    @Test("a way that opens a panel isolates the machine first", arguments: WiringWays.all)
    func isolation(way: WiringWay) {
        guard way.who == .electrician else { return }
        let isolating = way.steps.firstIndex { $0.hasPrefix("Isolate") }
        let touching = way.steps.firstIndex { $0.contains("clamp round") || $0.contains("A, B") }
        #expect(isolating != nil && touching != nil)
        #expect((isolating ?? 99) < (touching ?? 0))
    }

    @Test("every part is part of a way")
    func used() {
        let used = Set(WiringWays.all.flatMap(\.parts))
        #expect(used == Set(PartID.allCases))
    }

    @Test("ranges add up bound by bound, and never overflow")
    func sums() {
        let sum = PoundRange(low: 1, high: 3) + PoundRange(low: 10, high: 20)
        #expect(sum == PoundRange(low: 11, high: 23))
        #expect(PoundRange(low: 5, high: 2) == PoundRange(low: 2, high: 5))
        #expect(PoundRange(low: -5, high: -2) == .zero)
        let large = PoundRange(low: .max, high: .max) + PoundRange(low: 1, high: 1)
        #expect(large.high == .max)
        #expect(HourRange(minutes: 90, to: 30) == HourRange(minutes: 30, to: 90))
        #expect((HourRange(minutes: .max, to: .max) + HourRange(minutes: 1, to: 1)).low == .max)
    }

    @Test("hours cost what a calculator says")
    func labour() {
        // 1 h at £40 and 3 h at £70; 20 min at £40.00 is £13.333, which is 1,333 pence.
        let hour = PoundRange(low: 40_00, high: 70_00)
        let cost = HourRange(minutes: 60, to: 180).cost(at: hour)
        #expect(cost == PoundRange(low: 40_00, high: 210_00))
        #expect(HourRange(minutes: 20, to: 20).cost(at: hour)?.low == 1333)
        #expect(HourRange(minutes: .max, to: .max).cost(at: PoundRange(low: 0, high: .max)) == nil)
    }

    @Test("an energy meter costs its price and two to four hours of an electrician")
    func meter() {
        // £114 + 2 h × £40 = £194; £114 + 4 h × £70 = £394.
        let cost = WayCost(WayID.meter.way)
        #expect(cost.total == PoundRange(low: 194_00, high: 394_00))
        #expect(cost.asked == [.rs485, .pairCable])
        #expect(!cost.isWhole)
        #expect(cost.words == "£194 to £394, and 2 prices to ask for")
        let told = WayCost(WayID.meter.way, quotes: [.rs485: 20_00, .pairCable: 10_50, .meter: 0])
        #expect(told.total == PoundRange(low: 110_50, high: 310_50))
        #expect(told.isWhole)
    }

    @Test("the steps of a machine cost what they cost together", arguments: CostedMachines.all)
    func machines(machine: CostedMachine) {
        let one = WayCost(machine.first)
        let two = WayCost(machine.next)
        #expect(machine.bothCost.total.low == one.total.low + two.total.low)
        #expect(machine.bothCost.total.high == one.total.high + two.total.high)
        #expect(machine.bothCost.asked.count == one.asked.count + two.asked.count)
        #expect(machine.bothCost.ownHours.high == way(machine.first) + way(machine.next))
        #expect(machine.first.id != machine.nextID)
        let choice = HardwareChoice(machine.kind, has: machine.features, wanted: [])
        #expect(choice.fits(machine.nextID))
        #expect(choice.tells(machine.first.id).contains(.state))
    }

    private func way(_ way: WiringWay) -> Int64 { way.ownHours.high }

    @Test("ten machines, one of each kind, and the first steps that a fitter would take")
    func firstSteps() {
        #expect(Set(CostedMachines.all.map(\.kind)) == Set(MachineKind.allCases))
        #expect(CostedMachines.all.count == 10)
        let steps = CostedMachines.all.map(\.first.id)
        #expect(
            steps == [
                .clamp, .network, .inputs, .clamp, .stroke, .inputs, .clamp, .clamp, .inputs,
                .inputs,
            ])
    }

    @Test("the page in docs is written from the tables; UPDATE_GOLDEN=1 writes it anew")
    func document() throws {
        let file = projectRoot.appending(path: "docs/hardware.md")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try HardwareDocument.text.write(to: file, atomically: true, encoding: .utf8)
        }
        let stored = try String(contentsOf: file, encoding: .utf8)
        #expect(stored == HardwareDocument.text)
        for way in WiringWays.all { #expect(stored.contains("\n## \(way.name)\n")) }
        for part in HardwareParts.all { #expect(stored.contains("| \(part.name) |")) }
    }
}
