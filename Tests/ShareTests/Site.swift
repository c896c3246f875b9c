// A small site for the tests: one lathe with four signals, one bench with none.

import Plant

@testable import Share

/// Things that the tests share.
enum Site {
    static let lathe: Slug = Slug("lathe-3")
    static let bench: Slug = Slug("bench")
    static let power = SignalID(1)
    static let heat = SignalID(2)
    static let door = SignalID(3)
    static let program = SignalID(4)

    static let site = GivenSite(
        identity: "box-1", name: "Hollins Valves",
        machines: [
            GivenMachine(id: bench, name: "Bench", area: nil, signals: []),
            GivenMachine(
                id: lathe, name: "Lathe 3", area: Slug("machine-shop"),
                signals: [
                    GivenSignal(
                        id: power, slug: Slug("power"), name: "Power", kind: .number, unit: "kW"),
                    GivenSignal(
                        id: heat, slug: Slug("heat"), name: "Heat", kind: .number,
                        unit: "[degF]"),
                    GivenSignal(
                        id: door, slug: Slug("door"), name: "Door", kind: .flag, unit: ""),
                    GivenSignal(
                        id: program, slug: Slug("program"), name: "Program", kind: .text,
                        unit: ""),
                ]),
        ])

    /// 2026-11-13 11:25:08 UTC.
    static let start = Timestamp(seconds: 1_794_569_108)

    /// The day of `start` and days after it.
    static func day(_ more: Int = 0) -> CivilDate {
        CivilDate(dayNumber: 20_770 + more)
    }

    static func standing(
        _ state: MachineState = .running, made: Int64 = 40, scrap: Int64 = 2,
        need: GivenNeed? = nil, reason: String = "", more days: Int = 0
    ) -> GivenStanding {
        GivenStanding(
            state: state, since: start, reason: reason, job: "A-17",
            parts: GivenParts(made: made, good: made - scrap, scrap: scrap, day: day(days)),
            need: need)
    }

    static func picture(
        _ standing: GivenStanding = standing(), power: Double = 10.5, second: Int64 = 0,
        quality: Quality = .good
    ) -> GivenPicture {
        let time = Timestamp(nanoseconds: start.nanoseconds) + .seconds(second)
        return GivenPicture(
            time: time, standings: [lathe: standing],
            values: [
                Site.power: LastValue(time: time, value: .number(power), quality: quality),
                heat: LastValue(time: start, value: .number(212), quality: .good),
                door: LastValue(time: start, value: .flag(true), quality: .good),
                program: LastValue(
                    time: start, value: .text("O \"1\" <&>"), quality: .good),
            ])
    }
}
