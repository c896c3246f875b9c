// The gates before a write: the worked examples W1 to W6, and requests that mean harm.

import Plant
import Testing

@testable import Act

let target: Slug = Slug("target")
private let enable: Slug = Slug("remote-enable")
private let door: Slug = Slug("person-inside")
private let dave: Slug = Slug("dave")
private let sarah: Slug = Slug("sarah")

func envelope(needsTwo: Bool = false) -> WriteEnvelope {
    WriteEnvelope(
        id: target, machine: moulder, signal: Slug("set-point"), kind: .setpoint, unit: "Cel",
        minimum: 150, maximum: 220, step: 0.5, largestChange: 10, dayBudget: 20,
        rate: WriteRate(capacity: 3, refill: 3, window: .hours(1)),
        states: StateSet([.running, .slow]), localEnable: enable, mustBeOff: [door],
        requesters: [dave, sarah], approvers: [dave, sarah], needsTwo: needsTwo,
        allowsRules: true, ends: at(1_000_000), returnValue: 180, returnAfter: .seconds(900),
        tolerance: WriteTolerance(absolute: 0.2, relative: 0.001, resolution: 0.5),
        riskNote: "Nobody can be hurt; parts may warp; set 180 to undo.", isOn: true)
}

func picture(now: Double, current: Double = 180) -> WritePicture {
    WritePicture(
        now: at(now), current: FreshValue(current, at: at(now - 1)), state: .running,
        stateSeen: at(now - 1),
        switches: [
            enable: FreshValue(1, at: at(now - 1)), door: FreshValue(0, at: at(now - 1)),
        ], hasHighAlarm: false, hasPending: false, isStopped: false, isClockGood: true,
        isJournalGood: true, isInHours: true, day: CivilDate(dayNumber: 20_766))
}

func request(
    _ value: Double, now: Double, expected: Double = 180, by: Slug = dave
) -> WriteRequest {
    WriteRequest(
        id: EventID(high: UInt64(now), low: value.bitPattern), envelope: target,
        origin: .person(by, secondFactor: at(now - 60)), value: value, unit: "Cel",
        expected: expected, reason: "Less flash", asked: at(now - 5), ordered: at(now - 1))
}

private func full() -> WriteAllowance {
    WriteAllowance(envelope().rate, at: at(0), day: CivilDate(dayNumber: 20_766))
}

private func refusals(_ decision: WriteDecision) -> [WriteRefusal] {
    if case .refused(let refusals) = decision { refusals } else { [] }
}

private func sent(_ decision: WriteDecision) -> Double? {
    if case .permit(let permit) = decision { permit.value } else { nil }
}

private func decide(
    _ request: WriteRequest, _ envelope: WriteEnvelope = envelope(),
    approval: WriteApproval? = nil, allowance: WriteAllowance = full(), picture: WritePicture
) -> WriteDecision {
    WriteGate.decide(
        request, approval: approval, envelope: envelope, allowance: allowance, picture: picture)
}

@Suite("The gates before a write")
struct WriteGateTests {
    @Test func `write-back W1: delta, rounding towards the present value, range, NaN`() {
        func decision(_ value: Double) -> WriteDecision {
            decide(request(value, now: 100), picture: picture(now: 100))
        }
        #expect(refusals(decision(191)) == [.change(10)])
        #expect(sent(decision(190.3)) == 190)
        #expect(sent(decision(169.7)) == 170)
        #expect(refusals(decision(225)).contains(.range))
        #expect(refusals(decision(.nan)) == [.notNumber])
        #expect(refusals(decision(.infinity)).contains(.notNumber))
        #expect(refusals(decision(180.2)) == [.noChange])
    }

