// A Sparkplug host application: event in, actions out; no sockets and no clock.

/// Listens to all edge nodes of a server and turns their messages into values and gaps.
///
/// It never writes to a machine. The only command that it ever sends is the rebirth request, an
/// NCMD with `Node Control/Rebirth` true, at most one a node and minute, doubled without answer;
/// there is no function that builds another command. It shows itself by STATE messages.
///
/// Connect with a clean session (tck-id-message-flow-phid-sparkplug-clean-session-311, -50) and the
/// will of ``will(wall:)``. `now` are nanoseconds of a clock that never jumps, `wall` milliseconds
/// since 1970 in UTC. Source: Sparkplug 3.0.0 clause 5.
public struct SparkplugHost: Sendable {
    /// How it behaves.
    public let settings: SparkplugHostSettings

    private var topic: SparkplugTopic
    private var nodes: [SparkplugNode: SparkplugHostNode] = [:]
    private var metricCount = 0
    private var isConnected = false
    private var birthTimestamp: UInt64 = 0
    private var lastRequest: Int64?

    /// A host application; throws when its id is not valid.
    public init(_ settings: SparkplugHostSettings) throws(FrameError) {
        self.settings = settings
        topic = try SparkplugTopic.state(of: settings.host)
    }

    /// The will for the next connection: offline, with the time that the birth repeats.
    ///
    /// Source: tck-id-host-topic-phid-death-payload, -qos, -retain and
    /// tck-id-host-topic-phid-birth-payload-timestamp.
    public mutating func will(wall: UInt64) -> MQTTWill {
        birthTimestamp = min(wall, SparkplugLimits.latestMilliseconds)
        return MQTTWill(state(isOnline: false))
    }

    /// Names nodes that are awaited: each is asked for a rebirth once connected.
    ///
    /// A node that was there first and whose values do not change would else not be heard of.
    /// Nodes beyond the limit of the settings are left out.
    public mutating func expect(_ awaited: Set<SparkplugNode>) {
        for node in awaited.sorted() where nodes[node] == nil && nodes.count < settings.nodes {
            nodes[node] = SparkplugHostNode()
        }
    }

    /// When `tick` is to come at the latest, on the clock of `now`; nil for never.
    public var deadline: Int64? {
        var earliest: Int64?
        for node in nodes.values {
            for time in [node.reorderDeadline(settings), node.birthsDue, requestDue(node)] {
                if let time { earliest = min(earliest ?? time, time) }
            }
        }
        return earliest
    }

    /// The nodes that have been heard of, with true for those that are there.
    public var knownNodes: [SparkplugNode: Bool] { nodes.mapValues(\.isOnline) }

    /// Takes an event and says what is to be done.
    public mutating func step(
        _ event: SparkplugHostEvent, now: Int64, wall: UInt64
    ) -> [SparkplugHostAction] {
        var actions: [SparkplugHostAction] = []
        switch event {
        case .connected: connect(&actions)
        case .received(let message): receive(message, now, wall, &actions)
        case .disconnected: disconnect(now, wall, &actions)
        case .tick: break
        case .stop:
            if isConnected {
                birthTimestamp = max(birthTimestamp, min(wall, SparkplugLimits.latestMilliseconds))
                // tck-id-operational-behavior-host-application-termination
                actions.append(.publish(state(isOnline: false)))
                actions.append(.disconnect)
                // The server sends this death back; it is not to be contradicted.
                isConnected = false
            }
        }
        checkTimes(now, wall, &actions)
        return actions
    }

    private func state(isOnline: Bool) -> MQTTMessage {
        MQTTMessage(
            topic: topic.text,
            payload: SparkplugHostState(isOnline: isOnline, timestamp: birthTimestamp).encoded,
            qos: .atLeastOnce, isRetained: true)
    }

    /// First the subscriptions, then the birth as the first message.
    ///
    /// The own state is named apart, since conformance is tested by that filter.
    /// Source: tck-id-payloads-state-subscribe, tck-id-message-flow-phid-sparkplug-subscription,
    /// tck-id-message-flow-phid-sparkplug-state-publish.
    private mutating func connect(_ actions: inout [SparkplugHostAction]) {
        isConnected = true
        actions.append(
            .subscribe([
                MQTTSubscription(filter: topic.text, qos: .atLeastOnce),
                MQTTSubscription(filter: "\(SparkplugTopic.namespace)/#", qos: .atLeastOnce),
            ]))
        actions.append(.publish(state(isOnline: true)))
        // Nodes speak only when a value changes, so ask those known what holds now.
        for node in nodes.keys { nodes[node]?.wantsRebirth = true }
    }

    private mutating func disconnect(
        _ now: Int64, _ wall: UInt64, _ actions: inout [SparkplugHostAction]
    ) {
        isConnected = false
        for id in nodes.keys.sorted() {
            change(id, "", now, wall, &actions) { $0.end(.connectionLost, $1.wall, &$1) }
        }
    }

