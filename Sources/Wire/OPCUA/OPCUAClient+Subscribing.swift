// Making subscriptions and their items, and moving them to a new session.

/// A subscription with what is known of it at the server.
struct OPCUASubscriptionState: Hashable, Sendable {
    /// What is being fetched again before new notifications are taken.
    struct Recovery: Hashable, Sendable {
        var next: UInt32
        /// The last one missing; nil for as many as the server has.
        var last: UInt32?
        var isAsking = false
        var lost = 0
        var found = 0
    }

    let settings: OPCUASubscriptionSettings
    /// Places of the items in the whole of the settings.
    let items: Range<Int>
    /// Nil while the server has none.
    var id: UInt32?
    var publishingMilliseconds = 0.0
    var keepAliveCount: UInt32 = 0
    var serverStart: OPCUADateTime?
    /// Made or moved right now.
    var isMoving = false
    /// Places of items that the server does not watch yet.
    var missingItems: [Int] = []
    var isAddingItems = false
    /// Places of items that the server refused, to be asked for again after `itemsAt`.
    var refusedItems: [Int] = []
    var itemsAt: Int64 = .max
    /// Places of items whose refusal was told.
    var toldItems: Set<Int> = []
    /// Items whose deadband the server does not take.
    var withoutDeadband: Set<Int> = []
    /// The number that comes next.
    var nextSequence: UInt32 = 1
    var held: [UInt32: OPCUANotification] = [:]
    var recovery: Recovery?
    /// Monotonic nanoseconds of the last sign of life.
    var lastHeard: Int64 = 0
    /// UTC nanoseconds up to which nothing is missing; nil before the first.
    var completeUntil: Int64?
    /// Why values are missing since then; reported when they come again.
    var lostBecause: OPCUAStatus?
    /// Monotonic nanoseconds before which the subscription is not asked for again.
    var retryAt: Int64 = .min

    init(_ settings: OPCUASubscriptionSettings, firstItem: Int) {
        self.settings = settings
        items = firstItem..<firstItem + settings.items.count
    }

    /// The connection is gone: what was under way has to be asked again.
    ///
    /// - Returns: A subscription to give up: nobody knows which of its items the server has.
    mutating func park() -> UInt32? {
        let isUnclear = isAddingItems
        let known = id
        isMoving = false
        isAddingItems = false
        recovery = nil
        held.removeAll()
        guard isUnclear else { return nil }
        id = nil
        lostBecause = .badCommunicationError
        return known
    }

    /// After a pause everything that the server still has is fetched first.
    mutating func recover(now: Int64) {
        lastHeard = now
        held.removeAll()
        recovery = Recovery(next: nextSequence, last: nil)
    }

    /// When the subscription or its items are asked for again after they were refused.
    var retryDeadline: Int64? {
        if id == nil { return !isMoving && !items.isEmpty && retryAt > .min ? retryAt : nil }
        return itemsAt < .max ? itemsAt : nil
    }

    /// When the silence is too long: two signs of life were due, and the time for an answer.
    func silenceDeadline(_ times: OPCUAClientTimes) -> Int64? {
        guard id != nil, !isMoving else { return nil }
        let silence = publishingMilliseconds * Double(max(1, keepAliveCount)) * 2
        let milliseconds = Int64(silence.clamped(to: 1_000...86_400_000))
        return lastHeard.saturatingSum(
            OPCUAClientTimes.nanoseconds(
                milliseconds: milliseconds.saturatingSum(times.answerMilliseconds)))
    }
}

extension OPCUAClient {
    /// Does for every subscription what is to be done next, and keeps Publish requests waiting.
    mutating func advanceSubscriptions() {
        if !abandoned.isEmpty {
            send(.deleteSubscriptions(abandoned), for: .ending)
            abandoned.removeAll()
        }
        for index in subscriptions.indices {
            guard phase == .ready else { return }
            let state = subscriptions[index]
            if state.isMoving || state.items.isEmpty { continue }
            if state.id == nil {
                if now >= state.retryAt { createSubscription(index) }
            } else if !state.isAddingItems, !state.missingItems.isEmpty {
                addItems(index)
            } else if !state.isAddingItems, now >= state.itemsAt {
                // Gateways often find their machines only after they have started.
                subscriptions[index].missingItems = state.refusedItems
                subscriptions[index].refusedItems.removeAll()
                subscriptions[index].itemsAt = .max
                addItems(index)
            } else if let recovery = state.recovery, !recovery.isAsking, let id = state.id {
                subscriptions[index].recovery?.isAsking = true
                send(
                    .republish(subscription: id, sequence: recovery.next),
                    for: .republish(subscription: index, sequence: recovery.next))
            }
        }
        publish()
    }

    private mutating func createSubscription(_ index: Int) {
        let wanted = subscriptions[index].settings.publishingMilliseconds.clamped(
            to: 10...3_600_000)
        let keepAlive = (settings.times.keepAliveMilliseconds / wanted).rounded(.up)
            .clamped(to: 1...10_000)
        let life = (settings.times.lifetimeMilliseconds / wanted).rounded(.up)
            .clamped(to: 3 * keepAlive...1_000_000)
        subscriptions[index].isMoving = true
        send(
            .createSubscription(
                OPCUASubscriptionParameters(
                    publishingMilliseconds: wanted, lifetimeCount: UInt32(life),
                    keepAliveCount: UInt32(keepAlive), maximumNotifications: 0)),
            for: .subscription(index))
    }

