// Modbus TCP: polls the registers of a controller, meter or gateway at a fixed rate.

public import Plant
import Wire

/// Reads a Modbus TCP device and never writes.
///
/// No function that changes a device is in here.
public struct ModbusTCPConnector: Connector {
    /// `modbus-tcp`.
    public static let kind = "modbus-tcp"
    /// All settings.
    public static let schema = ModbusTCPFields.schema

    private let endpoint: Endpoint
    private let timeout: Elapsed
    private let spacing: Elapsed
    private let poller: ModbusPoller

    /// Plans the requests.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        endpoint = try reader.requiredEndpoint("address")
        timeout = reader.duration("timeout") ?? CaptureLimits.requestTimeout
        spacing = ModbusFields.spacing(reader)
        let limits = ModbusFields.limits(reader)
        var points: [ModbusPoint] = []
        for signal in signals.sorted(by: { $0.id < $1.id }) {
            points.append(try ModbusPoint(signal, connection: reader, schema: Self.schema))
        }
        var groups: [ModbusPollGroup] = []
        for period in Set(points.map(\.period)).sorted() {
            groups.append(
                try ModbusPollGroup(
                    period: period, points: points.filter { $0.period == period }, limits: limits))
        }
        poller = ModbusPoller(groups: groups)
    }

    /// Numbers, except for bits (flags), texts, and unscaled counters (integers).
    public static func valueKind(
        of source: SignalSource
    ) throws(ConfigurationError) -> ValueKind {
        try ModbusPoint.valueKind(of: source, schema: schema)
    }

    /// The device's address: most take one connection only.
    public var controller: String? { endpoint.description }

    /// One group for each period.
    public var groups: [PollGroup] { poller.pollGroups }

    /// Reads every signal once.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        var session = session(channel, io)
        var findings: [ProbeFinding] = []
        do throws(ConnectorError) {
            for group in poller.groups {
                for read in group.reads {
                    findings += try await poller.probe(read, of: group, in: &session)
                }
            }
        } catch {
            await channel.close()
            throw error
        }
        await channel.close()
        let good = findings.filter { $0.problem == nil }.count
        return ProbeReport(
            summary: "\(endpoint) answers; \(good) of \(findings.count) signals have a value.",
            findings: findings)
    }

    /// Polls every group at its rate until cancelled or until the device stops answering.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        let channel: any ByteChannel
        do throws(ConnectorError) {
            channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        } catch {
            guard error != .cancelled else { return }
            throw error
        }
        var failure: ConnectorError?
        do throws(ConnectorError) {
            try await poll(channel, io, sink)
        } catch {
            failure = error
        }
        await channel.close()
        if let failure, failure != .cancelled { throw failure }
    }

    private func session(_ channel: any ByteChannel, _ io: ConnectorIO) -> ModbusTCPSession {
        ModbusTCPSession(channel: channel, clock: io.clock, timeout: timeout, spacing: spacing)
    }

    private func poll(
        _ channel: any ByteChannel, _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        var session = session(channel, io)
        var schedule = PollSchedule(
            periods: poller.groups.map(\.period), start: io.clock.monotonic())
        var timeouts = 0
        while let next = schedule.next {
            guard await io.slept(next.at - io.clock.monotonic()) else { return }
            var batches: [SampleBatch] = []
            do throws(ConnectorError) {
                batches = try await poller.read(next.group, in: &session, io).batches
                timeouts = 0
            } catch .timedOut(let doing, let after) {
                // The connection stays: the device may only be busy (R-38 counts three).
                timeouts += 1
                let error = ConnectorError.timedOut(doing: doing, after: after)
                io.report(.requestFailed(group: next.group, error.what))
                io.report(.pollsLost(1))
                if timeouts >= CaptureLimits.failuresUntilLost { throw error }
            }
            if let first = batches.first {
                await sink.accept(batches)
                io.report(
                    .polled(group: next.group, at: Timestamp(nanoseconds: first.times[0])))
            }
            let lost = schedule.finished(next.group, now: io.clock.monotonic())
            if lost > 0 { io.report(.pollsLost(lost)) }
        }
        // Without signals there is nothing to poll: keep the connection and wait.
        while await io.slept(.seconds(60)) {}
    }
}
