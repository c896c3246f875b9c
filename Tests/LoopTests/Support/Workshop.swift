// A small site on a Friday morning, with samples whose figures can be worked out by hand.

import Plant
import Testing

@testable import Loop

/// The ids of a workshop with one or two lathes.
enum Workshop {
    static let lathe: Slug = Slug("lathe-1")
    static let second: Slug = Slug("lathe-2")

    /// The site with its shift and reasons, without a machine.
    private static let site = """
        [site]
        name = "Test Works"
        zone = "Europe/London"
        currency = "GBP"
        hour_is_worth = { amount = "38.00", currency = "GBP" }
        kwh_costs = { amount = "0.25", currency = "GBP" }

        [[shift]]
        name = "Early"
        days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
        from = 06:00:00
        to = 14:00:00
        breaks = [{ from = 10:00:00, to = 10:15:00 }]

        [[reason]]
        id = "tooling"
        name = "Tooling"
        loss = "breakdown"

        [[reason]]
        id = "material"
        name = "No material"
        loss = "waiting"

        """

    /// The site as text; `rule` replaces the lines of the state rule.
    static func text(
        machines: [String] = ["lathe-1"], connection: String = "line-protocol",
        rule: String = "running = { above = 4.0, below = 3.0 }"
    ) -> String {
        var text = site
        for (index, machine) in machines.enumerated() {
            text += """

                [[machine]]
                id = "\(machine)"
                name = "Lathe \(index + 1)"

                  [[machine.signal]]
                  id = "current"
                  connection = "\(connection)"
                  read = "machine,machine=\(machine) current"
                  kind = "number"
                  unit = "A"

                  [[machine.signal]]
                  id = "parts"
                  connection = "\(connection)"
                  read = "machine,machine=\(machine) parts"
                  kind = "integer"

                  [[machine.signal]]
                  id = "power"
                  connection = "\(connection)"
                  read = "machine,machine=\(machine) power"
                  kind = "number"
                  unit = "kW"

                  [machine.state]
                  signal = "current"
                  \(rule)

                  [machine.counts]
                  total = "parts"

                  [machine.energy]
                  power = "power"

                """
        }
        return text
    }

    /// When the lathe runs: all morning but for twenty minutes, the break, and what is after now.
    static let runs = [
        range(friday(6), friday(8)), range(friday(8, 20), friday(10)),
        range(friday(10, 15), friday(11, 30)),
    ]

    /// Samples of a lathe, one each ten seconds: 5 A and 3 kW while it runs, else 1 A and 1 kW; a
    /// part for each whole minute of running.
    static func batch(
        _ signals: LatheSignals, _ stretch: TimeRange, runs: [TimeRange] = Workshop.runs,
        without gaps: [TimeRange] = []
    ) -> SampleBatch {
        var times: [Int64] = []
        var current: [Double] = []
        var parts: [Int64] = []
        var power: [Double] = []
        var time = stretch.start
        while time < stretch.end {
            defer { time = time + .seconds(10) }
            guard !gaps.contains(where: { $0.contains(time) }) else { continue }
            let isRunning = runs.contains { $0.contains(time) }
            let run = runs.reduce(Int64(0)) { sum, own in
                guard own.start < time else { return sum }
                return sum + (min(own.end, time) - own.start).nanoseconds
            }
            times.append(time.nanoseconds)
            current.append(isRunning ? 5 : 1)
            power.append(isRunning ? 3 : 1)
            parts.append(run / 60_000_000_000)
        }
        return SampleBatch(
            times: times,
            columns: [
                SignalColumn(signal: signals.current, values: .numbers(current)),
                SignalColumn(signal: signals.parts, values: .integers(parts)),
                SignalColumn(signal: signals.power, values: .numbers(power)),
            ])
    }
}

/// The numbers of a lathe's signals.
struct LatheSignals {
    let current: SignalID
    let parts: SignalID
    let power: SignalID

    init(_ world: World, _ machine: Slug = Workshop.lathe) throws {
        func number(_ slug: Slug) throws -> SignalID {
            try #require(world.factory.signal(machine, slug)).id
        }
        current = try number(Slug("current"))
        parts = try number(Slug("parts"))
        power = try number(Slug("power"))
    }
}

