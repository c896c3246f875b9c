// One person's messages: what goes at once, what joins, what waits for the summary.

import Plant

extension MessagePlan {
    /// One message is wanted for one person.
    mutating func want(
        _ subject: MessageSubject, _ call: MessageCall, _ tell: MessageTell, at: Timestamp
    ) -> [MessageOrder] {
        counts.wanted += 1
        var lane = lanes[tell.person] ?? Lane()
        let key = AlarmKey(rule: call.raise.rule, machine: call.raise.machine)
        if let first = joins(subject, call, lane, key, at: at) {
            counts.joined += 1
            return [.joined(call.raise, to: tell.person, with: first, at: at)]
        }
        var orders: [MessageOrder] = []
        if subject == .began { lane.last[key] = call.raise }
        lane.last = lane.last.filter { at - $0.value.at < ActLimits.joining }
        let isSpent = spend(call, at: at, into: &orders)
        let wait: MessageWait?
        let opens = self.opens(lane, isUrgent: call.isUrgent, at: at)
        if isSpent {
            wait = .budget
        } else if opens > at {
            let isQuiet = !call.isUrgent && lane.quiet?.end(at: at, zone: zone) != nil
            wait = isQuiet ? .quiet : .flood
        } else {
            wait = nil
        }
        guard let wait else {
            counts.sent += 1
            MessagePlan.note(&lane, at: at)
            lanes[tell.person] = lane
            return orders + [.send(subject, call.raise, to: tell, at: at)]
        }
        var until = opens
        if wait == .budget, let budget = budgets[call.raise.rule] {
            until = self.opens(
                lane, isUrgent: call.isUrgent, at: max(at, budget.from + .hours(24)))
        }
        let held = Held(
            raise: call.raise, subject: subject, tell: tell, isUrgent: call.isUrgent,
            because: wait)
        if lane.held.count < ActLimits.waitingMessages {
            lane.held.append(held)
        } else {
            lane.more += 1
        }
        lane.waits.insert(wait)
        lane.due = min(lane.due ?? until, until)
        counts.waiting += 1
        lanes[tell.person] = lane
        return orders + [
            .held(subject, call.raise, to: tell.person, because: wait, until: until)
        ]
    }

    /// The earlier raise that a message joins, nil when it stands alone.
    private func joins(
        _ subject: MessageSubject, _ call: MessageCall, _ lane: Lane, _ key: AlarmKey,
        at: Timestamp
    ) -> RaiseID? {
        switch subject {
        case .began:
            guard let last = lane.last[key], at - last.at < ActLimits.joining else { return nil }
            return last
        case .unanswered: return nil
        case .over:
            // That it is over is of no use before it was heard that it began.
            let isWaiting = lane.held.contains { $0.raise == call.raise }
            let isJoined = lane.last[key].map { $0 != call.raise && $0 < call.raise } ?? false
            return isWaiting ? call.raise : isJoined ? lane.last[key] : nil
        }
    }

    /// Counts a message of a rule; true once its messages of the day are used up.
    private mutating func spend(
        _ call: MessageCall, at: Timestamp, into orders: inout [MessageOrder]
    ) -> Bool {
        var budget = budgets[call.raise.rule] ?? Budget(from: at)
        if at - budget.from >= .hours(24) { budget = Budget(from: at) }
        defer { budgets[call.raise.rule] = budget }
        guard budget.sent >= ActLimits.ruleBudget else {
            budget.sent += 1
            return false
        }
        // What presses is never put off by its rule's budget.
        if !budget.isSpent {
            budget.isSpent = true
            orders.append(.budgetSpent(rule: call.raise.rule, owner: call.owner, at: at))
        }
        return !call.isUrgent
    }

    /// The first time from `at` on at which one more message may go to a person.
    private func opens(_ lane: Lane, isUrgent: Bool, at: Timestamp) -> Timestamp {
        var time = at
        // Quiet and flood can each end within the other: a few turns settle it.
        for _ in 0..<4 {
            let before = time
            if !isUrgent, let end = lane.quiet?.end(at: time, zone: zone) { time = end }
            let recent = lane.sent.filter { time - $0 < .hours(1) }
            if recent.count >= ActLimits.messagesAnHour {
                time = recent[recent.count - ActLimits.messagesAnHour] + .hours(1)
            }
            if time == before { break }
        }
        return time
    }

    private static func note(_ lane: inout Lane, at: Timestamp) {
        lane.sent.removeAll { at - $0 >= .hours(1) }
        lane.sent.append(at)
    }

    /// What waits for a person goes out: one alone as it is, more as one summary.
    mutating func release(_ person: Slug, at: Timestamp) -> [MessageOrder] {
        guard var lane = lanes[person], lane.due != nil else { return [] }
        let opens = self.opens(lane, isUrgent: lane.held.contains(where: \.isUrgent), at: at)
        guard opens <= at else {
            lanes[person]?.due = opens
            return []
        }
        let count = lane.held.count + lane.more
        lane.due = nil
        guard count > 0 else {
            lanes[person] = lane
            return []
        }
        MessagePlan.note(&lane, at: at)
        counts.waiting -= Int64(count)
        let held = lane.held
        let waits = lane.waits
        lane.held = []
        lane.more = 0
        lane.waits = []
        lanes[person] = lane
        if count == 1, let one = held.first {
            counts.sent += 1
            return [.send(one.subject, one.raise, to: one.tell, at: at)]
        }
        counts.summarised += Int64(count)
        counts.summaries += 1
        var machines: [Slug: Int] = [:]
        for one in held {
            if let machine = one.raise.machine { machines[machine, default: 0] += 1 }
        }
        let most = machines.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return [
            .summary(
                to: person, count: count, mostly: most?.key, ofMost: most?.value ?? 0,
                waits: waits, raises: held.map(\.raise), at: at)
        ]
    }
}
