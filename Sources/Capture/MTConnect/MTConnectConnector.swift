// MTConnect: follows an agent from observation to observation, without losing one it still has.

public import Plant
import Synchronization
import Wire

/// Reads an MTConnect agent with GET and never sends anything else.
///
/// The place in the agent's buffer is stored with the observations before it.
public struct MTConnectConnector: Connector {
    /// `mtconnect`.
    public static let kind = "mtconnect"
    /// All settings.
    public static let schema = MTConnectFields.schema

    private let endpoint: Endpoint
    private let settings: MTConnectClientSettings
    private let points: [MTConnectPoint]
    private let source: String
    private let memory: MTConnectMemory

    /// Checks addresses.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let path = "connection.\(connection.id.text)"
        let reader = try Self.schema.reader(
            settings: try HTTPAddress.plain(connection.settings, path: path), path: path)
        endpoint = try reader.requiredEndpoint("address")
        let device = reader.text("device").flatMap { $0.isEmpty ? nil : $0 }
        func milliseconds(_ name: String) -> Int {
            Int((reader.duration(name) ?? .seconds(1)).nanoseconds / 1_000_000)
        }
        settings = MTConnectClientSettings(
            device: device, intervalMilliseconds: milliseconds("interval"),
            heartbeatMilliseconds: milliseconds("heartbeat"), isStreaming: reader.flag("stream"),
            readsAssets: false,
            answerNanoseconds: (reader.duration("timeout") ?? .seconds(10)).nanoseconds)
        var points: [MTConnectPoint] = []
        for signal in signals { points.append(try MTConnectPoint(signal, device: device)) }
        self.points = points
        source = "mtconnect/\(connection.id.text)"
        memory = MTConnectMemory(points: points)
    }

    /// The kind that the option `type` names.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        _ = try MTConnectPoint.address(source.address, reader)
        return ValueKind.allCases.first { $0.word == reader.text("type") } ?? .number
    }

    /// An agent takes many clients.
    public var controller: String? { nil }

    /// Each signal tells by itself.
    public var groups: [PollGroup] {
        points.map { PollGroup(signals: [$0.signal], period: nil) }
    }

    /// Asks for the model and the current state.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        var asking = settings
        asking.isStreaming = false
        var line = MTConnectLine(to: endpoint, client: MTConnectClient(asking), io: io)
        var intake = MTConnectIntake(points: points)
        var report: ProbeReport?
        var offers: [ProbeOffer] = []
        do throws(ConnectorError) {
            try await line.start()
            while report == nil {
                for action in try await line.next() where report == nil {
                    switch action {
                    case .devices(let devices):
                        try take(devices, &intake, io)
                        offers = MTConnectConnector.offers(devices)
                    case .deliver(let delivery): report = found(delivery, &intake, io, offers)
                    default: break
                    }
                }
            }
        } catch {
            await line.close()
            throw error
        }
        await line.close()
        return report ?? ProbeReport(summary: "\(endpoint) answers.", findings: [])
    }

    private func found(
        _ delivery: MTConnectDelivery, _ intake: inout MTConnectIntake, _ io: ConnectorIO,
        _ offers: [ProbeOffer]
    ) -> ProbeReport {
        let unknown = Set(intake.unknown)
        let batches = intake.batches(of: delivery, arrival: io.clock.wall(), report: { _ in })
        let findings = points.map { point -> ProbeFinding in
            func finding(_ value: String?, _ problem: String?) -> ProbeFinding {
                ProbeFinding(address: point.text, value: value, problem: problem)
            }
            if unknown.contains(point) {
                return finding(nil, "the agent has no such data item")
            }
            let columns = batches.flatMap(\.columns).filter { $0.signal == point.signal.id }
            guard let column = columns.last, column.values.count > 0 else {
                return finding(nil, "the agent tells nothing of it")
            }
            let last = column.values.count - 1
            let quality = column.quality(at: last)
            guard quality.isBad else { return finding(column.values[last].asText, nil) }
            return finding(
                nil,
                quality == .badComm
                    ? "the agent says UNAVAILABLE" : "not a \(point.signal.kind.word)")
        }
        let good = findings.filter { $0.problem == nil }.count
        return ProbeReport(
            summary: "\(endpoint) answers; \(good) of \(findings.count) signals have a value.",
            findings: findings, offers: offers)
    }

    /// What the agent's devices have; several values at once cannot be one signal.
    private static func offers(_ devices: MTConnectDevices) -> [ProbeOffer] {
        devices.devices.flatMap { device in
            let name = device.name ?? device.uuid ?? device.id
            return device.allDataItems.map { item in
                let isWord = item.category != .sample && !item.type.hasSuffix("COUNT")
                let isWhole = item.representation != .value
                return ProbeOffer(
                    address: name + "/" + (item.name ?? item.id),
                    name: [item.name ?? item.id, item.subType].compactMap(\.self)
                        .joined(separator: " "),
                    type: item.type, kind: isWhole ? nil : isWord ? .text : .number)
            }
        }
    }

    /// Follows the agent until cancelled or until it is gone.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        var failure: ConnectorError?
        do throws(ConnectorError) {
            try await session(io, sink)
        } catch {
            failure = error
        }
        if let failure, failure != .cancelled { throw failure }
    }

    private func session(
        _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        let (known, kept, silentStreams, followed) = memory.state
        var cursor = known
        if cursor == nil {
            cursor = try await io.cursor(source).flatMap { MTConnectCursor(position: $0) }
        }
        var intake = kept
        if let followed { intake.follow(until: followed) }
        var reading = settings
        // An agent that twice promised a stream and sent none is asked again and again instead.
        if silentStreams >= 2 { reading.isStreaming = false }
        var line = MTConnectLine(
            to: endpoint, client: MTConnectClient(reading, cursor: cursor), io: io)
        var storedAt = io.clock.monotonic()
        do throws(ConnectorError) {
            try await line.start()
            while !Task.isCancelled {
                for action in try await line.next() {
                    try await take(action, &intake, &storedAt, io, sink)
                }
                guard line.isFollowing else { continue }
                intake.follow(until: io.clock.wall())
                memory.follow(until: io.clock.wall())
            }
        } catch {
            if case .timedOut = error, line.awaitsStream { memory.noteSilentStream() }
            await line.close()
            throw error
        }
        await line.close()
    }

    private func take(
        _ action: MTConnectClientAction, _ intake: inout MTConnectIntake,
        _ storedAt: inout Elapsed, _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        switch action {
        case .devices(let devices):
            try take(devices, &intake, io)
            io.report(.established)
        case .gap(let gap):
            intake.take(gap)
            io.report(.problem(gap.words))
            if let missed = gap.missed {
                io.report(
                    .dropped(stage: "mtconnect", reason: gap.word, count: Int(clamping: missed)))
            }
        case .deliver(let delivery):
            let batches = intake.batches(
                of: delivery, arrival: io.clock.wall(), report: io.report)
            let isDue = io.clock.monotonic() >= storedAt + CaptureLimits.cursorSpacing
            if !batches.isEmpty || delivery.snapshot != nil || isDue {
                do {
                    try await sink.store(
                        batches,
                        cursor: SourceCursor(source: source, position: delivery.cursor.position))
                } catch { throw .notStored(detail: "\(error)") }
                storedAt = io.clock.monotonic()
            }
            memory.keep(delivery.cursor, intake)
            io.report(.received(delivery.observations.count))
        case .request, .cancel, .assets, .trouble, .wait: break
        }
    }

    private func take(
        _ devices: MTConnectDevices, _ intake: inout MTConnectIntake, _ io: ConnectorIO
    ) throws(ConnectorError) {
        do {
            try intake.take(devices, arrival: io.clock.wall(), report: io.report)
        } catch { throw .malformed(error) }
    }
}

