// The machines: ten kinds, each with power, current and something that goes wrong.

extension TraceModel {
    /// All models in a fixed order.
    static let all: [TraceModel] =
        lathes + mills + presses + moulders + ovens + compressors + saws + welders + lasers
        + wrappers + ambiguous

    private static func part(_ seconds: Double, _ level: Double) -> CyclePart {
        CyclePart(seconds: seconds, level: level)
    }

    private static let lathes = [
        TraceModel(
            name: "lathe, power", off: 0.05, idle: 1.1,
            cycle: [part(12, 2.2), part(60, 5.5), part(40, 4.2), part(8, 2.4)]),
        TraceModel(
            name: "lathe, current, noisy", off: 0.1, idle: 3.2,
            cycle: [part(10, 7.5), part(55, 12.5), part(35, 10)], noise: 0.12, floor: 0.2,
            digit: 0.1),
        TraceModel(
            name: "lathe, power, drifts by a tenth, warms up", off: 0.05, idle: 1.0,
            cycle: [part(12, 2.3), part(60, 5.5), part(40, 4.2)], drift: 0.1, warmUp: 0.4),
        TraceModel(
            name: "lathe, current, never switched off, clamp on another phase", off: 0, idle: 3.0,
            cycle: [part(60, 11), part(45, 9)], noise: 0.05, swap: 0.85, hasOff: false,
            digit: 0.1),
    ]

    private static let mills = [
        TraceModel(
            name: "mill, power", off: 0.08, idle: 1.6,
            cycle: [part(90, 6.5), part(15, 3.2), part(70, 8)]),
        TraceModel(
            name: "mill, current, noisy", off: 0.1, idle: 4,
            cycle: [part(80, 14), part(12, 8.5), part(60, 16)], noise: 0.1, floor: 0.3,
            digit: 0.1),
        TraceModel(
            name: "mill, vibration", off: 0.05, idle: 0.35,
            cycle: [part(90, 3.1), part(15, 1.5), part(60, 4.2)], noise: 0.2, floor: 0.03),
        TraceModel(
            name: "mill, power, never idle", off: 0.1, idle: 0,
            cycle: [part(90, 7), part(60, 5.5)],
            drift: -0.08, hasIdle: false),
    ]

    private static let presses = [
        TraceModel(
            name: "press, power, strokes of four seconds", off: 0.05, idle: 2.0,
            cycle: [part(2, 9), part(2, 3.5)], jitter: 0.1),
        TraceModel(
            name: "press, current, dips to idle between strokes", off: 0.1, idle: 5,
            cycle: [part(3, 18), part(5, 5)], jitter: 0.1, noise: 0.05, floor: 0.1, digit: 0.1),
        TraceModel(
            name: "press, one pulse a stroke", off: 0, idle: 0, cycle: [part(1, 1), part(7, 0)],
            jitter: 0.1, noise: 0, floor: 0, hasIdle: false, digit: 1),
        TraceModel(
            name: "press, vibration", off: 0.02, idle: 0.3, cycle: [part(1, 6), part(3, 1.2)],
            jitter: 0.1, noise: 0.2, floor: 0.02),
    ]

    private static let moulders = [
        TraceModel(
            name: "moulder, power, cools at the level of idle", off: 0.3, idle: 8,
            cycle: [part(6, 24), part(10, 14), part(16, 8.2)], noise: 0.06),
        TraceModel(
            name: "moulder, current, noisy", off: 0.5, idle: 14,
            cycle: [part(6, 40), part(10, 27), part(10, 17)], noise: 0.09, floor: 0.3, digit: 0.1),
        TraceModel(
            name: "moulder, power, warms up, drifts", off: 0.3, idle: 8,
            cycle: [part(6, 25), part(10, 16), part(8, 12)], noise: 0.06, drift: 0.08,
            warmUp: 0.25),
        TraceModel(
            name: "moulder, power, never switched off", off: 0, idle: 6,
            cycle: [part(8, 22), part(14, 13), part(6, 9.5)], noise: 0.05, hasOff: false),
    ]

    private static let ovens = [
        TraceModel(name: "oven, power", off: 0.1, idle: 1.5, cycle: [part(600, 18)]),
        TraceModel(
            name: "oven, power, heats on and off", off: 0.1, idle: 1.5,
            cycle: [part(20, 18), part(15, 1.6)], jitter: 0.15),
        TraceModel(
            name: "oven, current, noisy", off: 0.1, idle: 2.4, cycle: [part(300, 26)], noise: 0.1,
            floor: 0.3, digit: 0.1),
        TraceModel(
            name: "oven, power, never idle, drifts", off: 0.1, idle: 0, cycle: [part(300, 17)],
            drift: -0.12, hasIdle: false),
    ]

