// Messages: the words of ux.md section 9, one SMS each, and who hears of what when.

import Plant
import Testing

@testable import Act

private let dave: Slug = Slug("dave")
private let sarah: Slug = Slug("sarah")

private func clock(_ hour: Int, _ minute: Int) -> Timestamp {
    at(Double(hour * 3600 + minute * 60))
}

private func firing(
    _ test: RuleTest, since: Timestamp, at: Timestamp, value: Double? = nil
) -> Firing {
    Firing(
        raise: RaiseID(rule: Slug("r"), machine: brake, at: at), change: .began, at: at,
        since: since, evidence: [FiringEvidence(test: test, value: value, since: since)])
}

private func plain(_ text: MessageText) -> [String] {
    [text.subject, text.body].map { $0.split(separator: "\u{A0}").joined(separator: " ") }
}

private let oilTest = RuleTest.limit(
    RuleSignal(subject: .machine(moulder), signal: oil), .above, 65, deadband: 2)

@Suite("The words of messages")
struct MessageTextTests {
    @Test func `stopped without a reason`() {
        let stop = firing(
            .noReason(.machine(brake)), since: clock(11, 1), at: clock(11, 11))
        let words = MessageWords(
            machine: "Press brake", job: "Job 4410, Brackets", state: .stopped,
            link: "https://box/a/1", zone: .utc)
        let text = MessageText(began: stop, words: words, now: clock(11, 11))
        #expect(
            plain(text) == [
                "Press brake: stopped 10 min",
                "Since 11:01. Job 4410, Brackets. No reason yet. https://box/a/1",
            ])
        let asked = MessageText(unanswered: stop, words: words, now: clock(11, 26))
        #expect(plain(asked)[1].hasPrefix("Nobody has answered for 15 min. Since 11:01."))
    }

    @Test func `over the limit, and back`() {
        let words = MessageWords(
            machine: "Moulder 3", trouble: "oil too hot", signal: "Oil", unit: "°C",
            state: .slow, link: "https://box/a/2", zone: .utc)
        let text = MessageText(
            began: firing(oilTest, since: clock(11, 22), at: clock(11, 23), value: 68),
            words: words, now: clock(11, 23))
        #expect(
            plain(text) == [
                "Moulder 3: oil too hot, 68 °C",
                "Limit 65 °C since 11:22. Still running slow. https://box/a/2",
            ])
        let end = Firing(
            raise: RaiseID(rule: Slug("r"), machine: moulder, at: clock(11, 23)),
            change: .ended(.cleared), at: clock(11, 58), since: clock(11, 22))
        let over = MessageText(over: end, began: clock(11, 22), value: 61, words: words)
        #expect(
            plain(over) == [
                "Moulder 3: back to normal",
                "Oil 61 °C at 11:58. It was over the limit for 36 min.",
            ])
    }

    @Test func `no signal, no backup, summary`() {
        var words = MessageWords(machine: "Lathe 2", link: "https://box/a/3", zone: .utc)
        let silent = firing(.noSignal(.machine(lathe)), since: clock(9, 40), at: clock(9, 45))
        #expect(
            plain(MessageText(began: silent, words: words, now: clock(9, 45))) == [
                "Lathe 2: no signal for 5 min",
                "Last seen 09:40. The machine may be fine: check network and power at the sensor."
                    + " https://box/a/3",
            ])
        words.machine = nil
        words.note = "The USB stick is full. Free some space or choose another place."
        let backup = firing(
            .backupAge(.hours(72)), since: clock(9, 0), at: clock(9, 0) + .hours(72))
        #expect(
            plain(MessageText(began: backup, words: words, now: clock(9, 0))) == [
                "No backup for 3 days",
                "The USB stick is full. Free some space or choose another place. https://box/a/3",
            ])
        let summary = MessageText(summary: 9, mostly: "Press brake", link: "https://box/a/4")
        #expect(
            plain(summary) == [
                "9 more messages in the last hour",
                "Mostly Press brake. See them together: https://box/a/4",
            ])
    }

    @Test(arguments: 0..<8)
    func `whatever the names, a message fits one SMS and keeps its link`(_ seed: Int) {
        var dice = Dice(seed: 300 + UInt64(seed))
        func words(_ most: Int) -> String {
            (0..<dice.whole(0...most)).map { _ in dice.pick(["Zerspanung", "ä", "Üben", "x"]) }
                .joined(separator: " ")
        }
        for _ in 0..<200 {
            let test = dice.test(false)
            let link = "https://box/a/" + String(repeating: "7", count: dice.whole(0...40))
            let message = MessageWords(
                machine: dice.chance(20) ? nil : words(30),
                trouble: dice.chance(50) ? nil : words(9),
                signal: words(12), unit: words(2), job: words(20), reason: words(9),
                state: dice.pick(MachineState.allCases), link: link, note: words(40), zone: .utc)
            let text = MessageText(
                began: firing(
                    test, since: at(0), at: at(Double(dice.whole(0...900_000))),
                    value: dice.amount()),
                words: message, now: at(5))
            #expect(text.count <= ActLimits.messageCharacters)
            #expect(text.body.hasSuffix(link) || text.subject.count + 1 + link.count > 160)
            #expect(!text.subject.contains("!") && !text.body.contains("!"))
        }
    }
}

