// Ten thousand requests that mean harm, against a checker that was written apart from the gates.

import Plant
import Testing

@testable import Act

/// What was really sent so far, kept by the test alone.
private struct Ledger {
    var writes: [(seconds: Double, change: Double, day: Int, isRule: Bool)] = []

    /// Tokens by replaying every write from the full bucket: 3, and 3 an hour.
    func tokens(at now: Double) -> Double {
        var level = 3.0
        var last = 0.0
        for write in writes {
            level = min(3, level + (write.seconds - last) / 1200) - 1
            last = write.seconds
        }
        return min(3, level + max(0, now - last) / 1200)
    }

    func used(on day: Int) -> Double {
        writes.filter { $0.day == day }.reduce(0) { $0 + abs($1.change) }
    }
}

/// One attempt: all that the gates see.
private struct Attempt {
    var request: WriteRequest
    var approval: WriteApproval?
    var picture: WritePicture
    var seconds: Double
}

private let enable: Slug = Slug("remote-enable")
private let door: Slug = Slug("person-inside")
private let dave: Slug = Slug("dave")
private let sarah: Slug = Slug("sarah")

/// The value that may be sent, worked out from the words of write-back.md; nil when none may.
private func allowed(_ attempt: Attempt, twoPeople: Bool, _ ledger: Ledger) -> Double? {
    let request = attempt.request
    let picture = attempt.picture
    func age(_ time: Timestamp?) -> Double {
        guard let time else { return .infinity }
        let age = (picture.now - time).seconds
        return age < 0 ? .infinity : age
    }
    guard !picture.isStopped, picture.isClockGood, picture.isJournalGood, picture.isInHours,
        !picture.hasHighAlarm, !picture.hasPending, age(picture.stateSeen) <= 5,
        picture.state == .running || picture.state == .slow,
        let on = picture.switches[enable], on.isGood, on.value != 0, age(on.at) <= 5,
        on.value.isFinite,
        let inside = picture.switches[door], inside.isGood, inside.value == 0,
        age(inside.at) <= 5,
        let current = picture.current, current.isGood, current.value.isFinite,
        age(current.at) <= 5
    else { return nil }
    guard request.envelope == target, request.unit == "Cel",
        request.reason.split(separator: " ").isEmpty == false, request.reason.count <= 500,
        age(request.ordered) <= 10, request.asked <= request.ordered,
        attempt.seconds < 1_000_000
    else { return nil }
    switch request.origin {
    case .outside: return nil
    case .rule:
        if let last = ledger.writes.last(where: \.isRule), attempt.seconds - last.seconds < 10 {
            return nil
        }
    case .person(let who, let factor):
        guard who == dave || who == sarah, age(factor) <= 600 else { return nil }
    }
    if twoPeople {
        guard let yes = attempt.approval, yes.by == dave || yes.by == sarah,
            yes.content == request.content, age(yes.at) <= 600, yes.at >= request.asked,
            age(yes.secondFactor) <= 600
        else { return nil }
        if case .person(let who, _) = request.origin, who == yes.by { return nil }
    }
    guard request.value.isFinite, request.expected.isFinite,
        request.value >= 150, request.value <= 220,
        abs(current.value - request.expected) <= max(0.25, 0.001 * abs(request.expected))
    else { return nil }
    // Halves, towards what the machine has.
    let halves = request.value * 2
    let value =
        (request.value > current.value ? halves.rounded(.down) : halves.rounded(.up)) / 2
    let change = abs(value - current.value)
    let day = picture.day.dayNumber
    guard value >= 150, value <= 220, change <= 10, change > 0,
        ledger.tokens(at: attempt.seconds) >= 1 - 1e-9, ledger.used(on: day) + change <= 20
    else { return nil }
    return value
}