/// What lives longer than one session: where to go on, and what was told last.
final class MTConnectMemory: Sendable {
    private struct State {
        var cursor: MTConnectCursor?
        var intake: MTConnectIntake
        var silentStreams = 0
        var followed: Timestamp?
    }

    private let memory: Mutex<State>

    init(points: [MTConnectPoint]) {
        memory = Mutex(State(intake: MTConnectIntake(points: points)))
    }

    /// What is kept now.
    var state: (MTConnectCursor?, MTConnectIntake, silentStreams: Int, followed: Timestamp?) {
        memory.withLock { ($0.cursor, $0.intake, $0.silentStreams, $0.followed) }
    }

    /// Keeps until when the agent was followed.
    func follow(until time: Timestamp) { memory.withLock { $0.followed = time } }

    /// Keeps what is stored.
    func keep(_ cursor: MTConnectCursor, _ intake: MTConnectIntake) {
        memory.withLock {
            $0.cursor = cursor
            $0.intake = intake
        }
    }

    /// Counts a stream that never said anything.
    func noteSilentStream() { memory.withLock { $0.silentStreams += 1 } }
}

extension MTConnectCursor {
    /// The cursor of a stored position: instance and number.
    init?(position: String) {
        let parts = position.split(separator: "/")
        guard parts.count == 2, let instance = UInt64(parts[0]), let next = UInt64(parts[1]),
            next > 0
        else { return nil }
        self.init(instanceID: instance, next: next)
    }

    /// The position as it is stored.
    var position: String { "\(instanceID)/\(next)" }
}