    private mutating func receive(
        _ message: MQTTMessage, _ now: Int64, _ wall: UInt64,
        _ actions: inout [SparkplugHostAction]
    ) {
        do throws(FrameError) {
            let topic = try SparkplugTopic(message.topic)
            switch topic {
            case .state(let host):
                if host == settings.host { try heardState(message, &actions) }
            case .message(.nodeCommand, _, _), .message(.deviceCommand, _, _): break
            case .message(let type, let node, let device):
                if message.isRetained {
                    throw FrameError(
                        doing: "reading a Sparkplug \(type.rawValue)",
                        problem: .invalid("a message that the server had kept"))
                }
                let payload = try SparkplugPayload.decode(message.payload)
                guard nodes[node] != nil || nodes.count < settings.nodes else {
                    actions.append(
                        .refused(topic: message.topic, .limit("\(settings.nodes) edge nodes")))
                    return
                }
                change(node, message.topic, now, wall, &actions) {
                    $0.receive(SparkplugHeld(type, device, payload, message.topic), &$1)
                }
            }
        } catch {
            actions.append(.refused(topic: message.topic, .malformed(error)))
        }
    }

    /// A word that this host is offline is answered at once.
    ///
    /// Source: tck-id-message-flow-hid-sparkplug-state-message-delivered.
    private mutating func heardState(
        _ message: MQTTMessage, _ actions: inout [SparkplugHostAction]
    ) throws(FrameError) {
        let heard = try SparkplugHostState(message.payload)
        guard !heard.isOnline, isConnected else { return }
        if heard.timestamp > birthTimestamp {
            // A will with a newer time than ours: nodes would not believe the older one.
            birthTimestamp = heard.timestamp
            actions.append(.refused(topic: message.topic, .hostTwice))
        }
        actions.append(.publish(state(isOnline: true)))
    }

    /// Changes one node in place; taking it out of the table spares a copy of its metrics.
    private mutating func change(
        _ id: SparkplugNode, _ topic: String, _ now: Int64, _ wall: UInt64,
        _ actions: inout [SparkplugHostAction],
        _ body: (inout SparkplugHostNode, inout SparkplugHostContext) -> Void
    ) {
        var node = nodes.removeValue(forKey: id) ?? SparkplugHostNode()
        metricCount -= node.metricCount
        var context = SparkplugHostContext(
            node: id, topic: topic, now: now, wall: wall, settings: settings,
            room: settings.metrics - metricCount)
        body(&node, &context)
        metricCount += node.metricCount
        nodes[id] = node
        actions += context.actions
    }

    private mutating func checkTimes(
        _ now: Int64, _ wall: UInt64, _ actions: inout [SparkplugHostAction]
    ) {
        guard let deadline, deadline <= now else { return }
        for id in nodes.keys.sorted() {
            guard let node = nodes[id] else { continue }
            if let due = node.reorderDeadline(settings), due <= now {
                change(id, "", now, wall, &actions) { $0.lose(&$1) }
            }
            if let due = node.birthsDue, due <= now {
                change(id, "", now, wall, &actions) { $0.endUnborn(&$1) }
            }
            if let node = nodes[id], let due = requestDue(node), due <= now {
                requestRebirth(id, now, wall, &actions)
            }
        }
    }

    /// When a rebirth may be asked for; nil when none is wanted.
    private func requestDue(_ node: SparkplugHostNode) -> Int64? {
        guard isConnected, node.wantsRebirth else { return nil }
        var due = Int64.min
        if let last = node.lastRequest {
            let wait = settings.rebirthNanoseconds.multipliedReportingOverflow(
                by: 1 << Int64(min(max(0, node.requests - 1), 5)))
            due = wait.overflow ? .max : SparkplugDeadline.after(last, wait.partialValue)
        }
        if let lastRequest {
            due = max(
                due, SparkplugDeadline.after(lastRequest, settings.rebirthSpacingNanoseconds))
        }
        return due
    }

    /// Asks a node to tell all its metrics anew: the only command of this program.
    ///
    /// Source: tck-id-operational-behavior-data-commands-ncmd-rebirth-verb, -name and -value;
    /// tck-id-payloads-ncmd-qos, tck-id-payloads-ncmd-retain.
    private mutating func requestRebirth(
        _ id: SparkplugNode, _ now: Int64, _ wall: UInt64,
        _ actions: inout [SparkplugHostAction]
    ) {
        nodes[id]?.wantsRebirth = false
        nodes[id]?.lastRequest = now
        nodes[id]?.requests += 1
        lastRequest = now
        let payload = SparkplugPayload(
            timestamp: wall,
            metrics: [
                SparkplugMetric(
                    name: SparkplugName.rebirth, timestamp: wall, datatype: .boolean,
                    value: .scalar(.bool(true)))
            ])
        actions.append(
            .publish(
                MQTTMessage(
                    topic: SparkplugTopic.message(.nodeCommand, id, device: nil).text,
                    payload: payload.encoded())))
    }
}

/// Times that stay within 64 bits whatever the settings say.
enum SparkplugDeadline {
    static func after(_ time: Int64, _ wait: Int64) -> Int64 {
        let sum = time.addingReportingOverflow(wait)
        return sum.overflow ? .max : sum.partialValue
    }
}
