// One connection of a Sparkplug host: the host's actions over an MQTT session.

import Plant
import Wire

/// A host application on an open connection.
struct SparkplugBSession {
    private(set) var host: SparkplugHost
    private var line: MQTTLine
    private let channel: any ByteChannel
    private let io: ConnectorIO
    private var published: UInt64 = 0
    /// What the host has said and nobody has taken yet; kept when sending fails.
    private var heard: [SparkplugHostAction] = []

    /// Connects to the broker, with the word that this host is gone as the will.
    static func open(
        _ host: SparkplugHost, _ settings: MQTTSessionSettings, _ endpoint: Endpoint,
        _ password: [UInt8]?, _ io: ConnectorIO
    ) async throws(ConnectorError) -> SparkplugBSession {
        var host = host
        var complete = settings
        complete.password = password
        complete.will = host.will(wall: io.milliseconds)
        let session: MQTTSession
        do { session = try MQTTSession(complete) } catch { throw .malformed(error) }
        let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        return SparkplugBSession(
            host: host,
            line: MQTTLine(channel: channel, io: io, session: session, name: endpoint),
            channel: channel, io: io)
    }

    private init(host: SparkplugHost, line: MQTTLine, channel: any ByteChannel, io: ConnectorIO) {
        self.host = host
        self.line = line
        self.channel = channel
        self.io = io
    }

    private var now: Int64 { io.clock.monotonic().nanoseconds }

    /// Waits for the broker's word, then subscribes and says that this host is there.
    mutating func begin() async throws(ConnectorError) {
        try await line.open()
        while !line.isReady { _ = try await line.listen(until: nil) }
        let actions = host.step(.connected, now: now, wall: io.milliseconds)
        _ = try await perform(actions)
    }

    /// What was heard within the time; rebirths are asked for on the way.
    mutating func listen(
        until end: Elapsed?
    ) async throws(ConnectorError) -> [SparkplugHostAction] {
        var limit = host.deadline.map { Elapsed(nanoseconds: $0) }
        if let end { limit = min(limit ?? end, end) }
        var deliveries = try await line.listen(until: limit)
        // A step also does what is due by the clock.
        if deliveries.isEmpty {
            let due = host.step(.tick, now: now, wall: io.milliseconds)
            heard += due
            deliveries += try await perform(due)
        }
        while !deliveries.isEmpty {
            io.report(.received(deliveries.count))
            var actions: [SparkplugHostAction] = []
            for delivery in deliveries {
                actions += host.step(
                    .received(delivery.message), now: now, wall: io.milliseconds)
            }
            heard += actions
            // Values are of class D3: nothing waits for the store.
            let more = try await line.stored(deliveries.map(\.token))
            deliveries = try await perform(actions) + more
        }
        return taken()
    }

    private mutating func taken() -> [SparkplugHostAction] {
        defer { heard = [] }
        return heard
    }

    /// Says that this host leaves.
    mutating func finish() async throws(ConnectorError) {
        let actions = host.step(.stop, now: now, wall: io.milliseconds)
        for case .publish(let message) in actions {
            _ = try await line.tell(.publish(message, id: published))
        }
    }

    /// Closes the connection; the broker says that this host is gone.
    func close() async { await channel.close() }

    /// Tells the host that the connection is gone; returns what it had heard and the gaps.
    mutating func disconnected() -> [SparkplugHostAction] {
        line.disconnected()
        heard += host.step(.disconnected, now: now, wall: io.milliseconds)
        return taken()
    }

    /// Sends what the host wants sent; what was delivered meanwhile is returned.
    private mutating func perform(
        _ actions: [SparkplugHostAction]
    ) async throws(ConnectorError) -> [MQTTLine.Delivery] {
        var deliveries: [MQTTLine.Delivery] = []
        for action in actions {
            switch action {
            case .subscribe(let topics): deliveries += try await line.tell(.subscribe(topics))
            case .publish(let message):
                published += 1
                deliveries += try await line.tell(.publish(message, id: published))
            case .born, .deliver, .gap, .refused, .disconnect: break
            }
        }
        return deliveries
    }
}

extension ConnectorIO {
    /// Wall time in milliseconds since 1970, as Sparkplug counts.
    fileprivate var milliseconds: UInt64 {
        UInt64(max(0, clock.wall().nanoseconds)) / 1_000_000
    }
}
