// The queue: order, bounds, floods, quiet hours, and never twice what may have arrived.

import Plant
import Testing

@testable import Outbound

private let phone: Slug = Slug("dave-phone")
private let mail: Slug = Slug("dave-mail")
private let dave: Slug = Slug("dave")

/// A queue with a clock that tests move.
private struct Bench {
    var queue = OutboundQueue(seed: 1, minuteOfDay: { Int($0.secondsSince1970 / 60 % 1_440) })
    var now = Elapsed.hours(100)
    var wall = Timestamp(seconds: 1_794_567_890)

    mutating func pass(_ time: Elapsed) -> [OutboundAction] {
        now += time
        wall = wall + time
        return step(.tick)
    }

    mutating func step(_ event: OutboundEvent) -> [OutboundAction] {
        queue.step(event, now: now, wall: wall)
    }

    mutating func add(
        _ id: String, over channel: Slug = phone, quiet: QuietHours? = nil,
        urgency: Urgency = .normal,
        machine: String = "Press brake"
    ) -> [OutboundAction] {
        step(
            .message(
                message(id, machine: machine, urgency: urgency, created: wall), over: channel,
                to: dave, quiet: quiet))
    }

    mutating func answer(
        _ id: String, _ delivery: Delivery, over channel: Slug = phone
    ) -> [OutboundAction] {
        step(.delivered(id: id, over: channel, delivery))
    }
}

private func sent(_ actions: [OutboundAction]) -> [String] {
    actions.compactMap { if case .send(let message, _) = $0 { message.id } else { nil } }
}

@Suite struct OutboundQueueTests {
    private let busy = DeliveryProblem(.serverBusy(code: 451), at: "a:1")

    @Test func `messages of a channel go one at a time and in order`() {
        var bench = Bench()
        #expect(sent(bench.add("a")) == ["a"])
        #expect(bench.add("b") == [])
        #expect(bench.add("c") == [])
        #expect(sent(bench.add("d", over: mail)) == ["d"])
        #expect(bench.answer("b", .accepted("")) == [], "b is not on its way")
        let next = bench.answer("a", .accepted("queued"))
        #expect(next.first == .accepted(id: "a", over: phone, words: "queued"))
        #expect(sent(next) == ["b"])
        #expect(sent(bench.answer("b", .accepted(""))) == ["c"])
    }

    @Test func `a message that comes twice goes once`() {
        var bench = Bench()
        _ = bench.add("a")
        #expect(bench.add("a") == [])
        _ = bench.answer("a", .accepted(""))
        #expect(bench.add("a") == [])
        #expect(bench.answer("a", .accepted("")) == [])
    }

