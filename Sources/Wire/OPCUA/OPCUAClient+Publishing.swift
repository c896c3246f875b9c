// Notifications: asked for, put in order, fetched again when missed, acknowledged.

extension OPCUAClient {
    /// Keeps enough Publish requests at the server: one more than subscriptions, two at least.
    mutating func publish() {
        guard phase == .ready else { return }
        let active = subscriptions.count { $0.id != nil && !$0.isMoving }
        // What was missed is fetched first, so that it stands before what is new.
        let isCatchingUp = subscriptions.contains { $0.recovery.map { $0.last == nil } ?? false }
        guard active > 0, !isCatchingUp else { return }
        let wanted = min(max(2, active + 1), publishLimit)
        var waiting = pending.values.count { $0.purpose == .publish }
        while waiting < wanted, phase == .ready {
            let some = Array(acknowledgements.prefix(OPCUALimits.acknowledgements))
            acknowledgements.removeFirst(some.count)
            send(.publish(some), for: .publish)
            waiting += 1
        }
    }

    mutating func publishFailed(_ status: OPCUAStatus) {
        switch status.meaning {
        case .badTooManyPublishRequests:
            publishLimit = max(1, pending.values.count { $0.purpose == .publish })
        case .badNoSubscription:
            for index in subscriptions.indices where !subscriptions[index].isMoving {
                subscriptionLost(index, status)
            }
        case .badTimeout: break
        default: fail(OPCUAProblem("the server refuses Publish", status: status))
        }
    }

    mutating func take(_ published: OPCUAPublished) {
        guard let index = subscriptions.firstIndex(where: { $0.id == published.subscription })
        else {
            // One whose making was cut off, or that was given up.
            if !abandoned.contains(published.subscription) {
                abandoned.append(published.subscription)
            }
            return
        }
        subscriptions[index].lastHeard = now
        let notification = published.notification
        let ahead = distance(from: subscriptions[index].nextSequence, to: notification.sequence)
        if !notification.parts.isEmpty {
            acknowledgements.append(
                OPCUAAcknowledgement(
                    subscription: published.subscription, sequence: notification.sequence))
        }
        if ahead < 0 { return }  // It is here already.
        if ahead == 0, subscriptions[index].recovery == nil {
            if !notification.parts.isEmpty { accept(notification, of: index) }
            noteComplete(index)
            return
        }
        if subscriptions[index].held.count >= OPCUALimits.heldNotifications {
            giveUp(index, until: notification.sequence)
        } else if subscriptions[index].recovery == nil {
            if ahead > OPCUALimits.republishedNotifications {
                giveUp(index, until: notification.sequence)
            } else {
                subscriptions[index].recovery = OPCUASubscriptionState.Recovery(
                    next: subscriptions[index].nextSequence, last: before(notification.sequence))
            }
        }
        if !notification.parts.isEmpty {
            subscriptions[index].held[notification.sequence] = notification
        }
        drain(index)
    }

    /// A notification that was asked for again.
    mutating func take(_ notification: OPCUANotification, again sequence: UInt32, of index: Int) {
        guard var recovery = subscriptions[index].recovery, recovery.next == sequence else {
            return
        }
        guard notification.sequence == sequence else {
            return republishFailed(index, sequence: sequence, .badMessageNotAvailable)
        }
        subscriptions[index].lastHeard = now
        if let id = subscriptions[index].id {
            acknowledgements.append(OPCUAAcknowledgement(subscription: id, sequence: sequence))
        }
        subscriptions[index].nextSequence = sequence
        accept(notification, of: index)
        recovery.next = after(sequence)
        recovery.isAsking = false
        recovery.found += 1
        continueRecovery(index, recovery)
    }

    mutating func republishFailed(_ index: Int, sequence: UInt32, _ status: OPCUAStatus) {
        guard var recovery = subscriptions[index].recovery, recovery.next == sequence else {
            return
        }
        // It may have come by itself meanwhile.
        if let here = subscriptions[index].held.removeValue(forKey: sequence) {
            return take(here, again: sequence, of: index)
        }
        switch status.meaning {
        case .badMessageNotAvailable, .badSequenceNumberUnknown, .badServiceUnsupported,
            .badTimeout:
            recovery.isAsking = false
            if recovery.last == nil {
                // The server has told all that it kept.
                subscriptions[index].recovery = nil
                drain(index)
            } else {
                recovery.lost += 1
                recovery.next = after(sequence)
                subscriptions[index].nextSequence = recovery.next
                continueRecovery(index, recovery)
            }
        default: subscriptionLost(index, status)
        }
    }