/// A world in a folder of its own, that can be closed and opened again.
final class TestWorld {
    let folder: TestFolder
    let clock: TurnedClock
    let feed = LiveFeed()
    private let numbers: SharedNumbers
    private let isDiskFull: @Sendable () -> Bool
    private(set) var world: World

    init(
        at now: Timestamp = friday(11, 25, 8), seed: UInt64 = 1,
        isDiskFull: @escaping @Sendable () -> Bool = { false }
    ) throws {
        self.isDiskFull = isDiskFull
        folder = try TestFolder()
        clock = TurnedClock(now)
        numbers = SharedNumbers(seed: seed)
        world = try TestWorld.open(folder, clock, numbers, feed, isDiskFull)
    }

    private static func open(
        _ folder: TestFolder, _ clock: TurnedClock, _ numbers: SharedNumbers, _ feed: LiveFeed,
        _ isDiskFull: @escaping @Sendable () -> Bool
    ) throws -> World {
        let world = try World.open(
            .real, folder: folder.path,
            surroundings: World.Surroundings(
                clock: { clock.now }, random: { numbers.next() }, zoneRules: zoneNamed,
                isDiskFull: isDiskFull),
            feed: feed)
        try world.refreshStates()
        return world
    }

    /// Closes the world and opens it again, as a restart of the box does.
    func reopen() async throws {
        try await world.close()
        world = try TestWorld.open(folder, clock, numbers, feed, isDiskFull)
    }

    /// Makes the site what a text says.
    @discardableResult
    func apply(_ text: String) async throws -> [String] {
        try await world.apply(factoryText: text, file: "factory.toml", apply: true, actor: "Sam")
    }

    /// A world with a lathe and its morning up to now.
    static func morning(
        machines: [String] = ["lathe-1"], without gaps: [TimeRange] = [], seed: UInt64 = 1
    ) async throws -> TestWorld {
        let test = try TestWorld(seed: seed)
        try await test.apply(Workshop.text(machines: machines))
        for machine in machines {
            let signals = try LatheSignals(test.world, #require(Slug(machine)))
            try await test.world.intake.store(
                [
                    Workshop.batch(
                        signals, range(friday(6), test.clock.now), without: gaps)
                ], cursor: nil)
        }
        return test
    }

    /// The morning from the start of the shift up to now.
    var soFar: TimeRange { range(friday(6), clock.now) }

    /// A figure of the morning, or of another range.
    func figure(
        _ figure: Figure, _ machine: Slug? = Workshop.lathe, over asked: TimeRange? = nil
    ) throws -> Indicator {
        try world.figure(FigureKey(figure: figure, machine: machine, range: asked ?? soFar))
            .indicator
    }

    /// Every figure over some ranges, for one machine, for the other kind of key, and for all.
    func everyFigure(_ ranges: [TimeRange]) throws -> [FigureKey: Indicator] {
        var all: [FigureKey: Indicator] = [:]
        for figure in Figure.allCases {
            for asked in ranges {
                for machine in [nil, Workshop.lathe] {
                    let reason: Slug? = figure == .reasonTime ? Slug("tooling") : nil
                    let key = FigureKey(
                        figure: figure, machine: machine, reason: reason, range: asked)
                    all[key] = try world.figure(key).indicator
                }
            }
        }
        return all
    }
}

/// The whole as its parts make it; nil where the parts only describe.
func recomputed(_ working: Working) -> Double? {
    let values = working.parts.map(\.value)
    switch working.rule {
    case .sum: return values.reduce(0, +)
    case .product: return values.reduce(1, *)
    case .difference: return values.dropFirst().reduce(values.first ?? 0, -)
    case .ratio: return values.count == 2 && values[1] != 0 ? values[0] / values[1] : nil
    case .reading: return nil
    }
}

/// Whether two figures are the same but for the last digits of a sum.
func isNear(_ left: Double, _ right: Double, within share: Double = 1e-9) -> Bool {
    abs(left - right) <= share * max(1, abs(left), abs(right))
}
