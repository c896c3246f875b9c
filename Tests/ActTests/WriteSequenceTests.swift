// A write from intent to return: killed at every step, never sent twice, and W7.

import Plant
import Testing

@testable import Act

private let permit: WritePermit = {
    let decision = WriteGate.decide(
        request(190, now: 100), approval: nil, envelope: envelope(),
        allowance: WriteAllowance(
            envelope().rate, at: at(0), day: CivilDate(dayNumber: 20_766)),
        picture: picture(now: 100))
    guard case .permit(let permit) = decision else { preconditionFailure("no permit") }
    return permit
}()

/// What the machine's connection does with what is sent.
private enum Wire: CaseIterable, Sendable {
    case takes
    case refuses
    case losesAnswer
    case losesRequest
    case changesBack
}

/// A box with a journal that survives, and a process that can be killed.
private struct Box {
    let wire: Wire
    var journal: [WriteRecord] = []
    var machine = 180.0
    var writes = 0
    var returns = 0
    var alarms: [String] = []
    var sequence: WriteSequence?
    var queue: [WriteEffect] = []
    var time = at(100)
    /// Half steps left until the process is killed; one list for each kill.
    var kills: [Int]
    var steps = 0

    init(_ wire: Wire, kills: [Int]) {
        self.wire = wire
        self.kills = kills
        var fresh = WriteSequence(permit)
        queue = fresh.begin(at: time)
        sequence = fresh
    }

    /// Counts a half step; true when the process dies here, and has been started again.
    private mutating func dies() -> Bool {
        steps += 1
        guard let next = kills.first else { return false }
        guard next <= 0 else {
            kills[0] = next - 1
            return false
        }
        kills.removeFirst()
        time = time + .seconds(3)
        sequence = WriteSequence(records: journal)
        queue = sequence?.resume(at: time) ?? []
        return true
    }

    private mutating func perform(_ effect: WriteEffect) -> WriteEvent? {
        switch effect {
        case .store(let record):
            journal.append(record)
            return .stored(record)
        case .send(_, let value, let isReturn, _):
            if isReturn { returns += 1 } else { writes += 1 }
            // The return always gets through: what is tried is the write.
            switch isReturn ? .takes : wire {
            case .takes:
                machine = value
                return .accepted
            case .refuses: return .refused("illegal value")
            case .losesAnswer:
                machine = value
                return .lost("timed out")
            case .losesRequest: return .lost("timed out")
            case .changesBack:
                machine = value
                return .accepted
            }
        case .read(_, let from):
            time = max(time, from)
            if wire == .changesBack, returns == 0, time > at(101) { machine = 180 }
            return .read(machine)
        case .decideReturn: return .returnDecided([])
        case .alarm(_, let words):
            alarms.append(words)
            return nil
        }
    }

    /// Runs for an hour, or until nothing is left.
    mutating func run() {
        while time < at(4000) {
            guard !queue.isEmpty else {
                guard let now = sequence, !now.phase.isOver else { return }
                time = time + .seconds(7)
                queue = sequence?.step(.timePassed, at: time) ?? []
                continue
            }
            if dies() { continue }
            let effect = queue.removeFirst()
            let event = perform(effect)
            if dies() { continue }
            if let event { queue += sequence?.step(event, at: time) ?? [] }
        }
    }
}

