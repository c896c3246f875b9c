// A seeded generator and random rules for the property tests.

import Plant
import Testing

@testable import Act

extension Tag {
    /// Takes longer than the others.
    @Tag static var large: Self
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, seeded, the same everywhere.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }

    mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func chance(_ percent: Int) -> Bool { whole(1...100) <= percent }
}

/// Seconds on the test's own clock: Monday 2026-11-09 00:00 UTC plus some.
func at(_ seconds: Double) -> Timestamp {
    Timestamp(seconds: 1_794_182_400) + Elapsed(nanoseconds: Int64((seconds * 1e9).rounded()))
}

let brake: Slug = Slug("press-brake")
let lathe: Slug = Slug("lathe-2")
let moulder: Slug = Slug("moulder-3")
let oil: Slug = Slug("oil-temperature")
let power: Slug = Slug("power")
let oilID = SignalID(1)
let powerID = SignalID(2)
let brakePowerID = SignalID(3)

/// Three machines; two shifts on weekdays in UTC, none at the weekend.
let site = RulePlant(
    machines: [brake: [power: brakePowerID], lathe: [:], moulder: [oil: oilID, power: powerID]],
    calendar: ShiftCalendar(
        zone: .utc,
        versions: [
            CalendarVersion(
                validFrom: CivilDate(dayNumber: 0),
                shifts: [
                    ShiftPattern(
                        id: Slug("early"), name: "Early", days: weekdays,
                        hours: ClockSpan(from: 6 * 3600, to: 14 * 3600),
                        breaks: [ClockSpan(from: 36_000, to: 36_900)]),
                    ShiftPattern(
                        id: Slug("late"), name: "Late", days: weekdays,
                        hours: ClockSpan(from: 14 * 3600, to: 22 * 3600), breaks: []),
                ], daysOff: [])
        ]))

private let weekdays: Set<Weekday> = Set(Weekday.allCases.prefix(5))

extension Dice {
    private static let words = [
        "a", "and", "or", "is", "for", "the", "stopped", "in", "any", "press-brake", "lathe-2",
        "0", "10", "min", "box", "when", "during", "it", "setup", "no", "on", "between", "x-1",
    ]

    mutating func slug() -> Slug { Slug(pick(Dice.words)) ?? Slug("a") }

    mutating func length(from shortest: Int64 = 1) -> Elapsed {
        let units: [Int64] = [1, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000]
        let length = pick(units) * Int64(whole(1...500))
        return Elapsed(nanoseconds: max(shortest, min(length, ActLimits.longest.nanoseconds)))
    }

    mutating func amount() -> Double {
        switch whole(0...4) {
        case 0: Double(whole(0...500))
        case 1: Double(whole(0...5000)) / 10
        case 2: Double.random(in: 0...1, using: &self)
        case 3: Double.random(in: 0...1e12, using: &self)
        default: Double.random(in: 0...1e-9, using: &self)
        }
    }

    mutating func subject(_ isAny: Bool) -> RuleSubject {
        isAny && chance(70) ? .anyMachine : .machine(slug())
    }

    mutating func test(_ isAny: Bool) -> RuleTest {
        let signal = RuleSignal(subject: subject(isAny), signal: slug())
        let window = length(from: ActLimits.shortestWindow.nanoseconds)
        switch whole(0...9) {
        case 0:
            var states: [MachineState] = []
            for state in MachineState.allCases where chance(30) { states.append(state) }
            return .state(subject(isAny), StateSet(states.isEmpty ? [.stopped] : states))
        case 1: return .noReason(subject(isAny))
        case 2: return .noSignal(subject(isAny))
        case 3: return .silence(signal, length())
        case 4:
            return .limit(
                signal, pick(LimitSide.allCases), (chance(30) ? -1 : 1) * amount(),
                deadband: chance(50) ? 0 : amount())
        case 5: return .rate(signal, pick(Movement.allCases), amount(), over: window)
        case 6: return .drift(signal, amount(), over: window)
        case 7:
            let tally = pick(Tally.allCases)
            let number = tally == .scrapShare ? Double(whole(0...100)) : amount()
            return .tally(subject(isAny), tally, pick(TallySide.allCases), number, over: window)
        case 8: return .backupAge(length())
        default: return .certificateEnds(length())
        }
    }

    mutating func condition(_ depth: Int, _ isAny: Bool) -> Condition {
        if depth <= 1 || chance(40) {
            let one = test(isAny)
            if case .silence = one { return .test(one) }
            return chance(40) ? .held(.test(one), length()) : .test(one)
        }
        var parts: [Condition] = []
        let isAll = chance(50)
        for _ in 0..<whole(2...3) {
            let part = condition(depth - 1, isAny)
            switch part {
            case .all(let inner) where isAll: parts += inner
            case .any(let inner) where !isAll: parts += inner
            default: parts.append(part)
            }
        }
        let join = isAll ? Condition.all(parts) : .any(parts)
        return chance(25) && depth > 2 ? .held(join, length()) : join
    }

    mutating func recipient() -> RuleRecipient {
        chance(40) ? .role(pick(Role.allCases)) : .person(pick([Slug("dave"), Slug("sarah")]))
    }

    mutating func tell() -> RuleAction {
        .tell(recipient(), chance(50) ? nil : pick(MessageWay.allCases))
    }

    mutating func rule() -> Rule {
        let isAny = chance(30)
        var window = RuleWindow.always
        if chance(50) {
            window.shifts = pick([
                .always, .anyShift, .workingTime, .outside, .shifts([slug()]),
                .shifts([Slug("early"), Slug("late")]),
            ])
            for day in Weekday.allCases where chance(20) { window.days.insert(day) }
            if chance(40) {
                window.hours = ClockSpan(from: whole(0...1439) * 60, to: whole(0...1439) * 60)
            }
        }
        var actions = [tell()]
        for action: RuleAction in [
            .work(recipient()), .board(slug()), .post(slug()), .publish(slug()), .write(slug()),
        ] where chance(20) { actions.append(action) }
        var steps: [Escalation] = []
        var after = Elapsed.zero
        for _ in 0..<whole(0...3) {
            after = after + length()
            steps.append(Escalation(after: after, tells: [tell()]))
        }
        return Rule(
            id: slug(), name: "A rule", owner: pick(Role.allCases), isOn: chance(80),
            condition: condition(whole(1...4), isAny),
            onlyIf: chance(30) ? condition(2, isAny) : nil, window: window, actions: actions,
            overAfter: chance(30) ? length() : .zero, tellsWhenOver: chance(50),
            escalations: steps)
    }
}