private func call(
    _ seconds: Double, rule: String = "r", machine: Slug = brake, to: [Slug] = [dave],
    steps: [(Int64, Slug)] = [], over: Bool = false, urgent: Bool = false
) -> MessageCall {
    MessageCall(
        raise: RaiseID(rule: Slug(rule) ?? Slug("r"), machine: machine, at: at(seconds)),
        tells: to.map { MessageTell($0) },
        steps: steps.map { MessageStep(after: .minutes($0.0), tells: [MessageTell($0.1)]) },
        tellsWhenOver: over, isUrgent: urgent, owner: .supervisor)
}

/// `send dave 60`, `held dave quiet`, `joined`, `summary dave 2 3600`, `budget`.
private func text(_ orders: [MessageOrder]) -> [String] {
    orders.map { order in
        func seconds(_ time: Timestamp) -> String { RulePrinter.number((time - at(0)).seconds) }
        switch order {
        case .send(let subject, _, let to, let time):
            let what =
                switch subject {
                case .began: "send"
                case .unanswered(let step): "step\(step)"
                case .over: "over"
                }
            return "\(what) \(to.person) \(seconds(time))"
        case .summary(let to, let count, _, _, _, _, let time):
            return "summary \(to) \(count) \(seconds(time))"
        case .joined: return "joined"
        case .held(_, _, let to, let because, let until):
            return "held \(to) \(because.rawValue) \(seconds(until))"
        case .budgetSpent: return "budget"
        }
    }
}

@Suite("Who hears of what")
struct MessagePlanTests {
    private func plan(quiet: QuietTime? = nil) -> MessagePlan {
        MessagePlan(
            people: [MessagePerson(id: dave, quiet: quiet), MessagePerson(id: sarah)], zone: .utc)
    }