    mutating func subscriptionCreated(_ index: Int, _ response: OPCUASubscriptionResponse) {
        let lost = subscriptions[index].lostBecause
        subscriptions[index].id = response.id
        subscriptions[index].isMoving = false
        subscriptions[index].publishingMilliseconds =
            response.publishingMilliseconds.clamped(to: 1...86_400_000)
        subscriptions[index].keepAliveCount = response.keepAliveCount
        subscriptions[index].serverStart = session?.serverStart
        subscriptions[index].missingItems = Array(subscriptions[index].items)
        subscriptions[index].refusedItems.removeAll()
        subscriptions[index].itemsAt = .max
        subscriptions[index].nextSequence = 1
        subscriptions[index].held.removeAll()
        subscriptions[index].recovery = nil
        subscriptions[index].lastHeard = now
        subscriptions[index].lostBecause = nil
        if let lost, let from = subscriptions[index].completeUntil {
            actions.append(
                .gap(
                    OPCUAGap(
                        reason: .subscriptionLost(lost), items: subscriptions[index].items,
                        from: from, until: max(from, wallTime))))
        }
        subscriptions[index].completeUntil = wallTime
    }

    mutating func subscriptionRefused(_ index: Int, _ problem: OPCUAProblem) {
        actions.append(.problem(problem))
        subscriptions[index].isMoving = false
        subscriptions[index].retryAt = after(
            milliseconds: settings.times.lastRetryMilliseconds)
    }

    mutating func parkSubscriptions() {
        for index in subscriptions.indices {
            if let id = subscriptions[index].park() { abandoned.append(id) }
        }
    }

    /// The server no longer has a subscription: it is made anew, and the gap told then.
    mutating func subscriptionLost(_ index: Int, _ status: OPCUAStatus) {
        guard subscriptions[index].id != nil else { return }
        let id = subscriptions[index].id
        acknowledgements.removeAll { $0.subscription == id }
        _ = subscriptions[index].park()
        subscriptions[index].id = nil
        subscriptions[index].lostBecause = subscriptions[index].lostBecause ?? status
    }

    mutating func transferred(_ indices: [Int], _ results: [OPCUATransferResult]) {
        for (place, index) in indices.enumerated() {
            let status = place < results.count ? results[place].status : .badUnexpectedError
            guard !status.isBad else {
                subscriptionLost(index, status)
                continue
            }
            subscriptions[index].isMoving = false
            subscriptions[index].recover(now: now)
        }
    }

    private mutating func addItems(_ index: Int) {
        // A batch that cannot be sent leads to the next one at once.
        repeat {
            addBatch(index)
        } while phase == .ready && !subscriptions[index].isAddingItems
            && !subscriptions[index].missingItems.isEmpty && subscriptions[index].id != nil
    }

    private mutating func addBatch(_ index: Int) {
        let state = subscriptions[index]
        guard let id = state.id else { return }
        let batch = Array(state.missingItems.prefix(limits.itemsPerCall))
        var asked: [Int] = []
        var requests: [OPCUAMonitoredItem] = []
        for place in batch {
            let item = state.settings.items[place - state.items.lowerBound]
            guard let node = item.node.resolved(in: limits.namespaces) else {
                let words = "the server has no namespace for \(item.node)"
                actions.append(.problem(OPCUAProblem(words, item: place)))
                continue
            }
            asked.append(place)
            requests.append(
                OPCUAMonitoredItem(
                    OPCUAReadTarget(node), handle: UInt32(clamping: place),
                    samplingMilliseconds: item.samplingMilliseconds,
                    deadband: state.withoutDeadband.contains(place) ? .none : item.deadband,
                    queueSize: item.queueSize))
        }
        subscriptions[index].missingItems.removeFirst(batch.count)
        guard !asked.isEmpty else { return }
        subscriptions[index].isAddingItems = true
        send(
            .createMonitoredItems(subscription: id, requests),
            for: .items(subscription: index, asked))
    }

    mutating func itemsCreated(
        _ index: Int, _ asked: [Int], _ results: [OPCUAMonitoredItemResult]
    ) {
        subscriptions[index].isAddingItems = false
        for (place, item) in asked.enumerated() {
            let status = place < results.count ? results[place].status : .badUnexpectedError
            guard status.isBad else {
                subscriptions[index].toldItems.remove(item)
                continue
            }
            let refusals: [OPCUAStatus] = [
                .badFilterNotAllowed, .badMonitoredItemFilterInvalid,
                .badMonitoredItemFilterUnsupported, .badDeadbandFilterInvalid,
            ]
            if refusals.contains(status.meaning),
                subscriptions[index].withoutDeadband.insert(item).inserted
            {
                // All changes are better than none.
                subscriptions[index].missingItems.append(item)
                let words = "the deadband is not taken, so all changes come"
                actions.append(.problem(OPCUAProblem(words, status: status, item: item)))
            } else {
                itemRefused(index, item, status)
            }
        }
    }

    private mutating func itemRefused(_ index: Int, _ item: Int, _ status: OPCUAStatus) {
        subscriptions[index].refusedItems.append(item)
        subscriptions[index].itemsAt = after(
            milliseconds: OPCUALimits.itemRetryMilliseconds)
        guard subscriptions[index].toldItems.insert(item).inserted else { return }
        let words = "the value is not watched"
        actions.append(.problem(OPCUAProblem(words, status: status, item: item)))
    }

    mutating func itemsRefused(_ index: Int, _ asked: [Int], _ problem: OPCUAProblem) {
        subscriptions[index].isAddingItems = false
        if problem.status?.meaning == .badSubscriptionIDInvalid {
            subscriptionLost(index, .badSubscriptionIDInvalid)
        } else if problem.status?.asksForLess == true, asked.count > 1 {
            limits.itemsPerCall = asked.count / 2
            subscriptions[index].missingItems = asked + subscriptions[index].missingItems
        } else {
            fail(problem)
        }
    }
}
