// Listens to an MQTT broker without a name and without a word: which topics there are.

import Plant
import Wire

/// Connects without name or password, asks for all topics, publishes nothing.
struct BrokerScan {
    private let visit: ScanVisit

    init(_ visit: ScanVisit) { self.visit = visit }

    func find() async throws(ConnectorError) -> ScanFinding? {
        let channel = try await visit.connect()
        do throws(ConnectorError) {
            let finding = try await listen(channel)
            await channel.close()
            return finding
        } catch {
            await channel.close()
            // Codes 4 and 5 of MQTT 3.1.1: bad name or password, not allowed.
            guard case .rejected(let code, let meaning) = error, [4, 5].contains(code) else {
                throw error
            }
            return ScanFinding(
                place: visit.target.endpoint.description, connector: "mqtt",
                says: "An MQTT broker that wants a name and a password",
                facts: [ScanFact("It says", meaning)])
        }
    }

    private func listen(_ channel: any ByteChannel) async throws(ConnectorError) -> ScanFinding {
        let io = visit.io
        let number = UInt32(min(0.999_999, max(0, io.jitter())) * Double(UInt32.max))
        let session: MQTTSession
        do throws(FrameError) {
            session = try MQTTSession(
                MQTTSessionSettings(
                    clientID: "millwright-scan-" + String(number, radix: 16), cleanStart: true,
                    subscriptions: [MQTTSubscription(filter: "#", qos: .atMostOnce)],
                    limits: MQTTSessionLimits(
                        answerNanoseconds: ScanLimits.documentTimeout.nanoseconds)))
        } catch { throw .malformed(error) }
        var line = MQTTLine(
            channel: channel, io: io, session: session, name: visit.target.endpoint)
        let seconds = visit.plan.listening.words
        try visit.ask("connecting without a name and listening to # for \(seconds)")
        try await line.open()
        var watch = TopicWatch()
        var end: Elapsed?
        while watch.messages < ScanLimits.messages {
            if end == nil, line.isReady { end = visit.clock.monotonic() + visit.plan.listening }
            if let end, visit.clock.monotonic() >= end { break }
            do throws(ConnectorError) {
                for delivery in try await line.listen(until: end) {
                    watch.note(
                        delivery.message.topic, delivery.message.payload,
                        isRetained: delivery.message.isRetained, at: visit.clock.monotonic())
                }
            } catch {
                guard line.isReady, error != .cancelled else { throw error }
                break  // What was heard counts.
            }
        }
        await leave(&line)
        return finding(watch.tree(after: visit.clock.monotonic()))
    }

    private func leave(_ line: inout MQTTLine) async {
        do throws(ConnectorError) {
            _ = try await line.tell(.disconnect(sendWill: false))
        } catch {
            // The session says that it has ended, which was asked for.
        }
    }

    private func finding(_ tree: TopicTree) -> ScanFinding {
        let count = tree.topicCount
        let what = count == 0 ? "nothing" : count == 1 ? "1 topic" : "\(count) topics"
        let sparkplug = tree.leaves.contains { $0.topic.hasPrefix("spBv1.0/") }
        return ScanFinding(
            place: visit.target.endpoint.description,
            connector: sparkplug ? "sparkplug-b" : "mqtt",
            says: "An MQTT broker: \(what) heard in \(visit.plan.listening.words)"
                + (sparkplug ? ", Sparkplug B among them" : ""),
            facts: tree.leaves.prefix(5).map { ScanFact($0.topic, $0.last) }, topics: tree)
    }
}