    @Test func `the seventh message of an hour waits for one summary`() {
        var plan = plan()
        var orders: [MessageOrder] = []
        for number in 0..<9 { orders += plan.begin(call(Double(number) * 60, rule: "r\(number)")) }
        #expect(
            text(orders) == (0..<6).map { "send dave \($0 * 60)" }
                + (6..<9).map { _ in "held dave flood 3600" })
        #expect(text(plan.pass(to: at(9000))) == ["summary dave 3 3600"])
        #expect(plan.counts.wanted == 9 && plan.counts.sent == 6 && plan.counts.summarised == 3)
    }

    @Test func `a repeat of the same cause joins the first message for an hour`() {
        var plan = plan()
        #expect(text(plan.begin(call(0))) == ["send dave 0"])
        #expect(text(plan.begin(call(1800))) == ["joined"])
        #expect(text(plan.begin(call(1900, machine: lathe))) == ["send dave 1900"])
        #expect(text(plan.begin(call(3600))) == ["send dave 3600"])
    }

    @Test func `quiet hours hold all but what presses, until their end`() {
        var plan = plan(quiet: QuietTime(from: 22 * 60, to: 6 * 60))
        #expect(text(plan.begin(call(3600))) == ["held dave quiet 21600"])
        #expect(text(plan.begin(call(3700, rule: "u", urgent: true))) == ["send dave 3700"])
        // One alone goes as it is.
        #expect(text(plan.pass(to: at(30_000))) == ["send dave 21600"])
        #expect(text(plan.begin(call(80_000))) == ["held dave quiet 108000"])
        #expect(text(plan.begin(call(80_060, rule: "b"))) == ["held dave quiet 108000"])
        #expect(text(plan.pass(to: at(200_000))) == ["summary dave 2 108000"])
    }

    @Test func `an end of quiet on the night of a clock change is found`() throws {
        // Clocks go back on 2026-10-25 at 01:00 UTC in London: 01:30 happens twice.
        let change = Timestamp(seconds: 1_792_890_000)
        let london = ZoneRules(
            name: "Europe/London", firstOffsetSeconds: 3600,
            changes: [ZoneRules.Change(at: change, offsetSeconds: 0)])
        let quiet = try #require(QuietTime(from: 22 * 60, to: 6 * 60))
        let before = change - .hours(3)
        #expect(quiet.end(at: before, zone: london) == change + .hours(5))
        #expect(quiet.end(at: change + .hours(5), zone: london) == nil)
    }

    @Test func `escalation comes at its time and ends with an answer`() {
        var plan = plan()
        _ = plan.begin(call(0, steps: [(15, sarah), (30, dave)]))
        #expect(text(plan.pass(to: at(5000))) == ["step1 sarah 900", "step2 dave 1800"])
        _ = plan.begin(call(6000, rule: "b", steps: [(15, sarah)]))
        #expect(plan.answer(.notNow, to: call(6000, rule: "b").raise, at: at(6100)) == [])
        #expect(text(plan.pass(to: at(7000))) == ["step1 sarah 6900"])
        _ = plan.begin(call(8000, rule: "c", steps: [(15, sarah)]))
        #expect(plan.answer(.onIt, to: call(8000, rule: "c").raise, at: at(8899)) == [])
        #expect(plan.pass(to: at(20_000)) == [])
        _ = plan.begin(call(30_000, rule: "d", steps: [(15, sarah)], over: true))
        #expect(
            text(plan.end(call(30_000, rule: "d").raise, at: at(30_500))) == ["over dave 30500"])
        #expect(plan.pass(to: at(40_000)) == [])
        // An answer in the moment of the step comes after it.
        _ = plan.begin(call(50_000, rule: "e", steps: [(15, sarah)]))
        let late = plan.answer(.onIt, to: call(50_000, rule: "e").raise, at: at(50_900))
        #expect(text(late) == ["step1 sarah 50900"])
    }

    @Test func `a rule that nags goes to the summary, and its owner hears of it once`() {
        var plan = plan()
        var orders: [MessageOrder] = []
        for number in 0..<12 { orders += plan.begin(call(Double(number) * 4000)) }
        let words = text(orders)
        #expect(words.filter { $0.hasPrefix("send") }.count == 10)
        #expect(words[10...] == ["budget", "held dave budget 86400", "held dave budget 86400"])
        #expect(text(plan.pass(to: at(100_000))) == ["summary dave 2 86400"])
        #expect(text(plan.begin(call(100_001))) == ["send dave 100001"])
    }

    @Test func `roles become people, and nobody is told twice of one thing`() throws {
        let rule = try Rule(
            RuleText(
                id: Slug("r"), name: "R", owner: .supervisor,
                say: "When press-brake is stopped, send sms to dave and tell the operator",
                otherwise: "If nobody answers in 5 min, also tell the supervisor"))
        let raise = RaiseID(rule: rule.id, machine: brake, at: at(0))
        let call = MessageCall(rule, raise: raise, isUrgent: false) { role in
            role == .floor ? [sarah, dave] : role == .supervisor ? [sarah] : []
        }
        var plan = plan()
        #expect(text(plan.begin(call)) == ["send dave 0", "send sarah 0"])
        #expect(text(plan.pass(to: at(300))) == ["step1 sarah 300"])
    }

    @Test(arguments: 0..<10)
    func `nothing is lost: sent, joined, in a summary or waiting, and never seven an hour`(
        _ seed: Int
    ) {
        var dice = Dice(seed: 900 + UInt64(seed))
        var plan = plan(quiet: QuietTime(from: 22 * 60, to: 6 * 60))
        var orders: [MessageOrder] = []
        var time = 0.0
        var open: [RaiseID] = []
        for _ in 0..<600 {
            time += Double(dice.whole(1...900))
            let one = call(
                time, rule: "r\(dice.whole(0...6))", machine: dice.pick([brake, lathe, moulder]),
                to: dice.chance(50) ? [dave] : [dave, sarah], steps: [(15, sarah), (40, dave)],
                over: dice.chance(30), urgent: dice.chance(10))
            switch dice.whole(0...9) {
            case 0...5:
                orders += plan.begin(one)
                open.append(one.raise)
            case 6...7:
                guard !open.isEmpty else { continue }
                orders += plan.end(open.removeFirst(), at: at(time))
            case 8:
                guard !open.isEmpty else { continue }
                orders += plan.answer(
                    dice.pick(MessageAnswer.allCases), to: dice.pick(open), at: at(time))
            default: orders += plan.pass(to: at(time))
            }
        }
        var sent: [Slug: [Timestamp]] = [:]
        var summarised: Int64 = 0
        for order in orders {
            switch order {
            case .send(_, _, let to, let time): sent[to.person, default: []].append(time)
            case .summary(let to, let count, _, _, _, _, let time):
                sent[to, default: []].append(time)
                summarised += Int64(count)
            default: break
            }
        }
        for times in sent.values {
            #expect(times == times.sorted())
            for (index, time) in times.enumerated() where index >= ActLimits.messagesAnHour {
                #expect(time - times[index - ActLimits.messagesAnHour] >= .hours(1))
            }
        }
        let counts = plan.counts
        #expect(counts.summarised == summarised)
        #expect(counts.wanted == counts.sent + counts.joined + counts.summarised + counts.waiting)
        let all = sent.values.reduce(0) { $0 + $1.count }
        #expect(Int64(all) == counts.sent + counts.summaries)
        #expect(counts.sent > 20 && counts.summaries > 0 && counts.joined > 20)
    }

    @Test func `a link answers once, and not after its end`() throws {
        var links = AnswerLinks()
        let raise = call(0).raise
        func link(_ number: UInt64, _ answer: MessageAnswer, to person: Slug = dave) -> AnswerLink {
            AnswerLink(
                token: AnswerToken((number, 1, 2, 3)), raise: raise, person: person,
                answer: answer, ends: at(0) + ActLimits.answerLinkLife)
        }
        let made = links.add(
            [link(1, .onIt), link(2, .notNow), link(3, .onIt, to: sarah)], at: at(0))
        #expect(made)
        #expect(try links.use(AnswerToken((1, 1, 2, 3)), at: at(10)).answer == .onIt)
        #expect(throws: AnswerRefusal.unknown) {
            try links.use(AnswerToken((1, 1, 2, 3)), at: at(11))
        }
        #expect(throws: AnswerRefusal.unknown) {
            try links.use(AnswerToken((2, 1, 2, 3)), at: at(11))
        }
        #expect(throws: AnswerRefusal.unknown) {
            try links.use(AnswerToken((3, 1, 2, 4)), at: at(11))
        }
        #expect(throws: AnswerRefusal.ended) {
            try links.use(AnswerToken((3, 1, 2, 3)), at: at(86_400))
        }
        #expect(links.count == 0)
    }
}
