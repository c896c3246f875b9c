// A Sparkplug edge node that publishes machines as devices: event in, actions out.

/// Publishes the node's own metrics and those of its devices.
///
/// Commands are never carried out, except the rebirth request. `now` are nanoseconds of a clock
/// that never jumps, `wall` milliseconds since 1970 in UTC. Connect with a clean session
/// (tck-id-principles-persistence-clean-session-311). Source: Sparkplug 3.0.0 clause 5.
///
/// What is stored is published after the next BIRTH with the flag is_historical. Messages go with
/// QoS 0, as the specification demands, so a break of the connection may cost the last of them.
public struct SparkplugEdge: Sendable {
    /// Whether anything may be published.
    public enum Phase: Hashable, Sendable {
        /// No MQTT session.
        case offline
        /// The primary host has not said that it is there.
        case waitingForHost
        /// NBIRTH is out.
        case born
    }

    /// How it behaves.
    public let settings: SparkplugEdgeSettings
    /// Whether anything may be published.
    public internal(set) var phase = Phase.offline
    /// The bdSeq of the next connection, to be kept over a restart.
    public private(set) var nextBirthDeath: UInt8
    /// Values that wait for a BIRTH.
    public var storedCount: Int { stored.count }

    var birthDeath: UInt8
    var seq: UInt8 = 0
    var sources: [String?: SparkplugEdgeSource] = [nil: SparkplugEdgeSource()]
    var stored: [SparkplugStored] = []
    var nextAlias: UInt64 = 1
    var actions: [SparkplugEdgeAction] = []
    private var hostTimestamp: UInt64 = 0

    /// An edge node; `birthDeath` is what `nextBirthDeath` was before the restart, 0 at first.
    ///
    /// Throws when the id of the primary host is not valid.
    public init(_ settings: SparkplugEdgeSettings, birthDeath: UInt8 = 0) throws(FrameError) {
        if let host = settings.primaryHost { _ = try SparkplugTopic.state(of: host) }
        self.settings = settings
        self.birthDeath = birthDeath
        nextBirthDeath = birthDeath
    }

    /// The will for the next connection, with a bdSeq of its own; keep `nextBirthDeath` after it.
    ///
    /// Source: tck-id-payloads-ndeath-will-message, -qos, -retain; tck-id-topics-ndeath-payload;
    /// tck-id-payloads-ndeath-bdseq.
    public mutating func will(wall: UInt64) -> MQTTWill {
        birthDeath = nextBirthDeath
        // From 255 to 0, as the reference implementation counts.
        nextBirthDeath &+= 1
        return MQTTWill(death(wall))
    }

    /// When `tick` is to come at the latest, on the clock of `now`; nil for never.
    public var deadline: Int64? {
        guard settings.silenceNanoseconds > 0 else { return nil }
        return sources.compactMap { device, source in
            device != nil && source.isOnline
                ? SparkplugDeadline.after(source.lastHeard, settings.silenceNanoseconds) : nil
        }.min()
    }

    /// Takes an event and says what is to be done.
    public mutating func step(
        _ event: SparkplugEdgeEvent, now: Int64, wall: UInt64
    ) -> [SparkplugEdgeAction] {
        actions = []
        switch event {
        case .connected: connect(wall)
        case .received(let message): receive(message, wall)
        case .disconnected: phase = .offline
        case .tick: break
        case .define(let device, let metrics): define(device, metrics, wall)
        case .values(let device, let values): take(values, device, now, wall)
        case .silent(let device): die(device, wall)
        case .stop: leave(wall)
        }
        if let deadline, deadline <= now { endSilent(now, wall) }
        return actions
    }

    /// Source: tck-id-message-flow-edge-node-ncmd-subscribe,
    /// tck-id-message-flow-device-dcmd-subscribe,
    /// tck-id-message-flow-edge-node-birth-publish-phid-wait.
    private mutating func connect(_ wall: UInt64) {
        let node = settings.node
        var filters = [
            SparkplugTopic.message(.nodeCommand, node, device: nil).text,
            SparkplugTopic.message(.deviceCommand, node, device: "+").text,
        ]
        if let host = settings.primaryHost {
            filters.append(SparkplugTopic.state(host: host).text)
        }
        actions.append(
            .subscribe(filters.map { MQTTSubscription(filter: $0, qos: .atLeastOnce) }))
        if settings.primaryHost == nil {
            publishBirths(wall)
        } else {
            phase = .waitingForHost
        }
    }

    private mutating func receive(_ message: MQTTMessage, _ wall: UInt64) {
        do throws(FrameError) {
            switch try SparkplugTopic(message.topic) {
            case .state(let host):
                if host == settings.primaryHost {
                    hear(try SparkplugHostState(message.payload), wall)
                }
            case .message(.nodeCommand, let node, _):
                if node == settings.node {
                    obey(try SparkplugPayload.decode(message.payload), wall)
                }
            case .message(.deviceCommand, let node, _):
                if node == settings.node { actions.append(.refused(.command(message.topic))) }
            default: break
            }
        } catch {
            actions.append(.refused(.malformed(error)))
        }
    }

    /// The primary host comes or goes; older words than the last do not count.
    ///
    /// Source: tck-id-message-flow-edge-node-birth-publish-phid-wait-online, -phid-wait-timestamp,
    /// -phid-offline; tck-id-operational-behavior-edge-node-termination-host-offline, -timestamp.
    private mutating func hear(_ state: SparkplugHostState, _ wall: UInt64) {
        guard phase != .offline, state.timestamp >= hostTimestamp else { return }
        hostTimestamp = state.timestamp
        switch (phase, state.isOnline) {
        case (.waitingForHost, true): publishBirths(wall)
        case (.born, false): leave(wall)
        case (.waitingForHost, false) where settings.hasOtherServers: leave(wall)
        default: break
        }
    }

    /// Source: tck-id-operational-behavior-data-commands-rebirth-action-1, -2 and -3.
    private mutating func obey(_ payload: SparkplugPayload, _ wall: UInt64) {
        for metric in payload.metrics {
            guard metric.name == SparkplugName.rebirth, metric.value == .scalar(.bool(true)) else {
                actions.append(
                    .refused(.command(metric.name ?? metric.alias.map { "alias \($0)" } ?? "")))
                continue
            }
            guard phase == .born else { continue }
            publishBirths(wall)
            return
        }
    }

    /// NDEATH, then DISCONNECT, so that the server forgets the will.
    ///
    /// Source: tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath, -packet.
    private mutating func leave(_ wall: UInt64) {
        guard phase != .offline else { return }
        if phase == .born { actions.append(.publish(death(wall))) }
        phase = .offline
        actions.append(.disconnect)
    }

    /// Source: tck-id-topics-ndeath-seq, tck-id-topics-ndeath-payload.
    private func death(_ wall: UInt64) -> MQTTMessage {
        let payload = SparkplugPayload(timestamp: wall, metrics: [birthDeathMetric(nil)])
        return MQTTMessage(
            topic: SparkplugTopic.message(.nodeDeath, settings.node, device: nil).text,
            payload: payload.encoded(), qos: .atLeastOnce)
    }

    func birthDeathMetric(_ wall: UInt64?) -> SparkplugMetric {
        SparkplugMetric(
            name: SparkplugName.bdSeq, timestamp: wall, datatype: .int64,
            value: .scalar(.long(UInt64(birthDeath))))
    }
}
