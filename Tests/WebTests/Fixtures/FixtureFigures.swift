// Figures of a story, added up from its strips so that parts make wholes.

import Plant
import Web

@testable import Loop

/// Adding up of fixture days.
enum FixtureFigures {
    /// Seconds of a machine's states in a range.
    static func seconds(
        _ machine: FixtureMachine, _ states: Set<MachineState>, range: TimeRange,
        world: FixtureWorld
    ) -> Double {
        world.episodes(machine).filter { states.contains($0.state) }
            .compactMap { $0.range.intersection(range)?.elapsed.seconds }.reduce(0, +)
    }

    private static let lost: Set<MachineState> = [.stopped, .fault, .setup]

    /// Entries of people.
    static let entries: [StoredEvent] = [
        StoredEvent(
            sequence: 41, id: EventID(high: 1, low: 1), recorded: FixtureDay.start + .minutes(60),
            actor: "Dave",
            event: .stopReason(
                machine: FixtureDay.lathe, at: FixtureDay.start + .minutes(58),
                reason: FixtureDay.material, detail: "Bar 40 mm")),
        StoredEvent(
            sequence: 42, id: EventID(high: 1, low: 2), recorded: FixtureDay.start + .minutes(61),
            actor: "Sarah",
            event: .problemSeen(machine: FixtureDay.moulder.id, at: FixtureDay.start + .minutes(61))
        ),
    ]

    /// Any figure of a story.
    static func indicator(_ key: FigureKey, world: FixtureWorld) -> Indicator {
        let machines = FixtureDay.machines(world.story).filter {
            key.machine == nil || $0.id == key.machine
        }
        let planned = machines.map {
            seconds($0, lost.union([.running, .slow]), range: key.range, world: world)
        }.reduce(0, +)
        let unseen = machines.map {
            seconds($0, [.unknown], range: key.range, world: world)
        }.reduce(0, +)
        let coverage = planned + unseen > 0 ? planned / (planned + unseen) : 1
        let isWithheld = coverage < 0.9 && key.figure != .unseenTime && key.figure != .parts
        let gaps = unseen > 0 ? ["Lathe 2: 3 h 15 min not seen. Figures leave this out."] : []
        let (name, unit, rule, value, parts) = content(
            key, machines: machines, planned: planned, unseen: unseen, world: world)
        return Indicator(
            name: name,
            value: isWithheld
                ? .withheld("Not enough seen to say (\(Int(coverage * 100))%).")
                : planned == 0 && key.figure != .unseenTime
                    ? .undefined("Nothing planned.") : .amount(value),
            unit: unit, coverage: coverage,
            certainty: coverage < 1
                ? .range(value * 0.8, value * 1.1, "if unseen time was all lost or all running")
                : .exact,
            definition: "fixture.\(key.figure.rawValue)/1",
            working: Working(
                formula: "\(name) as the parts below say.", rule: rule, parts: parts,
                signals: Array(world.factory.signals.keys.sorted().prefix(2)), entries: [41, 42],
                gaps: gaps))
    }

    private typealias Content = (String, IndicatorUnit, WorkingRule, Double, [WorkingPart])

    private static func content(
        _ key: FigureKey, machines: [FixtureMachine], planned: Double, unseen: Double,
        world: FixtureWorld
    ) -> Content {
        func sum(_ states: Set<MachineState>) -> Double {
            machines.map { seconds($0, states, range: key.range, world: world) }.reduce(0, +)
        }
        func parts(_ states: Set<MachineState>) -> [WorkingPart] {
            machines.map {
                WorkingPart(
                    name: $0.name, value: seconds($0, states, range: key.range, world: world),
                    unit: .seconds)
            }
        }
        let running = sum([.running, .slow])
        switch key.figure {
        case .runningShare, .availability:
            return (
                "Machines running today", .ratio, .ratio, planned > 0 ? running / planned : 0,
                [
                    WorkingPart(name: "Running", value: running, unit: .seconds),
                    WorkingPart(name: "Planned time that was seen", value: planned, unit: .seconds),
                ]
            )
        case .timeLost, .reasonTime:
            return ("Time lost today", .seconds, .sum, sum(lost), parts(lost))
        case .unseenTime:
            return ("Time not seen", .seconds, .sum, unseen, parts([.unknown]))
        case .lostMoney:
            let pence = (sum(lost) / 3600 * 3800).rounded()
            return (
                "What that cost", .minorMoney, .reading, pence,
                [WorkingPart(name: "Time lost", value: sum(lost), unit: .seconds)]
            )
        case .reasonsGiven:
            let stops = machines.flatMap(world.episodes).filter { $0.state == .stopped }
            let given = stops.filter { $0.reason != nil }.count
            return (
                "Reasons given", .ratio, .ratio,
                stops.isEmpty ? 0 : Double(given) / Double(stops.count),
                [
                    WorkingPart(name: "With a reason", value: Double(given), unit: .count),
                    WorkingPart(name: "All stops", value: Double(stops.count), unit: .count),
                ]
            )
        case .unexplainedShare: return unexplained
        case .betweenFailures, .repairTime:
            return failures
        case .energy, .idleEnergy, .energyCost, .idleCost: return energy(key.figure, machines)
        case .parts, .goodParts:
            let parts = machines.map {
                WorkingPart(name: $0.name, value: Double($0.parts), unit: .parts)
            }
            return ("Parts made", .parts, .sum, parts.map(\.value).reduce(0, +), parts)
        case .oee, .effectiveness, .qualityRatio: return product(key.figure.rawValue)
        }
    }