extension Dice {
    fileprivate mutating func attempt(_ seconds: Double, current: Double) -> Attempt {
        let evil: [Double] = [
            .nan, .infinity, -.infinity, -0.0, 0, 1e308, -1e308, 149.9, 149.999999, 150, 220,
            220.000001, 220.4, .leastNonzeroMagnitude, .ulpOfOne, 65_535, -32_768,
        ]
        let value = chance(15) ? pick(evil) : current + Double(whole(-130...130)) / 10
        var picture = Act.WritePicture(
            now: at(seconds), current: FreshValue(current, at: at(seconds - 1)), state: .running,
            stateSeen: at(seconds - 1),
            switches: [
                enable: FreshValue(1, at: at(seconds - 1)),
                door: FreshValue(0, at: at(seconds - 2)),
            ], hasHighAlarm: false, hasPending: false, isStopped: false, isClockGood: true,
            isJournalGood: true, isInHours: true, day: CivilDate(dayNumber: 20_766))
        picture.day = picture.day.adding(days: Int(seconds / 86_400))
        harm(&picture, seconds)
        let origin: WriteOrigin
        switch whole(0...9) {
        case 0: origin = .outside
        case 1...2: origin = .rule(Slug("night"))
        case 3: origin = .person(Slug("eve"), secondFactor: at(seconds - 5))
        default:
            origin = .person(
                pick([dave, sarah]),
                secondFactor: chance(8) ? nil : at(seconds - Double(whole(-3...640))))
        }
        let ordered = seconds - Double(whole(chance(10) ? -5...30 : 0...10))
        let request = WriteRequest(
            id: EventID(high: next(), low: next()),
            envelope: chance(4) ? Slug("other") : target, origin: origin, value: value,
            unit: chance(4) ? "degF" : "Cel",
            expected: chance(8) ? pick(evil + [current + 1]) : current,
            reason: chance(4) ? "  " : "Less flash",
            asked: at(ordered - Double(whole(chance(5) ? -20...0 : 0...400))),
            ordered: at(ordered))
        var approval: WriteApproval?
        if !chance(10) {
            var content = request.content
            if chance(10) { content += " " }
            approval = WriteApproval(
                by: pick([dave, sarah, sarah, dave, Slug("eve")]), content: content,
                at: at(seconds - Double(whole(-1...(chance(80) ? 5 : 640)))),
                secondFactor: at(seconds - Double(whole(-1...640))))
        }
        return Attempt(request: request, approval: approval, picture: picture, seconds: seconds)
    }

    private mutating func harm(_ picture: inout WritePicture, _ seconds: Double) {
        guard chance(45) else { return }
        switch whole(0...12) {
        case 0: picture.isStopped = true
        case 1: picture.isClockGood = false
        case 2: picture.isJournalGood = false
        case 3: picture.hasHighAlarm = true
        case 4: picture.hasPending = true
        case 5: picture.isInHours = false
        case 6: picture.state = pick(MachineState.allCases)
        case 7: picture.stateSeen = at(seconds - Double(whole(-2...9)))
        case 8: picture.switches[enable] = FreshValue(0, at: at(seconds))
        case 9: picture.switches[enable] = FreshValue(1, at: at(seconds - Double(whole(-2...9))))
        case 10: picture.switches[door] = chance(50) ? nil : FreshValue(1, at: at(seconds))
        case 11: picture.current = nil
        default:
            picture.current = FreshValue(
                pick([180, .nan, .infinity]), at: at(seconds - Double(whole(-2...9))),
                isGood: chance(70))
        }
    }
}

@Suite("Requests that mean harm", .tags(.large))
struct WriteHostileTests {
    @Test(arguments: [false, true])
    func `of 10,000 requests exactly those within the envelope are permitted`(_ two: Bool) {
        var dice = Dice(seed: two ? 41 : 40)
        let own = envelope(needsTwo: two)
        var allowance = WriteAllowance(
            own.rate, at: at(0), day: CivilDate(dayNumber: 20_766))
        var ledger = Ledger()
        var current = 180.0
        var seconds = 700.0
        var permits = 0
        for number in 0..<10_000 {
            seconds += Double(dice.whole(0...200))
            let attempt = dice.attempt(seconds, current: current)
            let decision = WriteGate.decide(
                attempt.request, approval: attempt.approval, envelope: own,
                allowance: allowance, picture: attempt.picture)
            let right = allowed(attempt, twoPeople: two, ledger)
            switch decision {
            case .refused(let refusals):
                #expect(!refusals.isEmpty && refusals.allSatisfy { !$0.words.isEmpty })
                #expect(right == nil, "request \(number) was refused: \(refusals)")
            case .permit(let permit):
                permits += 1
                #expect(right == permit.value, "request \(number) was permitted")
                let isRule = if case .rule = attempt.request.origin { true } else { false }
                allowance.spend(
                    permit.value - permit.before, rate: own.rate, at: attempt.picture.now,
                    day: attempt.picture.day, isRule: isRule)
                ledger.writes.append(
                    (seconds, permit.value - permit.before, attempt.picture.day.dayNumber, isRule)
                )
                current = permit.value
            }
        }
        #expect(permits > 20)
    }
}