    @Test func `write-back W2: a bucket of 3 that fills 3 an hour`() {
        let rate = envelope().rate
        let day = CivilDate(dayNumber: 20_766)
        var allowance = WriteAllowance(rate, at: at(0), day: day)
        var answers: [Bool] = []
        for minute in [0.0, 5, 10, 12, 35] {
            let now = at(minute * 60)
            let isOpen = allowance.hasToken(rate, at: now)
            answers.append(isOpen)
            if minute == 12 { #expect(abs(allowance.tokens(rate, at: now) - 0.6) < 1e-12) }
            if minute == 35 { #expect(abs(allowance.tokens(rate, at: now) - 1.75) < 1e-12) }
            if isOpen { allowance.spend(0, rate: rate, at: now, day: day, isRule: false) }
        }
        #expect(answers == [true, true, true, false, true])
    }

    @Test func `write-back W3: a day of 20 has no room for +10, +8 and -5`() {
        let day = CivilDate(dayNumber: 20_766)
        var allowance = full()
        var current = 180.0
        var answers: [[WriteRefusal]] = []
        for change in [10.0, 8, -5] {
            let now = 100.0 + Double(answers.count)
            let decision = decide(
                request(current + change, now: now, expected: current), allowance: allowance,
                picture: picture(now: now, current: current))
            answers.append(refusals(decision))
            guard let value = sent(decision) else { continue }
            allowance.spend(
                value - current, rate: envelope().rate, at: at(now), day: day, isRule: false)
            current = value
        }
        #expect(answers == [[], [], [.day]])
        #expect(allowance.used(on: day) == 18)
        #expect(allowance.used(on: day.adding(days: 1)) == 0)
    }

    @Test func `write-back W4: the largest of three tolerances`() {
        let tolerance = WriteTolerance(absolute: 0.2, relative: 0.001, resolution: 1)
        #expect(tolerance.width(at: 190) == 0.5)
        #expect(tolerance.accepts(189.6, for: 190))
        #expect(!tolerance.accepts(189.4, for: 190))
        #expect(!tolerance.accepts(.nan, for: 190))
    }

    @Test func `write-back W5: another person approves exactly this, within ten minutes`() {
        let own = request(185, now: 1000)
        func answer(_ approval: WriteApproval?, _ asked: WriteRequest? = nil) -> [WriteRefusal] {
            refusals(
                decide(
                    asked ?? own, envelope(needsTwo: true), approval: approval,
                    picture: picture(now: 1000)))
        }
        func approval(by: Slug, of request: WriteRequest, at time: Double) -> WriteApproval {
            WriteApproval(
                by: by, content: request.content, at: at(time), secondFactor: at(time - 10))
        }
        #expect(answer(nil) == [.needsApproval])
        #expect(answer(approval(by: sarah, of: own, at: 998)) == [])
        #expect(answer(approval(by: dave, of: own, at: 998)) == [.sameApprover])
        #expect(answer(approval(by: Slug("eve"), of: own, at: 998)) == [.approverNotNamed])
        let edited = request(186, now: 1000)
        #expect(answer(approval(by: sarah, of: own, at: 998), edited) == [.approvalDiffers])
        // Asked at 300 s, approved at 399 s, ordered at 1,000 s: 601 s are too many, 600 are not.
        func old(_ approved: Double) -> [WriteRefusal] {
            let early = WriteRequest(
                id: own.id, envelope: target,
                origin: .person(dave, secondFactor: at(990)), value: 185, unit: "Cel",
                expected: 180, reason: "Less flash", asked: at(300), ordered: at(1000))
            let yes = WriteApproval(
                by: sarah, content: early.content, at: at(approved), secondFactor: at(990))
            return answer(yes, early)
        }
        #expect(old(399) == [.approvalExpired])
        #expect(old(400) == [])
    }

    @Test func `write-back W6: a value that changed meanwhile`() {
        let decision = decide(
            request(185, now: 100, expected: 180), picture: picture(now: 100, current: 182))
        #expect(refusals(decision) == [.changedMeanwhile(182)])
        #expect(WriteRefusal.changedMeanwhile(182).words == "It was changed meanwhile: 182.")
    }

    @Test func `each interlock refuses alone, and all of them are told together`() {
        func answer(_ change: (inout WritePicture) -> Void) -> [WriteRefusal] {
            var now = picture(now: 100)
            change(&now)
            return refusals(decide(request(185, now: 100), picture: now))
        }
        #expect(answer { $0.isStopped = true } == [.stopped])
        #expect(answer { $0.isClockGood = false } == [.clock])
        #expect(answer { $0.isJournalGood = false } == [.journal])
        #expect(answer { $0.hasHighAlarm = true } == [.highAlarm])
        #expect(answer { $0.hasPending = true } == [.pending])
        #expect(answer { $0.isInHours = false } == [.notNow])
        #expect(answer { $0.state = .stopped } == [.state(.stopped)])
        #expect(answer { $0.state = .unknown } == [.stateUnknown])
        #expect(answer { $0.stateSeen = at(94.9) } == [.stateUnknown])
        #expect(answer { $0.stateSeen = at(101) } == [.stateUnknown])
        #expect(answer { $0.switches[enable] = nil } == [.localEnable])
        #expect(answer { $0.switches[enable] = FreshValue(1, at: at(94.9)) } == [.localEnable])
        #expect(answer { $0.switches[enable] = FreshValue(0, at: at(99)) } == [.localEnable])
        #expect(answer { $0.switches[door] = FreshValue(1, at: at(99)) } == [.condition(door)])
        #expect(answer { $0.switches[door] = nil } == [.condition(door)])
        #expect(answer { $0.current = nil } == [.currentUnknown])
        #expect(
            answer { $0.current = FreshValue(180, at: at(99), isGood: false) }
                == [.currentUnknown])
        let all = answer {
            $0.isStopped = true
            $0.state = .fault
            $0.current = nil
        }
        #expect(all == [.stopped, .state(.fault), .currentUnknown])
    }

    @Test func `a start or a safety function is never written, whatever else is right`() {
        for kind in WriteKind.allCases {
            let old = envelope()
            let own = WriteEnvelope(
                id: old.id, machine: old.machine, signal: old.signal, kind: kind, unit: old.unit,
                minimum: old.minimum, maximum: old.maximum, step: old.step,
                largestChange: old.largestChange, dayBudget: old.dayBudget, rate: old.rate,
                states: old.states, localEnable: old.localEnable, requesters: old.requesters,
                ends: old.ends, returnValue: old.returnValue, returnAfter: old.returnAfter,
                tolerance: old.tolerance, riskNote: old.riskNote, isOn: true)
            let decision = decide(request(185, now: 100), own, picture: picture(now: 100))
            #expect((sent(decision) != nil) == (kind == .setpoint || kind == .request))
        }
    }

    @Test func `people, rules, orders and envelopes`() {
        let now = picture(now: 100)
        var off = envelope()
        off.isOn = false
        #expect(
            refusals(decide(request(185, now: 100), off, picture: now))
                == [.envelope("Writing is switched off here.")])
        var vague = envelope()
        vague.riskNote = ""
        #expect(refusals(decide(request(185, now: 100), vague, picture: now)).count == 1)
        #expect(
            refusals(decide(request(185, now: 100, by: Slug("eve")), picture: now))
                == [.notNamed])
        func asked(
            _ origin: WriteOrigin, ordered: Double = 99, unit: String = "Cel",
            reason: String = "Why"
        ) -> [WriteRefusal] {
            refusals(
                decide(
                    WriteRequest(
                        id: EventID(high: 1, low: 1), envelope: target, origin: origin,
                        value: 185, unit: unit, expected: 180, reason: reason, asked: at(80),
                        ordered: at(ordered)), picture: now))
        }
        let person = WriteOrigin.person(dave, secondFactor: at(90))
        #expect(asked(person) == [])
        #expect(asked(person, ordered: 90) == [])
        #expect(asked(person, ordered: 89.9) == [.orderExpired])
        #expect(asked(person, ordered: 101) == [.orderExpired])
        #expect(asked(person, unit: "degF") == [.unit])
        #expect(asked(person, reason: " ") == [.noReason])
        #expect(asked(.person(dave, secondFactor: nil)) == [.secondFactor])
        #expect(asked(.outside) == [.outside])
        #expect(asked(.rule(Slug("night"))) == [])
        var strict = envelope()
        strict.allowsRules = false
        let byRule = WriteRequest(
            id: EventID(high: 1, low: 1), envelope: target, origin: .rule(Slug("night")),
            value: 185, unit: "Cel", expected: 180, reason: "Night", asked: at(99),
            ordered: at(99))
        #expect(refusals(decide(byRule, strict, picture: now)) == [.noRules])
        var spent = full()
        spent.spend(
            1, rate: envelope().rate, at: at(91), day: now.day, isRule: true)
        #expect(refusals(decide(byRule, allowance: spent, picture: now)) == [.ruleTooSoon])
    }
}
