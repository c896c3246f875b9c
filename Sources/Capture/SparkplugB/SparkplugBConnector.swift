// Sparkplug B: a host application that hears the edge nodes of a broker.

public import Plant
import Synchronization
import Wire

/// Reads the metrics of edge nodes; publishes its own STATE and requests for a rebirth, no more.
public struct SparkplugBConnector: Connector {
    /// `sparkplug-b`.
    public static let kind = "sparkplug-b"
    /// All settings.
    public static let schema = SparkplugBFields.schema

    private let endpoint: Endpoint
    private let settings: MQTTSessionSettings
    private let hostSettings: SparkplugHostSettings
    private let passwordName: String?
    private let points: [SparkplugBPoint]
    private let kept = KeptHost()

    /// Checks addresses and the ids of this host.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        endpoint = try reader.requiredEndpoint("address")
        passwordName = reader.text("password")
        let name = "millwright-\(connection.id.text)"
        hostSettings = SparkplugHostSettings(
            host: reader.text("host_id") ?? name,
            reorderNanoseconds: (reader.duration("late") ?? .seconds(2)).nanoseconds,
            rebirthNanoseconds: (reader.duration("rebirth") ?? .minutes(1)).nanoseconds)
        settings = MQTTSessionSettings(
            version: reader.text("version") == "5" ? .v5 : .v311,
            clientID: reader.text("client_id") ?? name, cleanStart: true, sessionExpirySeconds: 0,
            keepAliveSeconds: UInt16((reader.duration("keep_alive") ?? .seconds(30)).seconds),
            username: reader.text("username"),
            limits: MQTTSessionLimits(packetBytes: CaptureLimits.mqttPacketBytes))
        var points: [SparkplugBPoint] = []
        for signal in signals { points.append(try SparkplugBPoint(signal)) }
        self.points = points
        if passwordName != nil, settings.username == nil {
            throw reader.error(
                "username", "a password needs a user name", "Add the user name at the broker.")
        }
        do throws(FrameError) { _ = try SparkplugHost(hostSettings) } catch {
            throw reader.error("host_id", error.description, "Choose another id.")
        }
        do throws(FrameError) { _ = try MQTTSession(settings) } catch {
            throw reader.error("client_id", error.description, "Choose another client id.")
        }
    }

    /// The kind that the option `type` names.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        _ = try SparkplugBPoint.address(source.address, reader)
        return ValueKind.allCases.first { $0.word == reader.text("type") } ?? .number
    }

    /// A broker takes many clients.
    public var controller: String? { nil }

    /// Each signal sends by itself.
    public var groups: [PollGroup] {
        points.map { PollGroup(signals: [$0.signal], period: nil) }
    }

    /// Listens for some seconds as another host, asks for births, says which signals were heard.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        var other = hostSettings
        other.host += "-probe"
        var mine = settings
        mine.clientID += "-probe"
        let host = try newHost(other)
        var heard: [SparkplugSource: [String: SparkplugReading]] = [:]
        let wanted = Set(points.map { $0.text })
        var run = try await SparkplugBSession.open(host, mine, endpoint, password(io), io)
        let end = io.clock.monotonic() + CaptureLimits.probeListening
        do throws(ConnectorError) {
            try await run.begin()
            while io.clock.monotonic() < end {
                for case .deliver(let reading) in try await run.listen(until: end) {
                    guard heard.count < hostSettings.nodes else { break }
                    heard[reading.source, default: [:]][reading.metric] = reading
                }
                let found = points.filter { heard[$0.source]?[$0.metric] != nil }.map(\.text)
                if !wanted.isEmpty, wanted.isSubset(of: found) { break }
            }
            try await run.finish()
        } catch {
            await run.close()
            throw error
        }
        await run.close()
        return report(heard)
    }

    private func report(_ heard: [SparkplugSource: [String: SparkplugReading]]) -> ProbeReport {
        let findings = points.map { point in
            guard let source = heard[point.source] else {
                return ProbeFinding(
                    address: point.text, value: nil, problem: "\(point.source) was not heard")
            }
            guard let reading = source[point.metric] else {
                let near = Nearest.name(to: point.metric, among: source.keys.sorted())
                return ProbeFinding(
                    address: point.text, value: nil,
                    problem: "there is no such metric"
                        + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
            }
            let value = reading.value.scalar(as: point.signal.kind)
            return ProbeFinding(
                address: point.text, value: value?.asText,
                problem: value == nil ? "the metric holds no \(point.signal.kind.word)" : nil)
        }
        return ProbeReport(
            summary: "\(endpoint) answers; \(heard.count) nodes and devices were heard.",
            findings: findings,
            offers: points.isEmpty ? SparkplugBConnector.offers(heard) : [])
    }

    /// What nodes and devices were heard to have.
    private static func offers(
        _ heard: [SparkplugSource: [String: SparkplugReading]]
    ) -> [ProbeOffer] {
        heard.sorted { $0.key < $1.key }.flatMap { source, metrics in
            metrics.sorted { $0.key < $1.key }.map { metric, reading in
                let kind = [ValueKind.number, .flag, .text].first {
                    reading.value.scalar(as: $0) != nil
                }
                return ProbeOffer(
                    address: "\(source):\(metric)", name: metric, type: kind?.word ?? "other",
                    kind: kind)
            }
        }
    }

    /// Takes metrics until cancelled or until the broker is gone.
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
        // What is known of nodes outlives the connection: they are asked for a rebirth at once.
        let known = kept.take()
        let host = if let known { known.host } else { try newHost(hostSettings) }
        var intake = known?.intake ?? SparkplugBIntake(points, start: io.clock.wall())
        var session: SparkplugBSession
        do throws(ConnectorError) {
            session = try await SparkplugBSession.open(
                host, settings, endpoint, password(io), io)
        } catch {
            kept.put(KeptHost.Known(host: host, intake: intake))
            throw error
        }
        do throws(ConnectorError) {
            try await session.begin()
            while !Task.isCancelled {
                let actions = try await session.listen(until: nil)
                await hand(actions, &intake, io, sink)
            }
        } catch {
            await session.close()
            // Nothing is known from now on; the markers begin the gaps.
            await hand(session.disconnected(), &intake, io, sink)
            kept.put(KeptHost.Known(host: session.host, intake: intake))
            throw error
        }
        await session.close()
    }

    private func hand(
        _ actions: [SparkplugHostAction], _ intake: inout SparkplugBIntake, _ io: ConnectorIO,
        _ sink: some SampleSink
    ) async {
        let batches = intake.batches(of: actions, arrival: io.clock.wall(), report: io.report)
        guard !batches.isEmpty else { return }
        await sink.accept(batches)
    }

    private func password(_ io: ConnectorIO) async throws(ConnectorError) -> [UInt8]? {
        guard let passwordName else { return nil }
        return try await io.secret(passwordName).bytes
    }

    /// A host that awaits the nodes of the signals.
    private func newHost(
        _ settings: SparkplugHostSettings
    ) throws(ConnectorError) -> SparkplugHost {
        do {
            var host = try SparkplugHost(settings)
            host.expect(Set(points.map(\.source.node)))
            return host
        } catch {
            throw .malformed(error)
        }
    }
}

/// The host application between two connections.
final class KeptHost: Sendable {
    /// What is known of the nodes, and which signals are missing.
    struct Known: Sendable {
        let host: SparkplugHost
        let intake: SparkplugBIntake
    }

    private let known = Mutex<Known?>(nil)

    /// Takes what is known out; a second taker gets nothing.
    func take() -> Known? {
        known.withLock { known in
            defer { known = nil }
            return known
        }
    }

    /// Keeps what is known for the next connection.
    func put(_ newKnown: Known) { known.withLock { $0 = newKnown } }
}
