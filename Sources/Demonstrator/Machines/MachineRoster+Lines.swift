// The three machines whose programs send lines: moulder 3, mill 2, saw.

import Plant

extension MachineRoster {
    private static var state: SignalModel { SignalModel("state", "State", "", .stateText) }

    static func moulderModel() -> MachineModel {
        let squeeze = Levels(off: 0, idle: 4, setup: 30, run: 860, fault: 2)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.jam, weight: 3, seconds: 360),
            StopHabit(reason: SiteReasons.cleaning, weight: 2, seconds: 420),
            StopHabit(reason: SiteReasons.material, weight: 1, seconds: 480),
            StopHabit(reason: SiteReasons.quality, weight: 2, seconds: 300),
        ])
        habits.run = 2400
        habits.faultShare = 0.2
        habits.scrapShare = 0.02
        habits.setupShare = 0.25
        habits.runsThroughBreaks = true
        return MachineModel(
            slug: Slug("moulder-3"), name: "Moulder 3", area: Slug("moulding"), link: .lines,
            grid: 1,
            signals: [
                state, fault(nil), parts(nil), scrap(nil),
                SignalModel(
                    "oil-temperature", "Oil temperature", "Cel",
                    .warmth(WarmthShape(cold: 22, hot: 56, steps: 10))),
                SignalModel(
                    "injection-pressure", "Injection pressure", "bar",
                    level(squeeze, steps: 1, swing: 0.3, period: 12)),
                power(0.2, 12, nil),
            ],
            state: .spoken(Slug("state")), faultLight: Slug("fault"),
            counts: (Slug("parts"), Slug("scrap")), energy: (Slug("power"), false),
            products: [
                Product(name: "Caps, blue", seconds: 8), Product(name: "Caps, red", seconds: 8),
                Product(name: "Seal rings", seconds: 11),
            ],
            habits: habits,
            kilowatts: Levels(off: 0.1, idle: 4.1, setup: 5.5, run: 13.2, fault: 3.6),
            inertia: 1500, partsBefore: 2_931_004, scrapBefore: 51_220,
            wattHoursBefore: 140_200_000)
    }

    static func millTwoModel() -> MachineModel {
        let load = Levels(off: 0, idle: 1, setup: 9, run: 48, fault: 1)
        let shake = Levels(off: 0.04, idle: 0.3, setup: 1.0, run: 3.6, fault: 0.3)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.tooling, weight: 3, seconds: 420),
            StopHabit(reason: SiteReasons.noOperator, weight: 2, seconds: 540),
            StopHabit(reason: SiteReasons.quality, weight: 2, seconds: 420),
        ])
        habits.run = 1800
        habits.setupShare = 0.7
        habits.closedShare = 0.15
        return MachineModel(
            slug: Slug("mill-2"), name: "Mill 2", area: Slug("machine-shop"), link: .lines,
            grid: 1,
            signals: [
                state, fault(nil), parts(nil), scrap(nil),
                SignalModel(
                    "spindle-load", "Spindle load", "%",
                    level(load, steps: 10, swing: 0.2, period: 14)),
                SignalModel(
                    "vibration", "Vibration", "mm/s", level(shake, steps: 100, spread: 0.1)),
                power(0.12, 14, nil),
            ],
            state: .spoken(Slug("state")), faultLight: Slug("fault"),
            counts: (Slug("parts"), Slug("scrap")), energy: (Slug("power"), false),
            products: [
                Product(name: "Housing 81", seconds: 390), Product(name: "Flange 6", seconds: 200),
                Product(name: "Lever", seconds: 150),
            ],
            habits: habits,
            kilowatts: Levels(off: 0.05, idle: 1.3, setup: 2.1, run: 8.4, fault: 1.0),
            inertia: 2100, partsBefore: 52_118, scrapBefore: 640, wattHoursBefore: 82_004_000)
    }

    static func sawModel() -> MachineModel {
        let current = Levels(off: 0.03, idle: 0.8, setup: 0.9, run: 6.2, fault: 0.7)
        let shake = Levels(off: 0.03, idle: 0.2, setup: 0.2, run: 2.8, fault: 0.2)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.material, weight: 3, seconds: 360),
            StopHabit(reason: SiteReasons.noOperator, weight: 3, seconds: 480),
            StopHabit(reason: SiteReasons.jam, weight: 1, seconds: 240),
            StopHabit(reason: SiteReasons.tooling, weight: 1, seconds: 420),
        ])
        habits.shortShare = 0.96
        habits.slowShare = 0
        habits.setupShare = 0.15
        habits.scrapShare = 0
        habits.rhythm = Rhythm(
            run: 90...270, idle: 12...25, liveRun: 12...20, liveIdle: 8...12)
        return MachineModel(
            slug: Slug("saw"), name: "Saw", area: Slug("machine-shop"), link: .lines, grid: 1,
            signals: [
                state, SignalModel("parts", "Cuts", "", .parts),
                SignalModel("motor-current", "Motor current", "A", level(current, steps: 100)),
                SignalModel(
                    "blade-temperature", "Blade temperature", "Cel",
                    .warmth(WarmthShape(cold: 19, hot: 41, steps: 10))),
                SignalModel(
                    "vibration", "Vibration", "mm/s", level(shake, steps: 100, spread: 0.12)),
                power(0, 8, nil),
            ],
            state: .spoken(Slug("state")), faultLight: nil, runningDwell: .seconds(2),
            stoppedDwell: .seconds(5), counts: (Slug("parts"), nil),
            energy: (Slug("power"), false), products: [Product(name: "Bar stock", seconds: 30)],
            habits: habits,
            kilowatts: Levels(off: 0.03, idle: 0.4, setup: 0.4, run: 2.6, fault: 0.3),
            inertia: 600, partsBefore: 301_552, scrapBefore: 0, wattHoursBefore: 12_877_000)
    }
}
