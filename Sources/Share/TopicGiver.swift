// Says on our own MQTT topics what has changed; every topic is retained.

import Plant
import Wire

/// What has been said on the topics, and what is to be said next.
struct TopicGiver: Sendable {
    private struct Said: Sendable {
        let core: [UInt8]
        let payload: [UInt8]
        let time: Timestamp
    }

    private var tree: TopicTree
    private var said: [String: Said] = [:]

    /// Topics of which nothing was said yet.
    init(_ tree: TopicTree) { self.tree = tree }

    /// What the broker says when the box vanishes.
    var will: MQTTWill {
        MQTTWill(message(tree.online, TopicTree.presence(false, at: nil)))
    }

    /// Topics on which orders might come.
    var subscriptions: [MQTTSubscription] {
        tree.orders.map { MQTTSubscription(filter: $0, qos: .atMostOnce) }
    }

    /// Other machines or another level: topics that are gone are cleared at the broker.
    mutating func define(_ tree: TopicTree, _ picture: GivenPicture?) -> [MQTTMessage] {
        guard tree != self.tree else { return [] }
        let before = said
        let wasOnline = self.tree.online
        self.tree = tree
        said = [:]
        var messages = picture.map { take($0) } ?? []
        let gone = before.keys.filter { said[$0] == nil }.sorted()
        messages += gone.map { message($0, []) }
        if wasOnline != tree.online { messages.append(message(wasOnline, [])) }
        return messages
    }

    /// What a picture tells that is news.
    mutating func take(_ picture: GivenPicture) -> [MQTTMessage] {
        var messages: [MQTTMessage] = []
        for topic in tree.topics(of: picture) {
            if let last = said[topic.name], last.core == topic.core {
                guard topic.isMeasured, topic.time > last.time else { continue }
            }
            said[topic.name] = Said(core: topic.core, payload: topic.payload, time: topic.time)
            messages.append(message(topic.name, topic.payload))
        }
        return messages
    }

    /// What is said on each new connection: that the box is there, and the last of every topic, as
    /// a broker may have forgotten what it retained.
    func greeting(at time: Timestamp) -> [MQTTMessage] {
        [message(tree.online, TopicTree.presence(true, at: time))]
            + said.sorted { $0.key < $1.key }.map { message($0.key, $0.value.payload) }
    }

    /// The last word before the box stops.
    func farewell(at time: Timestamp) -> [MQTTMessage] {
        [message(tree.online, TopicTree.presence(false, at: time))]
    }

    private func message(_ topic: String, _ payload: [UInt8]) -> MQTTMessage {
        MQTTMessage(topic: topic, payload: payload, qos: .atLeastOnce, isRetained: true)
    }
}
