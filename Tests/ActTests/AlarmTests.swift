// Alarms after ISA-18.2: every transition, silence, suppression, restart, and the worked A4.

import Plant
import Testing

@testable import Act

private let hot: Slug = Slug("oil-hot")
private let dave: Slug = Slug("dave")
private let sarah: Slug = Slug("sarah")

private func raise(_ seconds: Double) -> RaiseID {
    RaiseID(rule: hot, machine: moulder, at: at(seconds))
}

/// An alarm that went through some steps, one a second: r raise, c clear, a acknowledge, x reset.
private func after(_ steps: String, latching: Bool = false, acknowledged: Bool = true) throws
    -> Alarm
{
    var alarm = Alarm(
        rule: hot, machine: moulder, priority: .medium, isLatching: latching,
        needsAcknowledgement: acknowledged)
    for (index, step) in steps.enumerated() {
        let time = Double(index)
        switch step {
        case "r": _ = try alarm.step(.raised(raise(time)), at: at(time))
        case "c": _ = try alarm.step(.cleared, at: at(time))
        case "a":
            let now = try #require(alarm.raise)
            _ = try alarm.step(.acknowledge(now, by: dave), at: at(time))
        default: _ = try alarm.step(.reset(by: dave), at: at(time))
        }
    }
    return alarm
}

func record(
    _ rule: Slug = hot, severity: AlarmSeverity = .major, minutes: Int64 = 20,
    offWith: StateSet? = nil, yieldsTo: [Slug] = []
) -> AlarmRecord {
    AlarmRecord(
        rule: rule, cause: "The cooler is blocked.", consequence: "Parts warp.",
        action: "Clean the cooler.", owner: .engineer, severity: severity,
        timeToRespond: .minutes(minutes), settingReason: "The maker says 65.",
        offWith: offWith, yieldsTo: yieldsTo, review: CivilDate(dayNumber: 21_000))
}

@Suite("Alarms")
struct AlarmTests {
    @Test(arguments: [
        ("", false, AlarmState.normal), ("r", false, .new), ("ra", false, .seen),
        ("rc", false, .overNotSeen), ("rca", false, .normal), ("rcr", false, .new),
        ("rac", false, .normal), ("r", true, .new), ("rc", true, .latchedNotSeen),
        ("rac", true, .latchedSeen), ("rca", true, .latchedSeen), ("rcax", true, .normal),
        ("rcr", true, .new), ("racr", true, .new), ("racx", true, .normal), ("rr", false, .new),
        ("cc", false, .normal),
    ])
    func `the transitions of alarms.md`(_ steps: String, latching: Bool, state: AlarmState) throws {
        #expect(try after(steps, latching: latching).state == state)
    }

    @Test func `without need of an answer it is over at once`() throws {
        #expect(try after("rc", acknowledged: false).state == .normal)
    }

    @Test func `a reset needs the condition gone and the alarm seen`() throws {
        func refusal(_ steps: String, latching: Bool) throws -> AlarmRefusal? {
            var alarm = try after(steps, latching: latching)
            do { _ = try alarm.step(.reset(by: dave), at: at(99)) } catch { return error }
            return nil
        }
        #expect(try refusal("r", latching: true) == .stillActive)
        #expect(try refusal("ra", latching: true) == .stillActive)
        #expect(try refusal("rc", latching: true) == .notSeen)
        #expect(try refusal("rac", latching: true) == nil)
        #expect(try refusal("rc", latching: false) == .notLatched)
    }