    private static func product(_ name: String) -> Content {
        (
            name, .ratio, .product, 0.9 * 0.8 * 0.5,
            [
                WorkingPart(name: "One", value: 0.9, unit: .ratio),
                WorkingPart(name: "Two", value: 0.8, unit: .ratio),
                WorkingPart(name: "Three", value: 0.5, unit: .ratio),
            ]
        )
    }

    private static let failures: Content = (
        "Running time between failures", .seconds, .ratio, 7_200,
        [
            WorkingPart(name: "Time", value: 14_400, unit: .seconds),
            WorkingPart(name: "Failures", value: 2, unit: .count),
        ]
    )

    /// Ranked losses of machines.
    static func losses(
        _ machines: [FixtureMachine], range: TimeRange, world: FixtureWorld
    ) -> [LossLine] {
        var sums: [Slug?: (Double, Int)] = [:]
        for episode in machines.flatMap(world.episodes) where lost.contains(episode.state) {
            guard let part = episode.range.intersection(range) else { continue }
            let old = sums[episode.reason] ?? (0, 0)
            sums[episode.reason] = (old.0 + part.elapsed.seconds, old.1 + 1)
        }
        return sums.map { reason, sum in
            let key = FigureKey(
                figure: .reasonTime, reason: reason ?? FixtureDay.unexplained, range: range)
            let name = reason.flatMap { world.factory.reasons[$0]?.name } ?? "No reason given"
            let indicator = Indicator(
                name: name, value: .amount(sum.0), unit: .seconds, coverage: 1,
                definition: "fixture.reason-time/1",
                working: Working(
                    formula: "All stops for this reason added up.", rule: .sum,
                    parts: [WorkingPart(name: name, value: sum.0, unit: .seconds)]))
            return LossLine(
                reason: reason, name: name, isUnexplained: reason == nil, stops: sum.1,
                time: KeyedIndicator(key: key, indicator: indicator, remark: ""),
                previousSeconds: sum.0 * 0.7,
                money: Indicator(
                    name: "Cost", value: .amount((sum.0 / 3600 * 3800).rounded()),
                    unit: .minorMoney, coverage: 1, definition: "fixture.money/1",
                    working: Working(formula: "", rule: .reading, parts: [])))
        }.sorted {
            ($0.time.indicator.value.amount ?? 0, $0.name) > (
                $1.time.indicator.value.amount ?? 0, $1.name
            )
        }
    }

    private static let unexplained: Content = (
        "Unexplained", .ratio, .ratio, 0.25,
        [
            WorkingPart(name: "Nobody has said why", value: 900, unit: .seconds),
            WorkingPart(name: "All lost time", value: 3600, unit: .seconds),
        ]
    )

    /// The same for every machine, so that the sum can be seen at once.
    private static func energy(
        _ figure: Figure, _ machines: [FixtureMachine]
    ) -> (String, IndicatorUnit, WorkingRule, Double, [WorkingPart]) {
        let isMoney = figure == .energyCost || figure == .idleCost
        let unit: IndicatorUnit = isMoney ? .minorMoney : .kilowattHours
        let each: Double =
            switch figure {
            case .energyCost: 1053
            case .idleCost: 162
            case .idleEnergy: 6
            default: 39
            }
        let parts = machines.map { WorkingPart(name: $0.name, value: each, unit: unit) }
        return ("Power so far", unit, .sum, each * Double(machines.count), parts)
    }
}
