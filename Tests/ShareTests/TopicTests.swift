// Topics: where they stand, what is in them, what is said again and what is cleared.

import Plant
import Testing
import Wire

@testable import Share

@Suite struct TopicTests {
    private let tree = TopicTree(Site.site, level: Slug("hollins"))

    private func text(_ name: String, _ picture: GivenPicture = Site.picture()) -> String? {
        tree.topics(of: picture).first { $0.name == "millwright/v1/hollins/" + name }?.text
    }

    @Test func `topics stand where the page says and hold what it says`() {
        let lathe = "machine-shop/lathe-3"
        #expect(
            text(lathe + "/signal/power")
                == #"{"timestamp_ms":1794569108000,"value":10.5,"unit":"kW","quality":"good"}"#)
        #expect(
            text(lathe + "/state")
                == #"{"timestamp_ms":1794569108000,"value":"running","unit":"","quality":"good","#
                + #""since_ms":1794569108000,"job":"A-17"}"#)
        #expect(
            text(lathe + "/count")
                == #"{"timestamp_ms":1794569108000,"value":40,"unit":"{part}","quality":"good","#
                + #""good":38,"scrap":2,"day":"2026-11-13"}"#)
        #expect(
            text(lathe + "/alarm", Site.picture(Site.standing(.fault, need: .fault)))
                == #"{"timestamp_ms":1794569108000,"value":true,"unit":"","quality":"good","#
                + #""kind":"fault","text":"The machine shows a fault."}"#)
        #expect(text(lathe + "/signal/program")?.contains(#""value":"O \"1\" <&>""#) == true)
        #expect(tree.base(Site.site.machines[0]) == "millwright/v1/hollins/floor/bench")
    }

    @Test func `what is missing is null and never nought`() {
        let missing = Site.picture(power: 3, quality: .badComm)
        #expect(
            text("machine-shop/lathe-3/signal/power", missing)?
                .contains(#""value":null,"unit":"kW","quality":"missing""#) == true)
        let notANumber = Site.picture(power: .nan)
        #expect(
            text("machine-shop/lathe-3/signal/power", notANumber)?
                .contains(#""value":null"#) == true)
    }

    @Test func `only news is said, and everything again on a new connection`() {
        var giver = TopicGiver(tree)
        #expect(giver.take(Site.picture()).count == 7)
        #expect(giver.take(Site.picture()).isEmpty)
        let later = giver.take(Site.picture(second: 1))
        #expect(later.map(\.topic) == ["millwright/v1/hollins/machine-shop/lathe-3/signal/power"])
        let stopped = giver.take(Site.picture(Site.standing(.stopped), second: 1))
        #expect(stopped.map(\.topic) == ["millwright/v1/hollins/machine-shop/lathe-3/state"])
        let greeting = giver.greeting(at: Site.start)
        #expect(greeting.count == 8 && greeting.allSatisfy(\.isRetained))
        #expect(greeting[0].topic == "millwright/v1/hollins/online")
        #expect(
            String(decoding: giver.will.message.payload, as: UTF8.self)
                == #"{"timestamp_ms":0,"value":false}"#)
    }

    @Test func `topics of a machine that is gone are cleared`() {
        var giver = TopicGiver(tree)
        _ = giver.take(Site.picture())
        let left = GivenSite(identity: "box-1", name: "", machines: [Site.site.machines[0]])
        let cleared = giver.define(TopicTree(left, level: Slug("hollins")), Site.picture())
        #expect(cleared.count == 7)
        #expect(cleared.allSatisfy { $0.payload.isEmpty && $0.isRetained })
    }

    @Test func `orders are listened for where they would come, and cover no topic of ours`() {
        let ours = tree.topics(of: Site.picture()).map(\.name) + [tree.online]
        for filter in tree.orders {
            #expect(MQTTTopic.isValidFilter(filter))
            #expect(ours.allSatisfy { !MQTTTopic.matches(filter, $0) })
        }
        #expect(
            tree.orders.contains {
                MQTTTopic.matches($0, "millwright/v1/hollins/machine-shop/lathe-3/state/set")
            })
    }
}

@Suite struct WaitingMessagesTests {
    private func message(_ number: Int, bytes: Int = 10) -> MQTTMessage {
        MQTTMessage(topic: "t\(number)", payload: [UInt8](repeating: 1, count: bytes))
    }

    @Test func `the oldest go when there are too many, and are counted`() {
        var queue = WaitingMessages(limit: 1_000)
        queue.append((0..<1_500).map { message($0) })
        #expect(queue.count == 1_000 && queue.dropped == 500)
        #expect(queue.next()?.topic == "t500")
        #expect(queue.dropped == 500)
    }

    @Test func `the oldest go when they are too many bytes`() {
        var queue = WaitingMessages(limit: 1_000, bytes: 5_000)
        queue.append((0..<10).map { message($0, bytes: 998) })
        #expect(queue.count == 5 && queue.dropped == 5)
        // One message larger than all the room still goes out.
        queue.append([message(11, bytes: 9_000)])
        #expect(queue.count == 1)
        #expect(queue.next()?.payload.count == 9_000)
        #expect(queue.next() == nil)
    }

    @Test func `what may not have arrived comes first again`() {
        var queue = WaitingMessages()
        queue.append((0..<600).map { message($0) })
        let sent = (0..<300).compactMap { _ in queue.next() }
        queue.putBack(Array(sent.suffix(2)))
        #expect(queue.count == 302)
        #expect((0..<3).compactMap { _ in queue.next()?.topic } == ["t298", "t299", "t300"])
    }
}