    @Test func `seeing an old raise does not see the new one, and twice is once`() throws {
        var alarm = try after("rcr")
        #expect(throws: AlarmRefusal.replaced) {
            try alarm.step(.acknowledge(raise(0), by: dave), at: at(5))
        }
        #expect(alarm.state == .new)
        let now = try #require(alarm.raise)
        #expect(now == raise(2))
        #expect(try alarm.step(.acknowledge(now, by: dave), at: at(6)).count == 1)
        #expect(try alarm.step(.acknowledge(now, by: sarah), at: at(7)) == [])
        #expect(alarm.state == .seen)
    }

    @Test func `alarms A4: a silence of 30 min ends in a new raise with its history`() throws {
        let ten = 36_000.0
        var alarm = Alarm(rule: hot, machine: moulder, priority: .medium)
        _ = try alarm.step(.raised(raise(ten - 60)), at: at(ten - 60))
        _ = try alarm.step(
            .shelve(
                by: dave, until: at(ten + 1800), reason: "Cooler is being cleaned", second: nil),
            at: at(ten))
        #expect(alarm.state == .shelved)
        #expect(try alarm.step(.cleared, at: at(ten + 600)) == [.cleared(nil)])
        #expect(
            try alarm.step(.raised(raise(ten + 1200)), at: at(ten + 1200))
                == [.counted(raise(ten + 1200))])
        #expect(alarm.state == .shelved)
        // However late the time is told, it comes back at 10:30.
        let notes = try alarm.step(.timePassed, at: at(ten + 9000))
        #expect(notes == [.unshelved(by: nil), .raised(raise(ten + 1800), .medium)])
        #expect(alarm.state == .new)
        #expect(alarm.raise?.at == at(ten + 1800))
        #expect(alarm.occurrences == [at(ten - 60), at(ten + 1200)])
        #expect(alarm.count == 2)
    }

    @Test func `silence has a reason, an end within a day, and a second person on top`() throws {
        func refusal(
            _ reason: String, hours: Int64, priority: AlarmPriority = .medium,
            second: Slug? = nil
        ) -> AlarmRefusal? {
            var alarm = Alarm(rule: hot, machine: moulder, priority: priority)
            let until = at(0) + .hours(hours)
            do {
                _ = try alarm.step(
                    .shelve(by: dave, until: until, reason: reason, second: second), at: at(0))
            } catch { return error }
            return alarm.state == .shelved ? nil : .replaced
        }
        #expect(refusal("Known", hours: 8) == nil)
        #expect(refusal("Known", hours: 24) == nil)
        #expect(refusal("Known", hours: 25) == .wrongEnd)
        #expect(refusal("Known", hours: 0) == .wrongEnd)
        #expect(refusal("  ", hours: 8) == .noReason)
        #expect(refusal("Known", hours: 8, priority: .high) == .needsSecond)
        #expect(refusal("Known", hours: 8, priority: .high, second: dave) == .needsSecond)
        #expect(refusal("Known", hours: 8, priority: .high, second: sarah) == nil)
    }

    @Test func `at most thirty alarms are silenced`() throws {
        var rules: [Slug] = []
        for index in 0..<31 { rules.append(try #require(Slug("rule-\(index)"))) }
        var book = AlarmBook(records: rules.map { record($0) })
        let shelve = AlarmEvent.shelve(by: dave, until: at(3600), reason: "Known", second: nil)
        for rule in rules.prefix(30) {
            _ = try book.take(shelve, of: AlarmKey(rule: rule, machine: moulder), at: at(0))
        }
        let last = AlarmKey(rule: rules[30], machine: moulder)
        #expect(throws: AlarmRefusal.tooManyShelved) {
            try book.take(shelve, of: last, at: at(1))
        }
        #expect(book.list.count == 30)
        #expect(book.pass(to: at(3600)).count == 30)
        #expect(try book.take(shelve, of: last, at: at(3500)).count == 1)
    }

    @Test func `out of service only with authorisation, and afresh afterwards`() throws {
        var alarm = try after("ra")
        let out = AlarmEvent.outOfService(by: dave, reason: "Sensor swap", isAuthorised: false)
        #expect(throws: AlarmRefusal.notAuthorised) { try alarm.step(out, at: at(5)) }
        _ = try alarm.step(
            .outOfService(by: dave, reason: "Sensor swap", isAuthorised: true), at: at(5))
        #expect(alarm.state == .outOfService)
        _ = try alarm.step(.inService(by: dave), at: at(9))
        #expect(alarm.state == .new)
        #expect(alarm.raise == raise(9))
    }

    @Test func `off with the machine, and yielding to one that says more`() throws {
        let high: Slug = Slug("oil-very-hot")
        var book = AlarmBook(records: [
            record(hot, offWith: StateSet([.planned, .stopped]), yieldsTo: [high]), record(high),
        ])
        func firing(_ rule: Slug, _ seconds: Double, began: Bool) -> Firing {
            let id = RaiseID(rule: rule, machine: moulder, at: at(seconds))
            return Firing(
                raise: id, change: began ? .began : .ended(.cleared), at: at(seconds),
                since: at(seconds))
        }
        let key = AlarmKey(rule: hot, machine: moulder)
        _ = book.take(state: .stopped, of: moulder, at: at(0))
        let quiet = book.take(firing(hot, 10, began: true))
        #expect(
            quiet.map(\.note) == [.suppressed(true), .counted(raise(10))]
                || quiet.map(\.note) == [.counted(raise(10))])
        #expect(book.alarms[key]?.state == .suppressed)
        let back = book.take(state: .running, of: moulder, at: at(20))
        #expect(
            back.map(\.note) == [.suppressed(false), .raised(raise(20), .medium)]
                || back.map(\.note) == [.suppressed(false), .raised(raise(20), .low)])
        let both = book.take(firing(high, 30, began: true))
        #expect(both.count == 2)
        #expect(book.alarms[key]?.state == .suppressed)
        #expect(book.firstOut(of: [key, AlarmKey(rule: high, machine: moulder)]) == key)
        _ = book.take(firing(high, 40, began: false))
        #expect(book.alarms[key]?.state == .new)
    }

    @Test func `after a restart the same raise is not raised again`() throws {
        var alarm = try after("ra")
        let kept = alarm
        #expect(try alarm.step(.raised(raise(0)), at: at(100)) == [])
        #expect(alarm == kept)
        // One raised while the box was down has another time, and is new.
        _ = try alarm.step(.cleared, at: at(110))
        #expect(try alarm.step(.raised(raise(120)), at: at(130)).count == 1)
        #expect(alarm.state == .new)
    }

    @Test func `every state has one word, and the words are those of the pages`() {
        let words = AlarmState.allCases.map { "\($0.rawValue) \($0.word)" }
        #expect(
            words == [
                "A Over", "B New", "C Seen", "D Over but not seen", "E Over but not seen", "F Seen",
                "G Silenced", "H Off with the machine", "I Out of service",
            ])
    }

    @Test func `a record is complete, and its wait a tenth of the time at most`() {
        #expect(record().check() == [])
        #expect(record().check(wait: .minutes(2)) == [])
        #expect(record().check(wait: .seconds(121)).map(\.field) == ["wait"])
        var empty = record()
        empty.cause = " "
        empty.action = ""
        #expect(empty.check().map(\.field) == ["cause", "action"])
        #expect(record(severity: .severe, minutes: 2).check().map(\.field) == ["severity"])
        #expect(record(minutes: 0).check().map(\.field) == ["timeToRespond"])
        #expect(record(severity: .severe, minutes: 5).priority == .high)
        #expect(record(severity: .minor, minutes: 60).priority == .low)
        #expect(AlarmBook(records: [empty]).records.isEmpty)
    }

    static let a3: [Double] = [
        0, 30, 60, 90, 100, 120, 150, 200, 240, 300, 400, 599, 610, 700, 800, 900, 1000, 1300,
        1500, 1900,
    ]

    @Test func `alarms A3: fixed bins 12, 5, 2, 1 and a flood from the eleventh alarm on`() {
        let key = AlarmKey(rule: hot, machine: moulder)
        let all = Self.a3.map {
            AlarmActivation(key: key, raised: at($0), cleared: at($0 + 5), priority: .low)
        }
        let metrics = AlarmMetrics(all, in: TimeRange(start: at(0), end: at(2400)))
        #expect(metrics.perPeriod == [12, 5, 2, 1])
        #expect(metrics.overloadedShare == 0.25)
        #expect(metrics.peak == 12)
        // At 1,210 s the alarm of 610 s is ten minutes old and four remain.
        #expect(metrics.floods == [TimeRange(start: at(400), end: at(1210))])
        #expect(abs(metrics.floodShare - 810.0 / 2400) < 1e-12)
        #expect(metrics.chattering == [key])
        #expect(metrics.fleeting == 20)
        #expect(metrics.topTenShare == 1)
        #expect(metrics.priorities == [1, 0, 0])
        #expect(abs(metrics.perPersonDay - 20 * 36) < 1e-9)
    }

    @Test func `three within a minute chatter, three over a minute do not; a day is stale`() {
        let key = AlarmKey(rule: hot, machine: moulder)
        func metrics(_ times: [Double], lasting: Double) -> AlarmMetrics {
            AlarmMetrics(
                times.map {
                    AlarmActivation(
                        key: key, raised: at($0), cleared: at($0 + lasting), priority: .high)
                }, in: TimeRange(start: at(0), end: at(200_000)))
        }
        #expect(metrics([0, 30, 59.9], lasting: 12).chattering == [key])
        #expect(metrics([0, 30, 60], lasting: 12).chattering == [])
        #expect(metrics([0], lasting: 86_401).stale == [key])
        #expect(metrics([0], lasting: 86_400).stale == [])
        #expect(metrics([0], lasting: 12).fleeting == 0)
    }
}
