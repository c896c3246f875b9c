// What a publisher hears from the broker, and its last words.

import Capture
import Plant
import Synchronization
import Wire

extension Publisher {
    /// Takes what the broker said; true when the session is to end.
    func hear(
        _ words: [BrokerLine.Word], _ handed: inout [(id: UInt64, message: MQTTMessage)]
    ) -> Bool {
        guard !words.isEmpty else { return false }
        let (wall, now) = (clockWall, clockNow)
        return state.withLock { state in
            var isOver = false
            for word in words {
                switch word {
                case .taken(let id):
                    handed.removeAll { $0.id == id }
                    state.standing.sent += 1
                    state.standing.lastSuccess = wall
                case .refused(let id, let why):
                    handed.removeAll { $0.id == id }
                    state.standing.dropped += 1
                    state.standing.trouble = "A message was not taken: \(why)."
                case .message(let message):
                    if Self.hear(message, &state, now: now, wall: wall) { isOver = true }
                }
            }
            return isOver
        }
    }

    /// Takes a message; only a Sparkplug host's word about itself and its wish for a rebirth count.
    private static func hear(
        _ message: MQTTMessage, _ state: inout State, now: Elapsed, wall: Timestamp
    ) -> Bool {
        switch state.giver {
        case .topics:
            ignore(message.topic, &state)
            return false
        case .sparkplug(var giver):
            let actions = giver.step(.received(message), now: now, wall: wall)
            state.giver = .sparkplug(giver)
            return perform(actions, &state)
        }
    }

    private static func ignore(_ order: String, _ state: inout State) {
        state.standing.ignored += 1
        state.standing.lastIgnored = String(order.prefix(200))
    }

    /// Notes what the edge node wants; true when it wants the session to end.
    static func perform(_ actions: [SparkplugEdgeAction], _ state: inout State) -> Bool {
        var isOver = false
        for action in actions {
            switch action {
            case .subscribe(let topics): state.subscriptions += topics
            case .publish(let message): state.waiting.append([message])
            case .disconnect: isOver = true
            case .refused(.command(let order)): ignore(order, &state)
            case .refused(.malformed(let error)): ignore(error.description, &state)
            case .refused(.undefined), .refused(.type): break
            case .dropped(let count): state.standing.dropped += count
            }
        }
        return isOver
    }

    /// The last words, once.
    func sayFarewell() {
        let (wall, now) = (clockWall, clockNow)
        state.withLock { state in
            guard !state.isLeaving else { return }
            state.isLeaving = true
            switch state.giver {
            case .topics(let giver): state.waiting.append(giver.farewell(at: wall))
            case .sparkplug(var giver):
                let actions = giver.step(.stop, now: now, wall: wall)
                state.giver = .sparkplug(giver)
                _ = Self.perform(actions, &state)
            }
        }
    }
}