@Suite("A write from intent to return")
struct WriteSequenceTests {
    @Test func `all goes well: noted, sent once, read twice, back after its time`() {
        var box = Box(.takes, kills: [])
        box.run()
        #expect(
            box.journal.map(\.kind) == [
                "write.intended", "write.sent", "write.confirmed", "write.return-intended",
                "write.returned",
            ])
        #expect(box.writes == 1 && box.returns == 1)
        #expect(box.machine == 180)
        #expect(box.alarms == [])
        #expect(box.sequence?.phase == .done)
        guard case .confirmed(_, let read, let confirmed, let due) = box.journal[2] else {
            Issue.record("not confirmed")
            return
        }
        #expect(read == 190)
        // Seen twice, two seconds apart, and it returns 900 s after it was sent.
        #expect(confirmed - at(100) >= .seconds(2))
        #expect(due - at(100) == .seconds(900))
    }

    @Test func `a refusal has no effect; a lost answer stays unknown and is not sent again`() {
        var refused = Box(.refuses, kills: [])
        refused.run()
        #expect(refused.journal.map(\.kind) == ["write.intended", "write.refused"])
        #expect(refused.returns == 0)
        for wire in [Wire.losesAnswer, .losesRequest] {
            var lost = Box(wire, kills: [])
            lost.run()
            #expect(lost.writes == 1)
            #expect(lost.journal.map(\.kind).prefix(2) == ["write.intended", "write.unknown"])
            #expect(lost.sequence?.isUnresolved == true)
            #expect(lost.alarms.count == 1)
            #expect(lost.machine == 180)
        }
        var changed = Box(.changesBack, kills: [])
        changed.run()
        #expect(changed.journal.map(\.kind).contains("write.differs"))
        #expect(changed.alarms == ["The machine has 180, not what was written."])
    }

    @Test(.tags(.large), arguments: Wire.allCases)
    private func `killed at every step, once and twice, it is never sent a second time`(
        _ wire: Wire
    ) throws {
        var whole = Box(wire, kills: [])
        whole.run()
        let steps = whole.steps
        var unknown = 0
        for first in 0..<steps {
            for second in [nil] + (0..<steps).map(Optional.init) {
                var box = Box(wire, kills: [first] + [second].compactMap(\.self))
                box.run()
                #expect(box.writes <= 1, "killed at \(first), \(second ?? -1)")
                #expect(box.returns <= 1, "killed at \(first), \(second ?? -1)")
                guard let sequence = box.sequence else {
                    // Killed before the intent was stored: nothing left the box.
                    #expect(box.journal.isEmpty && box.writes == 0)
                    continue
                }
                // An intent without an outcome was shown to a person as unknown.
                let kinds = box.journal.map(\.kind)
                let settled = [
                    "write.confirmed", "write.refused", "write.differs", "write.unknown",
                ]
                #expect(kinds.contains { settled.contains($0) }, "\(kinds)")
                if kinds.contains("write.unknown") || kinds.contains("write.return-unknown") {
                    unknown += 1
                    #expect(sequence.isUnresolved)
                    #expect(!box.alarms.isEmpty, "killed at \(first), \(second ?? -1)")
                }
                #expect(box.machine == 180 || sequence.phase.needsPerson || sequence.isUnresolved)
                // Reading the journal again gives the same write.
                let again = try #require(WriteSequence(records: box.journal))
                #expect(again.phase == sequence.phase)
                #expect(again.isUnresolved == sequence.isUnresolved)
            }
        }
        #expect(unknown > 0)
    }

    @Test func `events that come twice, late or unasked send nothing`() {
        var sequence = WriteSequence(permit)
        let effects = sequence.begin(at: at(100))
        #expect(sequence.begin(at: at(100)) == [])
        guard case .store(let record) = effects[0] else {
            Issue.record("nothing to store")
            return
        }
        #expect(sequence.step(.accepted, at: at(100)) == [])
        #expect(sequence.step(.returnDecided([]), at: at(100)) == [])
        let sends = sequence.step(.stored(record), at: at(101))
        #expect(
            sends == [
                .send(permit.id, value: 190, isReturn: false, by: permit.sendBy)
            ])
        #expect(sequence.step(.stored(record), at: at(101)) == [])
        // Too late: the order of 99 s holds until 109 s.
        var late = WriteSequence(permit)
        _ = late.begin(at: at(100))
        let words = late.step(.stored(record), at: at(109.5))
        #expect(words.count == 1)
        #expect(late.phase == .refused("It was too late to send."))
        var full = WriteSequence(permit)
        _ = full.begin(at: at(100))
        #expect(full.step(.timePassed, at: at(110)).count == 1)
        #expect(full.step(.stored(record), at: at(110)) == [])
    }

    private func held(until due: Double) -> [WriteRecord] {
        [
            .intended(permit, at: at(0)), .sent(permit.id, at: at(0)),
            .confirmed(permit.id, read: 190, at: at(2), returns: at(due)),
        ]
    }

    @Test func `write-back W7: a lease that ended while the box was down is restored on start`()
        throws
    {
        var sequence = try #require(WriteSequence(records: held(until: 900)))
        #expect(sequence.phase == .holding)
        #expect(sequence.resume(at: at(1000)) == [.decideReturn(permit.id)])
        var blocked = sequence
        let effects = blocked.step(.returnDecided([.localEnable]), at: at(1000))
        #expect(
            effects.contains(
                .alarm(permit.id, "Restore blocked: Nobody at the machine has allowed it.")))
        #expect(blocked.phase.needsPerson)
        #expect(blocked.step(.timePassed, at: at(1029)) == [])
        #expect(blocked.step(.timePassed, at: at(1030)) == [.decideReturn(permit.id)])
        #expect(
            sequence.step(.returnDecided([]), at: at(1000)) == [
                .store(.returnIntended(permit.id, value: 180, at: at(1000)))
            ])
        // Before its time nothing happens on start.
        var early = try #require(WriteSequence(records: held(until: 900)))
        #expect(early.resume(at: at(899)) == [])
    }

    @Test func `a person closes what nobody knows, keeps a value longer, or lets it go at once`()
        throws
    {
        var sequence = try #require(WriteSequence(records: held(until: 900)))
        #expect(sequence.step(.renew(by: Slug("dave"), until: at(1600)), at: at(800)).count == 1)
        #expect(sequence.returns == at(1600))
        #expect(sequence.step(.renew(by: Slug("dave"), until: at(2600)), at: at(800)) == [])
        #expect(sequence.step(.returnNow, at: at(850)) == [.decideReturn(permit.id)])

        let lost = Array(held(until: 900).prefix(1))
        var unknown = try #require(WriteSequence(records: lost))
        #expect(unknown.resume(at: at(50)).count == 3)
        #expect(unknown.phase.needsPerson)
        var written = unknown
        let note = written.step(.close(by: Slug("dave"), wasWritten: true), at: at(60))
        #expect(
            note == [
                .store(.closed(permit.id, by: Slug("dave"), wasWritten: true, at: at(60)))
            ])
        #expect(written.phase == .holding && !written.isUnresolved)
        #expect(written.step(.timePassed, at: at(900)) == [.decideReturn(permit.id)])
        _ = unknown.step(.close(by: Slug("dave"), wasWritten: false), at: at(60))
        #expect(unknown.phase == .done)
        #expect(unknown.step(.timePassed, at: at(5000)) == [])
    }

    @Test func `entries come back from the journal's bytes, and a wrong one is named`() throws {
        let own = request(190, now: 100)
        let yes = WriteApproval(
            by: Slug("sarah"), content: own.content, at: at(99), secondFactor: nil)
        var records: [WriteRecord] = [
            .requested(own), .approved(own.id, yes),
            .denied(own.id, words: ["Say why.", "Wait."], at: at(99)),
            .differs(permit.id, read: 189.1, at: at(3), returns: at(900)),
            .renewed(permit.id, by: Slug("dave"), returns: at(1000), at: at(800.25)),
            .closed(permit.id, by: Slug("dave"), wasWritten: false, at: at(801)),
            .returnBlocked(permit.id, words: "Wait.", at: at(900)),
            .returnUnknown(permit.id, words: "No answer.", at: at(901)),
        ]
        for wire in Wire.allCases {
            var box = Box(wire, kills: [])
            box.run()
            records += box.journal
        }
        #expect(Set(records.map(\.kind)).count == 15)
        for record in records {
            let bytes = record.facts.canonicalBytes
            let again = try WriteRecord(kind: record.kind, facts: Fact(json: bytes))
            #expect(again == record)
        }
        #expect(throws: WriteFactError(kind: "write.sent", member: "at")) {
            try WriteRecord(
                kind: "write.sent", facts: .object(["write": .text(permit.id.text)]))
        }
        #expect(throws: WriteFactError(kind: "write.intended", member: "tolerance")) {
            var members = try #require(WriteRecord.intended(permit, at: at(0)).facts.object)
            members["tolerance"] = .list([.text("1")])
            _ = try WriteRecord(kind: "write.intended", facts: .object(members))
        }
    }

    @Test func `the allowance after a restart is what the journal says`() {
        let day = CivilDate(dayNumber: 20_766)
        var kept = WriteAllowance(envelope().rate, at: at(0), day: day)
        kept.spend(10, rate: envelope().rate, at: at(100), day: day, isRule: false)
        let again = WriteAllowance(
            envelope().rate, records: [.intended(permit, at: at(100))], start: at(0)
        ) { _ in day }
        #expect(again == kept)
        #expect(again.used(on: day) == 10)
    }

    @Test func `without an intent there is no write`() {
        #expect(WriteSequence(records: []) == nil)
        #expect(WriteSequence(records: [.sent(permit.id, at: at(0))]) == nil)
    }
}
