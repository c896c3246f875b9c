// Random days of the queue: nothing twice, nothing lost without a word, no flood.

import Plant
import Testing

@testable import Outbound

/// What a test knows of the queue from its actions alone.
private struct Ledger {
    var inFlight: [Slug: String] = [:]
    var ended: Set<String> = []
    var joined = 0
    var summarised = 0
    /// When the messages went that may have arrived, by id.
    var delivered: [String: Elapsed] = [:]
    private var sentAt: [String: Elapsed] = [:]
    var faults: [String] = []

    mutating func take(_ actions: [OutboundAction], now: Elapsed) {
        for action in actions {
            switch action {
            case .send(let message, let channel):
                if inFlight[channel] != nil { faults.append("two at once over \(channel)") }
                if ended.contains("\(channel) \(message.id)") {
                    faults.append("\(message.id) again over \(channel)")
                }
                inFlight[channel] = message.id
                sentAt["\(channel) \(message.id)"] = now
            case .accepted(let id, let channel, _), .unknown(let id, let channel, _):
                ended.insert("\(channel) \(id)")
                let time = sentAt["\(channel) \(id)"] ?? now
                delivered[id] = min(delivered[id] ?? time, time)
            case .gaveUp(let id, let channel, _): ended.insert("\(channel) \(id)")
            case .joinedSummary: joined += 1
            case .summarised(_, _, let count): summarised += count
            case .postponed, .held: break
            }
        }
    }
}

@Suite struct QueueSimulationTests {
    private let channels: [Slug] = [Slug("mail"), Slug("phone")]
    private let person: Slug = Slug("dave")

    @Test(arguments: UInt64(1)...30)
    func `whatever happens, each message is sent, told or given up, and never twice`(
        _ seed: UInt64
    ) throws {
        var state = seed
        func number(below limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        let quiet = try #require(QuietHours(from: 22 * 60, to: 6 * 60))
        var queue = OutboundQueue(
            seed: seed, minuteOfDay: { Int($0.secondsSince1970 / 60 % 1_440) })
        var ledger = Ledger()
        var now = Elapsed.hours(5)
        var wall = elevenOClock
        func step(_ event: OutboundEvent) {
            ledger.take(queue.step(event, now: now, wall: wall), now: now)
        }
        func answer(_ channel: Slug, _ isHealed: Bool) {
            guard let id = ledger.inFlight.removeValue(forKey: channel) else { return }
            let chance = isHealed ? 0 : number(below: 10)
            let delivery: Delivery =
                switch chance {
                case 0..<5: .accepted("ok")
                case 5: .unknown(problem(.replyLost))
                case 6: .refused(problem(.recipientRefused))
                case 7: .refused(problem(.signInRefused))
                default: .refused(problem(.serverBusy(code: 451)))
                }
            step(.delivered(id: id, over: channel, delivery))
        }
        for index in 0..<400 {
            let channel = channels[Int(number(below: 2))]
            switch number(below: 8) {
            case 0..<4:
                let urgency = number(below: 10) == 0 ? Urgency.high : .normal
                let made = message("m\(index)", urgency: urgency, created: wall)
                step(.message(made, over: channel, to: person, quiet: quiet))
            case 4, 5: answer(channel, false)
            case 6: step(.changed(channel))
            default:
                let time = Elapsed.seconds(Int64(number(below: 3_600)))
                (now, wall) = (now + time, wall + time)
                step(.tick)
            }
        }
        for _ in 0..<400 {
            for channel in channels {
                step(.changed(channel))
                answer(channel, true)
            }
            (now, wall) = (now + .minutes(30), wall + .minutes(30))
            step(.tick)
        }
        #expect(ledger.faults == [], "seed \(seed)")
        #expect(
            ledger.inFlight.isEmpty && channels.allSatisfy { queue.waitingCount(over: $0) == 0 })
        #expect(ledger.joined == ledger.summarised, "seed \(seed)")
        #expect(queue.nextWake(now: now) == nil)
        expectPace(ledger.delivered.values.sorted(), seed)
    }

    private func expectPace(_ times: [Elapsed], _ seed: UInt64) {
        #expect(times.count > 20, "seed \(seed)")
        for index in times.indices.dropFirst(OutboundLimits.messagesAnHour) {
            let earlier = times[index - OutboundLimits.messagesAnHour]
            #expect(times[index] - earlier >= .hours(1), "seed \(seed)")
        }
    }
}