    private static let compressors = [
        TraceModel(
            name: "compressor, power, runs unloaded", off: 0.05, idle: 6.5, cycle: [part(60, 22)],
            noise: 0.05),
        TraceModel(
            name: "compressor, current, noisy", off: 0.1, idle: 14, cycle: [part(60, 38)],
            noise: 0.1, floor: 0.5, digit: 0.1),
        TraceModel(
            name: "compressor, power, only on and off", off: 0.05, idle: 0, cycle: [part(60, 15)],
            hasIdle: false),
        TraceModel(
            name: "compressor, current, clamp on another phase", off: 0.1, idle: 12,
            cycle: [part(60, 36)], noise: 0.05, swap: 1.12, digit: 0.1),
    ]

    private static let saws = [
        TraceModel(
            name: "saw, power", off: 0.03, idle: 0.6, cycle: [part(45, 3), part(12, 1.5)],
            jitter: 0.2),
        TraceModel(
            name: "saw, current, noisy", off: 0.05, idle: 1.8,
            cycle: [part(40, 6.5), part(10, 4.2)],
            jitter: 0.2, noise: 0.12, floor: 0.15, digit: 0.1),
        TraceModel(
            name: "saw, vibration", off: 0.02, idle: 0.25, cycle: [part(40, 2.6), part(10, 0.9)],
            jitter: 0.2, noise: 0.2, floor: 0.02),
        TraceModel(
            name: "saw, power, never idle", off: 0.03, idle: 0,
            cycle: [part(40, 3.1), part(8, 1.6)],
            jitter: 0.2, hasIdle: false),
    ]

    private static let welders = [
        TraceModel(
            name: "welder, power, arcs with pauses", off: 0.02, idle: 0.4,
            cycle: [part(14, 7), part(18, 0.4)], jitter: 0.35, noise: 0.08),
        TraceModel(
            name: "welder, current, noisy", off: 0.05, idle: 1.2,
            cycle: [part(18, 19), part(14, 1.2)], jitter: 0.3, noise: 0.12, floor: 0.15, digit: 0.1),
        TraceModel(
            name: "welder, robot, power", off: 0.1, idle: 0.9, cycle: [part(35, 9), part(9, 1.0)],
            jitter: 0.05),
        TraceModel(
            name: "welder, power, never switched off, drifts", off: 0, idle: 0.5,
            cycle: [part(20, 8), part(12, 0.5)], jitter: 0.3, noise: 0.06, drift: 0.1,
            hasOff: false),
    ]

    private static let lasers = [
        TraceModel(
            name: "laser, power", off: 0.2, idle: 5, cycle: [part(70, 16), part(12, 8)]),
        TraceModel(
            name: "laser, current, noisy", off: 0.3, idle: 9, cycle: [part(70, 27), part(12, 15)],
            noise: 0.1, floor: 0.3, digit: 0.1),
        TraceModel(
            name: "laser, power, warms up, drifts", off: 0.2, idle: 5,
            cycle: [part(70, 17), part(12, 9.5)], noise: 0.04, drift: 0.08, warmUp: 0.3),
        TraceModel(
            name: "laser, current, clamp on another phase", off: 0.3, idle: 9,
            cycle: [part(60, 28), part(10, 17)], noise: 0.05, swap: 0.88, digit: 0.1),
    ]

    private static let wrappers = [
        TraceModel(
            name: "wrapper, power", off: 0.02, idle: 0.15, cycle: [part(28, 0.9), part(12, 0.4)]),
        TraceModel(
            name: "wrapper, current, pauses at the level of idle", off: 0.02, idle: 0.5,
            cycle: [part(30, 2.6), part(12, 0.5)], jitter: 0.15, noise: 0.08, floor: 0.03),
        TraceModel(
            name: "wrapper, one pulse a pallet", off: 0, idle: 0, cycle: [part(2, 1), part(36, 0)],
            jitter: 0.1, noise: 0, floor: 0, hasIdle: false, digit: 1),
        TraceModel(
            name: "wrapper, power, never idle", off: 0.02, idle: 0,
            cycle: [part(28, 0.9), part(10, 0.35)], hasIdle: false),
    ]

    private static let ambiguous = [
        TraceModel(
            name: "fan, current, idle and work overlap", off: 6, idle: 6, cycle: [part(60, 7.1)],
            noise: 0.12, hasOff: false, isAmbiguous: true),
        TraceModel(
            name: "pump, current, idle and work overlap", off: 4.1, idle: 4.1,
            cycle: [part(30, 4.9), part(30, 4.5)], noise: 0.1, hasOff: false, isAmbiguous: true),
        TraceModel(
            name: "grinder, vibration of the next machine", off: 1.0, idle: 1.0,
            cycle: [part(60, 1.25)], noise: 0.3, floor: 0.05, isAmbiguous: true),
        TraceModel(
            name: "conveyor, no difference at all", off: 2, idle: 2, cycle: [part(60, 2)],
            noise: 0.1, isAmbiguous: true),
    ]
}
