// MQTT: takes the messages of a broker; with QoS 1 nothing is acknowledged before it is stored.

public import Plant
import Synchronization
import Wire

/// Reads topics of an MQTT broker and never publishes.
public struct MQTTConnector: Connector {
    /// `mqtt`.
    public static let kind = "mqtt"
    /// All settings.
    public static let schema = MQTTFields.schema

    private let endpoint: Endpoint
    private let settings: MQTTSessionSettings
    private let passwordName: String?
    private let points: [MQTTPoint]
    private let intake: MQTTIntake
    private let kept = KeptSession()

    /// Checks topics and paths.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        endpoint = try reader.requiredEndpoint("address")
        passwordName = reader.text("password")
        var points: [MQTTPoint] = []
        for signal in signals { points.append(try MQTTPoint(signal)) }
        self.points = points
        let filter = reader.text("discover").flatMap { $0.isEmpty ? nil : $0 }
        if let filter, !MQTTTopic.isValidFilter(filter) {
            throw reader.error(
                "discover", "\"\(filter)\" is no topic filter",
                "Write for example discover = \"factory/#\".")
        }
        intake = MQTTIntake(connection: connection.id, points: points, discover: filter)
        settings = try Self.settings(
            reader, connection, Self.filters(points, filter), passwordName)
    }

    /// Each topic once; those that the discovery covers come with its filter.
    private static func filters(_ points: [MQTTPoint], _ discover: String?) -> [String] {
        let topics = Set(points.map(\.topic)).sorted()
        guard let discover else { return topics }
        return [discover] + topics.filter { !MQTTTopic.matches(discover, $0) }
    }

    private static func settings(
        _ reader: ConfigurationReader, _ connection: Connection, _ filters: [String],
        _ passwordName: String?
    ) throws(ConfigurationError) -> MQTTSessionSettings {
        let qos: MQTTQoS = reader.text("qos") == "0" ? .atMostOnce : .atLeastOnce
        let settings = MQTTSessionSettings(
            version: reader.text("version") == "5" ? .v5 : .v311,
            clientID: reader.text("client_id") ?? "millwright-\(connection.id.text)",
            cleanStart: reader.flag("clean_start"),
            sessionExpirySeconds: UInt32(
                (reader.duration("session_expiry") ?? .zero).seconds.rounded()),
            keepAliveSeconds: UInt16((reader.duration("keep_alive") ?? .seconds(30)).seconds),
            username: reader.text("username"),
            subscriptions: filters.map { MQTTSubscription(filter: $0, qos: qos) },
            limits: MQTTSessionLimits(packetBytes: CaptureLimits.mqttPacketBytes))
        if passwordName != nil, settings.username == nil {
            throw reader.error(
                "username", "a password needs a user name", "Add the user name at the broker.")
        }
        do throws(FrameError) { _ = try MQTTSession(settings) } catch {
            throw reader.error("client_id", error.description, "Choose another client id.")
        }
        return settings
    }

    /// The kind that the option `type` names.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        _ = try MQTTPoint.address(source.address, reader)
        return ValueKind.allCases.first { $0.word == reader.text("type") } ?? .number
    }

    /// A broker takes many clients.
    public var controller: String? { nil }

    /// Each signal sends by itself.
    public var groups: [PollGroup] {
        points.map { PollGroup(signals: [$0.signal], period: nil) }
    }

    /// Listens for some seconds and says which signals were heard.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        var listening = try await withPassword(settings, io)
        listening.clientID += "-probe"
        listening.cleanStart = true
        listening.sessionExpirySeconds = 0
        // Without a signal the question is what there is.
        if listening.subscriptions.isEmpty {
            listening.subscriptions = [MQTTSubscription(filter: "#", qos: .atMostOnce)]
        }
        for index in listening.subscriptions.indices {
            listening.subscriptions[index].qos = .atMostOnce
        }
        let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        var session = MQTTLine(
            channel: channel, io: io, session: try Self.session(listening), name: endpoint)
        let end = io.clock.monotonic() + CaptureLimits.probeListening
        var heard: [MQTTMessage] = []
        do throws(ConnectorError) {
            try await session.open()
            while io.clock.monotonic() < end, heard.count < CaptureLimits.rememberedProblems * 16 {
                heard += try await session.listen(until: end).map(\.message)
                if Set(heard.map(\.topic)).isSuperset(of: points.map(\.topic)), !points.isEmpty {
                    break
                }
            }
        } catch {
            await channel.close()
            throw error
        }
        await channel.close()
        return report(heard)
    }

    private func report(_ heard: [MQTTMessage]) -> ProbeReport {
        let last = Dictionary(heard.map { ($0.topic, $0) }, uniquingKeysWith: { _, new in new })
        let findings = points.map { point -> ProbeFinding in
            guard let message = last[point.topic] else {
                return ProbeFinding(
                    address: point.text, value: nil, problem: "no message on this topic yet")
            }
            var value: Scalar?
            if let path = point.path {
                do throws(JSONError) {
                    let found = try MQTTPayload.value(
                        at: path, in: message.payload, as: point.signal.kind)
                    if case .value(let scalar) = found { value = scalar }
                } catch {
                    return ProbeFinding(
                        address: point.text, value: nil, problem: "no JSON: \(error)")
                }
            } else {
                value = MQTTPayload.plain(message.payload, as: point.signal.kind)
            }
            return ProbeFinding(
                address: point.text, value: value?.asText,
                problem: value == nil ? "the message holds no \(point.signal.kind.word)" : nil)
        }
        return ProbeReport(
            summary: "\(endpoint) answers; \(last.count) topics were heard.", findings: findings,
            offers: points.isEmpty ? MQTTConnector.offers(last) : [])
    }

    /// What the newest messages hold, by topic.
    private static func offers(_ last: [String: MQTTMessage]) -> [ProbeOffer] {
        last.values.sorted { $0.topic < $1.topic }.flatMap { message in
            MQTTPayload.discovered(message, limit: CaptureLimits.rememberedProblems * 4).map {
                let name = $0.address.split(separator: "/").suffix(2).joined(separator: " ")
                    .replacing("#", with: " ")
                return ProbeOffer(
                    address: $0.address, name: name, type: $0.1.kind.word, kind: $0.1.kind)
            }
        }
    }

    /// Takes messages until cancelled or until the broker is gone.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        var failure: ConnectorError?
        do throws(ConnectorError) {
            try await runSession(io, sink)
        } catch {
            failure = error
        }
        if let failure, failure != .cancelled { throw failure }
    }

    private func runSession(
        _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        // What the broker repeats after a reconnection is recognised by the kept session.
        let session =
            if let kept = kept.take() { kept } else {
                try Self.session(try await withPassword(settings, io))
            }
        let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        var line = MQTTLine(channel: channel, io: io, session: session, name: endpoint)
        do throws(ConnectorError) {
            try await line.open()
            while !Task.isCancelled {
                let deliveries = try await line.listen(until: nil)
                try await take(deliveries, &line, io, sink)
            }
        } catch {
            await channel.close()
            line.disconnected()
            // After a failure to store the broker has to repeat everything that waits.
            if case .notStored = error {} else { kept.put(line.session) }
            throw error
        }
        await channel.close()
    }

    /// Stores what came, then lets the acknowledgements leave (R-01).
    private func take(
        _ first: [MQTTLine.Delivery], _ line: inout MQTTLine, _ io: ConnectorIO,
        _ sink: some SampleSink
    ) async throws(ConnectorError) {
        var deliveries = first
        while !deliveries.isEmpty {
            do {
                let arrived = try await intake.batches(
                    of: deliveries.map(\.message), arrival: io.clock.wall(), io: io)
                if !arrived.streamed.isEmpty { await sink.accept(arrived.streamed) }
                if !arrived.kept.isEmpty { try await sink.store(arrived.kept, cursor: nil) }
            } catch {
                throw .notStored(detail: "\(error)")
            }
            io.report(.received(deliveries.count))
            deliveries = try await line.stored(deliveries.map(\.token))
        }
    }

    private func withPassword(
        _ settings: MQTTSessionSettings, _ io: ConnectorIO
    ) async throws(ConnectorError) -> MQTTSessionSettings {
        guard let passwordName else { return settings }
        var complete = settings
        complete.password = try await io.secret(passwordName).bytes
        return complete
    }

    private static func session(
        _ settings: MQTTSessionSettings
    ) throws(ConnectorError) -> MQTTSession {
        do { return try MQTTSession(settings) } catch { throw .malformed(error) }
    }
}

/// The session between two connections.
final class KeptSession: Sendable {
    private let session = Mutex<MQTTSession?>(nil)

    /// Takes the session out; a second taker gets nothing.
    func take() -> MQTTSession? {
        session.withLock { session in
            defer { session = nil }
            return session
        }
    }

    /// Keeps the session for the next connection.
    func put(_ newSession: MQTTSession) { session.withLock { $0 = newSession } }
}