    @Test func `a refusal for now is tried again later, before those behind it`() throws {
        var bench = Bench()
        _ = bench.add("a")
        _ = bench.add("b")
        let actions = bench.answer("a", .refused(busy))
        guard case .postponed("a", phone, busy, let until) = try #require(actions.first) else {
            Issue.record("not postponed")
            return
        }
        #expect(bench.queue.nextWake(now: bench.now) == until)
        #expect(bench.pass(.seconds(1)) == [])
        #expect(sent(bench.pass(until - bench.now)) == ["a"])
        #expect(sent(bench.answer("a", .accepted(""))) == ["b"])
    }

    @Test func `a message that may have arrived is said to be unknown and not sent again`() {
        var bench = Bench()
        _ = bench.add("a")
        _ = bench.add("b")
        let lost = DeliveryProblem(.replyLost, at: "a:1")
        let actions = bench.answer("a", .unknown(lost))
        #expect(actions.first == .unknown(id: "a", over: phone, lost))
        #expect(sent(actions) == ["b"])
        #expect(bench.add("a") == [])
        _ = bench.answer("b", .accepted(""))
        #expect(sent(bench.pass(.hours(30))) == [])
    }

    @Test func `what was being sent when the program ended is unknown afterwards`() {
        var bench = Bench()
        let first = message("a", created: bench.wall)
        let actions = bench.step(
            .restored(first, over: phone, to: dave, quiet: nil, wasBeingSent: true))
        #expect(sent(actions) == [])
        guard case .unknown("a", phone, _) = actions.first else {
            Issue.record("not said to be unknown")
            return
        }
        let second = message("b", created: bench.wall)
        #expect(
            sent(
                bench.step(
                    .restored(second, over: phone, to: dave, quiet: nil, wasBeingSent: false)))
                == ["b"])
        #expect(bench.add("a") == [])
    }

    @Test func `after a day of trying it is given up, and a message of yesterday is not begun`() {
        var bench = Bench()
        _ = bench.add("a")
        var tries = 1
        var last: [OutboundAction] = []
        for _ in 0..<100 {
            last = bench.answer("a", .refused(busy))
            if case .gaveUp = last.first { break }
            guard let wake = bench.queue.nextWake(now: bench.now) else { break }
            tries += sent(bench.pass(wake - bench.now)).count
        }
        #expect(last == [.gaveUp(id: "a", over: phone, busy)])
        #expect((20...40).contains(tries))
        let old = message("old", created: bench.wall - .hours(25))
        let actions = bench.step(.message(old, over: phone, to: dave, quiet: nil))
        guard case .gaveUp("old", phone, _) = actions.first else {
            Issue.record("an old message was begun")
            return
        }
    }

    @Test func `wrong settings hold the channel once, and nothing is lost until they change`() {
        var bench = Bench()
        let refused = DeliveryProblem(.signInRefused, at: "a:1")
        _ = bench.add("a")
        #expect(bench.answer("a", .refused(refused)) == [.held(phone, refused)])
        #expect(bench.add("b") == [])
        #expect(bench.pass(.hours(2)) == [])
        #expect(bench.queue.holding(phone) == refused)
        #expect(bench.queue.nextWake(now: bench.now) == nil)
        #expect(sent(bench.step(.changed(phone))) == ["a"])
        #expect(sent(bench.answer("a", .accepted(""))) == ["b"])
        _ = bench.answer("b", .refused(refused))
        #expect(bench.pass(.hours(25)) == [.gaveUp(id: "b", over: phone, refused)])
    }

    @Test func `at most six messages go to one person within an hour, then one summary`() {
        var bench = Bench()
        var all: [String] = []
        for number in 1...15 {
            let channel = number.isMultiple(of: 2) ? mail : phone
            let actions = bench.add("m\(number)", over: channel)
            all += sent(actions)
            for id in sent(actions) { all += sent(bench.answer(id, .accepted(""), over: channel)) }
            all += sent(bench.pass(.minutes(1)))
        }
        #expect(all == ["m1", "m2", "m3", "m4", "m5", "m6"])
        #expect(sent(bench.pass(.minutes(44))) == [])
        let late = bench.pass(.minutes(2))
        #expect(sent(late).count == 2, "one summary for each channel")
        for case .send(let summary, let channel) in late {
            #expect(
                summary.subject
                    == (channel == mail
                        ? "4 more messages in the last hour" : "5 more messages in the last hour"))
            #expect(summary.text == "Mostly Press brake.")
            #expect(summary.id.hasPrefix("summary-m"))
        }
    }

    @Test func `what piled up while the server was away does not come as a flood`() {
        var bench = Bench()
        _ = bench.add("m0")
        var told: [OutboundAction] = []
        for number in 1...30 {
            _ = bench.answer("m0", .refused(busy))
            _ = bench.add("m\(number)")
            _ = bench.pass(.minutes(9))
        }
        #expect(bench.queue.waitingCount(over: phone) <= OutboundLimits.waiting)
        var all: [String] = []
        var actions = bench.pass(.hours(1))
        for _ in 0..<100 where !actions.isEmpty || all.isEmpty {
            told += actions
            let ids = sent(actions)
            all += ids
            actions = ids.flatMap { bench.answer($0, .accepted("")) }
        }
        #expect(all.count == 6 && all.first == "m0", "\(all)")
        let hour = bench.pass(.minutes(61))
        guard case .send(let summary, _) = hour.last else {
            Issue.record("no summary")
            return
        }
        #expect(summary.subject.hasPrefix("25 more messages in the last "))
    }

    @Test func `a message tried again at night waits for the morning`() throws {
        var bench = Bench()
        let quiet = try #require(QuietHours(from: 12 * 60, to: 13 * 60))
        #expect(sent(bench.add("a", quiet: quiet)) == ["a"])
        let asked = DeliveryProblem(.serverBusy(code: 429), at: "a:1", askedWait: .hours(1))
        _ = bench.answer("a", .refused(asked))
        #expect(bench.pass(.minutes(70)) == [.joinedSummary(id: "a", over: phone)])
        #expect(sent(bench.pass(.minutes(60))) == ["a"])
        _ = bench.answer("a", .accepted(""))
        #expect(bench.add("a", quiet: quiet) == [])
    }

    @Test func `a refused message does not count against the person's hour`() {
        var bench = Bench()
        let gone = DeliveryProblem(.recipientRefused, at: "a:1")
        for number in 1...10 {
            #expect(sent(bench.add("m\(number)")) == ["m\(number)"])
            _ = bench.answer("m\(number)", .refused(gone))
        }
    }

    @Test func `one message over two channels counts once`() {
        var bench = Bench()
        for number in 1...6 {
            #expect(sent(bench.add("m\(number)")).count == 1)
            #expect(sent(bench.add("m\(number)", over: mail)).count == 1)
            _ = bench.answer("m\(number)", .accepted(""))
            _ = bench.answer("m\(number)", .accepted(""), over: mail)
        }
        #expect(bench.add("m7") == [.joinedSummary(id: "m7", over: phone)])
    }

    @Test func `within any hour no more than six go, whatever the rhythm`() {
        var bench = Bench()
        var times: [Elapsed] = []
        var told = 0
        var random: UInt64 = 99
        for number in 0..<500 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var actions = bench.pass(.seconds(Int64(random >> 33) % 900))
            actions += bench.add("m\(number)")
            while !actions.isEmpty {
                var more: [OutboundAction] = []
                for action in actions {
                    if case .send(let message, _) = action {
                        times.append(bench.now)
                        more += bench.answer(message.id, .accepted(""))
                    }
                    if case .summarised(_, _, let count) = action { told += count - 1 }
                }
                actions = more
            }
        }
        for index in times.indices.dropFirst(6) {
            #expect(times[index] - times[index - 6] >= .hours(1))
        }
        #expect(times.count + told >= 490, "each message was sent or told")
    }

    @Test func `quiet hours keep messages back for one summary, unless they press`() throws {
        var bench = Bench()
        // 11:04 UTC lies inside 22:00 to 12:00.
        let quiet = try #require(QuietHours(from: 22 * 60, to: 12 * 60))
        #expect(bench.add("a", quiet: quiet) == [.joinedSummary(id: "a", over: phone)])
        #expect(
            bench.add("b", quiet: quiet, machine: "Lathe 1") == [
                .joinedSummary(id: "b", over: phone)
            ])
        #expect(sent(bench.add("fire", quiet: quiet, urgency: .high)) == ["fire"])
        _ = bench.answer("fire", .accepted(""))
        #expect(bench.pass(.minutes(30)) == [])
        #expect(bench.queue.nextWake(now: bench.now) == bench.now + .minutes(1))
        let morning = bench.pass(.minutes(30))
        #expect(morning.first == .summarised(id: "summary-a", over: phone, count: 2))
        guard case .send(let summary, _) = try #require(morning.last) else { return }
        #expect(summary.text == "From Lathe 1, Press brake.")
    }

    @Test func `one message kept back alone goes as it is`() throws {
        var bench = Bench()
        let quiet = try #require(QuietHours(from: 660, to: 720))
        _ = bench.add("a", quiet: quiet)
        let later = bench.pass(.hours(1))
        #expect(later.first == .summarised(id: "a", over: phone, count: 1))
        #expect(sent(later) == ["a"])
    }

    @Test func `what does not fit joins a summary, and the queue stays bounded`() {
        var bench = Bench()
        let refused = DeliveryProblem(.signInRefused, at: "a:1")
        _ = bench.add("m0")
        _ = bench.answer("m0", .refused(refused))
        for number in 1...500 {
            _ = bench.add("m\(number)")
            _ = bench.pass(.minutes(11))
        }
        #expect(bench.queue.waitingCount(over: phone) <= OutboundLimits.waiting)
        let actions = bench.step(.removed(phone))
        #expect(actions.contains { if case .gaveUp = $0 { true } else { false } })
        #expect(bench.queue.waitingCount(over: phone) == 0)
    }

    @Test func `removing a channel leaves the message on its way unknown`() {
        var bench = Bench()
        _ = bench.add("a")
        _ = bench.add("b")
        let actions = bench.step(.removed(phone))
        guard actions.count == 2, case .unknown("a", phone, _) = actions[0],
            case .gaveUp("b", phone, _) = actions[1]
        else {
            Issue.record("\(actions)")
            return
        }
        #expect(bench.answer("a", .accepted("")) == [])
    }

    @Test func `channels are bounded too`() throws {
        var bench = Bench()
        for number in 0..<OutboundLimits.channels {
            let channel = try #require(Slug("channel-\(number)"))
            let person = try #require(Slug("person-\(number)"))
            _ = bench.step(
                .message(message("a", created: bench.wall), over: channel, to: person, quiet: nil))
        }
        guard case .gaveUp("x", phone, _) = bench.add("x").first else {
            Issue.record("one more channel was taken")
            return
        }
    }

    @Test(arguments: [
        (0, 0, 0, false), (540, 1_020, 539, false), (540, 1_020, 540, true),
        (540, 1_020, 1_020, false),
        (1_320, 360, 1_320, true), (1_320, 360, 1_439, true), (1_320, 360, 0, true),
        (1_320, 360, 359, true),
        (1_320, 360, 360, false), (1_320, 360, 720, false),
    ])
    func `quiet hours can cross midnight`(_ from: Int, _ to: Int, _ minute: Int, _ isQuiet: Bool) {
        #expect(QuietHours(from: from, to: to)?.contains(minuteOfDay: minute) == isQuiet)
        #expect(QuietHours(from: from, to: 1_440) == nil)
    }

    @Test func `the same events at the same times give the same actions`() {
        func run() -> [OutboundAction] {
            var bench = Bench()
            var all: [OutboundAction] = []
            for number in 0..<40 {
                all += bench.add("m\(number)", over: number.isMultiple(of: 3) ? mail : phone)
                all += bench.pass(.minutes(7))
                for id in sent(all).suffix(2) {
                    all += bench.answer(
                        id, number.isMultiple(of: 2) ? .refused(busy) : .accepted(""))
                }
            }
            return all
        }
        #expect(run() == run())
    }
}