    private mutating func continueRecovery(
        _ index: Int, _ recovery: OPCUASubscriptionState.Recovery
    ) {
        // The subscription may have ended with the notification that was just taken.
        guard subscriptions[index].id != nil else { return }
        subscriptions[index].recovery = recovery
        if recovery.last == nil, recovery.found >= OPCUALimits.republishedNotifications {
            subscriptions[index].recovery = nil
        }
        guard let last = recovery.last, distance(from: last, to: recovery.next) > 0 else { return }
        if recovery.lost > 0 { tellGap(index, lost: recovery.lost) }
        subscriptions[index].recovery = nil
        drain(index)
    }

    /// Takes what was held, as far as it now follows without a hole.
    private mutating func drain(_ index: Int) {
        guard subscriptions[index].recovery == nil else { return }
        while let next = subscriptions[index].held.removeValue(
            forKey: subscriptions[index].nextSequence)
        {
            accept(next, of: index)
            noteComplete(index)
        }
        let next = subscriptions[index].nextSequence
        let later = subscriptions[index].held.keys.filter { distance(from: next, to: $0) > 0 }
        guard let first = later.min(by: { distance(from: $1, to: $0) < 0 }) else {
            subscriptions[index].held.removeAll()
            return
        }
        subscriptions[index].recovery = OPCUASubscriptionState.Recovery(
            next: next, last: before(first))
    }

    /// Too much is missing: it is given up at once.
    private mutating func giveUp(_ index: Int, until sequence: UInt32) {
        let held = subscriptions[index].held
        subscriptions[index].held.removeAll()
        let missing = distance(from: subscriptions[index].nextSequence, to: sequence)
        for number in held.keys.sorted() {
            if let notification = held[number] { accept(notification, of: index) }
        }
        subscriptions[index].recovery = nil
        subscriptions[index].nextSequence = sequence
        tellGap(index, lost: max(1, missing - held.count))
    }

    private mutating func tellGap(_ index: Int, lost: Int) {
        let from = subscriptions[index].completeUntil ?? wallTime
        actions.append(
            .gap(
                OPCUAGap(
                    reason: .notificationsLost(count: lost), items: subscriptions[index].items,
                    from: from, until: max(from, wallTime))))
    }

    private mutating func noteComplete(_ index: Int) {
        if subscriptions[index].id != nil { subscriptions[index].completeUntil = wallTime }
    }

    private mutating func accept(_ notification: OPCUANotification, of index: Int) {
        subscriptions[index].nextSequence = after(notification.sequence)
        for part in notification.parts {
            switch part {
            case .changes(let changes): deliver(changes, of: index)
            case .status(let status):
                // Moved to another session or timed out: in both cases it is no longer ours.
                subscriptionLost(index, status)
            case .other(let type):
                let words = "a notification of type \(type) is not read"
                actions.append(.problem(OPCUAProblem(words)))
            }
        }
    }

    private mutating func deliver(_ changes: [OPCUAChange], of index: Int) {
        var samples: [OPCUASample] = []
        samples.reserveCapacity(changes.count)
        var overflowed: [Int] = []
        for change in changes {
            let item = Int(change.handle)
            guard subscriptions[index].items.contains(item) else { continue }
            let value = change.value
            let status = value.status ?? .good
            if status.tellsOverflow { overflowed.append(item) }
            samples.append(
                OPCUASample(
                    item: item, value: OPCUAReading(value.value), status: status,
                    sourceTime: value.sourceTime?.nanoseconds,
                    serverTime: value.serverTime?.nanoseconds))
        }
        for item in overflowed {
            let from = subscriptions[index].completeUntil ?? wallTime
            actions.append(
                .gap(
                    OPCUAGap(
                        reason: .queueOverflow, items: item..<item + 1, from: from,
                        until: max(from, wallTime))))
        }
        if !samples.isEmpty { actions.append(.deliver(samples)) }
    }

    /// The number behind another: 1 follows the largest (OPC 10000-4, NotificationMessage).
    private func after(_ sequence: UInt32) -> UInt32 {
        sequence == UInt32.max ? 1 : sequence + 1
    }

    private func before(_ sequence: UInt32) -> UInt32 {
        sequence <= 1 ? UInt32.max : sequence - 1
    }

    /// How far one number is behind another, with the turn at the largest.
    private func distance(from first: UInt32, to second: UInt32) -> Int {
        let distance = Int(second) - Int(first)
        let numbers = Int(UInt32.max)
        if distance > numbers / 2 { return distance - numbers }
        return distance < -numbers / 2 ? distance + numbers : distance
    }
}
