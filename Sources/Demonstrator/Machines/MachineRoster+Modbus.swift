// The five machines that are read over Modbus TCP: press brake, lathes, mill 1, compressor.

import Plant
import Wire

extension MachineRoster {
    static func pressBrakeModel() -> MachineModel {
        let current = Levels(off: 0.05, idle: 1.6, setup: 2.1, run: 8.6, fault: 1.4)
        let ram = Levels(off: 0, idle: 12, setup: 40, run: 168, fault: 6)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.tooling, weight: 3, seconds: 480),
            StopHabit(reason: SiteReasons.quality, weight: 2, seconds: 300),
            StopHabit(reason: SiteReasons.noOperator, weight: 2, seconds: 540),
            StopHabit(reason: SiteReasons.cleaning, weight: 1, seconds: 360),
        ])
        habits.run = 1700
        habits.scrapShare = 0.012
        return MachineModel(
            slug: Slug("press-brake"), name: "Press brake", area: Slug("press-shop"),
            link: .modbus(unit: 1), grid: 10,
            signals: [
                SignalModel(
                    "motor-current", "Motor current", "A", level(current, steps: 100),
                    RegisterPlace(.input, 0, .uint16, scale: 0.01)),
                power(0, 8, RegisterPlace(.input, 2, .float32)),
                SignalModel(
                    "energy", "Energy meter", "kW.h", .register,
                    RegisterPlace(.input, 4, .uint32, .cdab, scale: 0.01)),
                parts(RegisterPlace(.input, 8, .uint32)),
                scrap(RegisterPlace(.input, 10, .uint32)),
                SignalModel(
                    "oil-temperature", "Oil temperature", "Cel",
                    .warmth(WarmthShape(cold: 19, hot: 46, steps: 10)),
                    RegisterPlace(.input, 12, .int16, scale: 0.1)),
                SignalModel(
                    "ram-pressure", "Ram pressure", "bar",
                    level(ram, steps: 10, swing: 0.22, period: 20),
                    RegisterPlace(.input, 13, .uint16, scale: 0.1)),
                fault(.discrete(0)),
            ],
            state: .level(
                Slug("motor-current"), running: Threshold(rise: 5, fall: 4),
                idle: Threshold(rise: 0.7, fall: 0.4)),
            faultLight: Slug("fault"), counts: (Slug("parts"), Slug("scrap")),
            energy: (Slug("energy"), true),
            products: [
                Product(name: "Brackets", seconds: 92), Product(name: "Guards", seconds: 140),
                Product(name: "Side plates", seconds: 75),
            ],
            habits: habits,
            kilowatts: Levels(off: 0.03, idle: 0.9, setup: 1.2, run: 5.4, fault: 0.8),
            inertia: 2400, partsBefore: 148_213, scrapBefore: 1_904, wattHoursBefore: 38_412_000)
    }

    static func latheOneModel() -> MachineModel {
        let load = Levels(off: 0, idle: 2, setup: 11, run: 57, fault: 1)
        let speed = Levels(off: 0, idle: 0, setup: 240, run: 1850, fault: 0)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.tooling, weight: 4, seconds: 420),
            StopHabit(reason: SiteReasons.quality, weight: 3, seconds: 330),
            StopHabit(reason: SiteReasons.noOperator, weight: 1, seconds: 480),
            StopHabit(reason: SiteReasons.jam, weight: 2, seconds: 270),
        ])
        habits.run = 2000
        habits.closedShare = 0.2
        return MachineModel(
            slug: Slug("lathe-1"), name: "Lathe 1", area: Slug("machine-shop"),
            link: .modbus(unit: 2), grid: 10,
            signals: [
                SignalModel(
                    "status", "Status word", "", .stateNumber,
                    RegisterPlace(.holding, 0, .uint16)),
                SignalModel(
                    "spindle-load", "Spindle load", "%",
                    level(load, steps: 10, swing: 0.18, period: 16),
                    RegisterPlace(.holding, 1, .uint16, scale: 0.1)),
                SignalModel(
                    "spindle-speed", "Spindle speed", "{rpm}",
                    level(speed, steps: 1, spread: 0.004, drift: 0.003),
                    RegisterPlace(.holding, 2, .uint16)),
                SignalModel(
                    "coolant-temperature", "Coolant temperature", "Cel",
                    .warmth(WarmthShape(cold: 18, hot: 31, steps: 10)),
                    RegisterPlace(.holding, 3, .int16, scale: 0.1)),
                SignalModel(
                    "bore-diameter", "Bore diameter", "mm",
                    .bore(BoreShape(usual: 25.008, drift: 0.009, spread: 0.0028, steps: 1000)),
                    RegisterPlace(.holding, 4, .uint32, scale: 0.001)),
                parts(RegisterPlace(.holding, 6, .uint32, .cdab)),
                scrap(RegisterPlace(.holding, 8, .uint32, .cdab)),
                SignalModel(
                    "energy", "Energy meter", "kW.h", .register,
                    RegisterPlace(.holding, 10, .uint32, scale: 0.01)),
            ],
            state: .spoken(Slug("status")), faultLight: nil,
            counts: (Slug("parts"), Slug("scrap")), energy: (Slug("energy"), true),
            products: [
                Product(name: "Valve body A2", seconds: 240),
                Product(name: "Valve body A3", seconds: 285),
                Product(name: "Gland nut", seconds: 110),
            ],
            habits: habits,
            kilowatts: Levels(off: 0.05, idle: 1.1, setup: 1.9, run: 7.2, fault: 0.9),
            inertia: 1800, partsBefore: 61_480, scrapBefore: 812, wattHoursBefore: 71_055_000)
    }

    static func latheTwoModel() -> MachineModel {
        let current = Levels(off: 0.04, idle: 2.2, setup: 3.4, run: 12.4, fault: 1.8)
        let shake = Levels(off: 0.05, idle: 0.3, setup: 0.9, run: 3.1, fault: 0.2)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.tooling, weight: 3, seconds: 450),
            StopHabit(reason: SiteReasons.material, weight: 2, seconds: 420),
            StopHabit(reason: SiteReasons.quality, weight: 2, seconds: 360),
            StopHabit(reason: SiteReasons.jam, weight: 2, seconds: 300),
        ])
        habits.run = 1500
        habits.closedShare = 0.25
        return MachineModel(
            slug: Slug("lathe-2"), name: "Lathe 2", area: Slug("machine-shop"),
            link: .modbus(unit: 3), grid: 10,
            signals: [
                SignalModel(
                    "motor-current", "Motor current", "A",
                    level(current, steps: 100, swing: 0.1, period: 12),
                    RegisterPlace(.input, 100, .int16, scale: 0.01)),
                power(0.1, 12, RegisterPlace(.input, 102, .float32, .cdab)),
                SignalModel(
                    "vibration", "Vibration", "mm/s", level(shake, steps: 100, spread: 0.1),
                    RegisterPlace(.input, 104, .uint16, scale: 0.01)),
                SignalModel(
                    "coolant-temperature", "Coolant temperature", "Cel",
                    .warmth(WarmthShape(cold: 18, hot: 33, steps: 10)),
                    RegisterPlace(.input, 105, .int16, scale: 0.1)),
                parts(RegisterPlace(.input, 106, .uint32)),
                scrap(RegisterPlace(.input, 108, .uint32)),
                fault(.discrete(4)),
            ],
            state: .level(
                Slug("motor-current"), running: Threshold(rise: 8, fall: 6),
                idle: Threshold(rise: 0.9, fall: 0.5)),
            faultLight: Slug("fault"), counts: (Slug("parts"), Slug("scrap")),
            energy: (Slug("power"), false),
            products: [
                Product(name: "Valve stem B", seconds: 180),
                Product(name: "Valve stem C", seconds: 205), Product(name: "Spindle", seconds: 320),
            ],
            habits: habits,
            kilowatts: Levels(off: 0.04, idle: 1.2, setup: 2.0, run: 6.8, fault: 1.0),
            inertia: 1800, partsBefore: 88_902, scrapBefore: 1_377, wattHoursBefore: 64_190_000)
    }

    static func millOneModel() -> MachineModel {
        let current = Levels(off: 0.06, idle: 2.6, setup: 3.9, run: 14.8, fault: 2.1)
        let shake = Levels(off: 0.04, idle: 0.4, setup: 1.1, run: 4.2, fault: 0.3)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.tooling, weight: 4, seconds: 540),
            StopHabit(reason: SiteReasons.noOperator, weight: 2, seconds: 600),
            StopHabit(reason: SiteReasons.quality, weight: 2, seconds: 360),
            StopHabit(reason: SiteReasons.noOrder, weight: 1, seconds: 900),
        ])
        habits.run = 2100
        habits.slowShare = 0.12
        habits.closedShare = 0.2
        return MachineModel(
            slug: Slug("mill-1"), name: "Mill 1", area: Slug("machine-shop"),
            link: .modbus(unit: 4), grid: 10,
            signals: [
                SignalModel(
                    "spindle-current", "Spindle current", "A",
                    level(current, steps: 100, swing: 0.14, period: 20),
                    RegisterPlace(.holding, 200, .uint16, .badc, scale: 0.01)),
                SignalModel(
                    "vibration", "Vibration", "mm/s", level(shake, steps: 100, spread: 0.1),
                    RegisterPlace(.holding, 201, .float32, .badc)),
                SignalModel(
                    "coolant-temperature", "Coolant temperature", "Cel",
                    .warmth(WarmthShape(cold: 18, hot: 29, steps: 10)),
                    RegisterPlace(.holding, 203, .int16, .badc, scale: 0.1)),
                parts(RegisterPlace(.holding, 204, .uint32, .dcba)),
                scrap(RegisterPlace(.holding, 206, .uint32, .dcba)),
                SignalModel(
                    "energy", "Energy meter", "kW.h", .register,
                    RegisterPlace(.holding, 208, .float64)),
                fault(.discrete(1)),
            ],
            state: .level(
                Slug("spindle-current"), running: Threshold(rise: 9, fall: 7),
                idle: Threshold(rise: 1.2, fall: 0.7)),
            faultLight: Slug("fault"), counts: (Slug("parts"), Slug("scrap")),
            energy: (Slug("energy"), true),
            products: [
                Product(name: "Housing 77", seconds: 420), Product(name: "Cover 12", seconds: 260),
                Product(name: "Manifold", seconds: 610),
            ],
            habits: habits,
            kilowatts: Levels(off: 0.06, idle: 1.4, setup: 2.3, run: 9.1, fault: 1.1),
            inertia: 2100, partsBefore: 40_377, scrapBefore: 702, wattHoursBefore: 90_870_000)
    }

    static func compressorModel() -> MachineModel {
        let current = Levels(off: 0.05, idle: 1.9, setup: 1.9, run: 17, fault: 1.7)
        let flow = Levels(off: 0, idle: 0, setup: 0, run: 1.9, fault: 0)
        let shake = Levels(off: 0.05, idle: 0.2, setup: 0.2, run: 2.4, fault: 0.2)
        var habits = Habits(stops: [
            StopHabit(reason: SiteReasons.cleaning, weight: 1, seconds: 300),
            StopHabit(reason: SiteReasons.breakdown, weight: 1, seconds: 600),
        ])
        habits.run = 20_000
        habits.shortShare = 0.3
        habits.slowShare = 0
        habits.setupShare = 0
        habits.runsThroughBreaks = true
        return MachineModel(
            slug: Slug("compressor"), name: "Compressor", area: Slug("services"),
            link: .modbus(unit: 5), grid: 10,
            signals: [
                SignalModel(
                    "motor-current", "Motor current", "A",
                    level(current, steps: 100, swing: 0.29, period: 96),
                    RegisterPlace(.input, 0, .int32, scale: 0.01)),
                power(0.35, 96, RegisterPlace(.input, 2, .float32, .dcba)),
                SignalModel(
                    "pressure", "Air pressure", "bar",
                    .tank(TankShape(low: 6.8, high: 7.4, period: 96, steps: 100)),
                    RegisterPlace(.input, 4, .uint16, scale: 0.01)),
                SignalModel(
                    "air-temperature", "Air temperature", "Cel",
                    .warmth(WarmthShape(cold: 20, hot: 78, steps: 10)),
                    RegisterPlace(.input, 5, .int16, scale: 0.1)),
                SignalModel(
                    "energy", "Energy meter", "kW.h", .register,
                    RegisterPlace(.input, 6, .uint64, scale: 0.01)),
                SignalModel(
                    "air-flow", "Air flow", "m3/min", level(flow, steps: 100, drift: 0.12),
                    RegisterPlace(.input, 10, .bcd16, scale: 0.01)),
                SignalModel(
                    "vibration", "Vibration", "mm/s", level(shake, steps: 100, spread: 0.08),
                    RegisterPlace(.input, 11, .uint16, scale: 0.01)),
                fault(.discrete(0)),
            ],
            state: .level(
                Slug("motor-current"), running: Threshold(rise: 8, fall: 5),
                idle: Threshold(rise: 1, fall: 0.5)),
            faultLight: Slug("fault"), counts: nil, energy: (Slug("energy"), true),
            products: [Product(name: "Air", seconds: 0)], habits: habits,
            kilowatts: Levels(off: 0.05, idle: 0.6, setup: 0.6, run: 7.6, fault: 0.5),
            inertia: 1200, partsBefore: 0, scrapBefore: 0, wattHoursBefore: 210_344_000)
    }
}
