// Modbus RTU: polls the devices of a serial line, over a port of the box or a serial server.

public import Plant
import Wire

/// Reads the Modbus devices of one serial line and never writes.
///
/// No function that changes a device is in here, and nothing is sent to all devices at once.
public struct ModbusRTUConnector: Connector {
    /// `modbus-rtu`.
    public static let kind = "modbus-rtu"
    /// All settings.
    public static let schema = ModbusRTUFields.schema

    private let place: SerialPlace
    private let pace: ModbusRTUPace
    private let poller: ModbusPoller

    /// Plans the requests.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        place = try SerialPlace(reader)
        pace = ModbusRTUPace(
            timeout: reader.duration("timeout") ?? CaptureLimits.requestTimeout,
            spacing: ModbusFields.spacing(reader), gap: ModbusRTUFields.gap(reader, place))
        let limits = ModbusFields.limits(reader)
        var points: [ModbusPoint] = []
        for signal in signals.sorted(by: { $0.id < $1.id }) {
            points.append(try ModbusPoint(signal, connection: reader, schema: Self.schema))
        }
        var groups: [ModbusPollGroup] = []
        for device in Set(points.map(\.device)).sorted() {
            let own = points.filter { $0.device == device }
            for period in Set(own.map(\.period)).sorted() {
                groups.append(
                    try ModbusPollGroup(
                        period: period, points: own.filter { $0.period == period }, limits: limits)
                )
            }
        }
        poller = ModbusPoller(groups: groups)
    }

    /// Numbers, except for bits (flags), texts, and unscaled counters (integers).
    public static func valueKind(
        of source: SignalSource
    ) throws(ConfigurationError) -> ValueKind {
        try ModbusPoint.valueKind(of: source, schema: schema)
    }

    /// The port or the serial server: two that ask on one line disturb each other.
    public var controller: String? { place.description }

    /// One group for each device and period.
    public var groups: [PollGroup] { poller.pollGroups }

    /// Reads every signal once; a device that is silent does not keep the others from being read.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        let channel = try await place.open(io)
        var session = ModbusRTUSession(channel: channel, place: place, pace: pace, io: io)
        var findings: [ProbeFinding] = []
        do throws(ConnectorError) {
            findings = try await self.findings(in: &session)
        } catch {
            await channel.close()
            throw error
        }
        await channel.close()
        let good = findings.filter { $0.problem == nil }.count
        return ProbeReport(
            summary: "\(place) is open; \(good) of \(findings.count) signals have a value.",
            findings: findings)
    }

    private func findings(
        in session: inout ModbusRTUSession
    ) async throws(ConnectorError) -> [ProbeFinding] {
        var findings: [ProbeFinding] = []
        var silent: Set<UInt8> = []
        for group in poller.groups {
            for read in group.reads {
                do throws(ConnectorError) {
                    if !silent.contains(read.unit) {
                        findings += try await poller.probe(read, of: group, in: &session)
                        continue
                    }
                } catch .timedOut(_, _) {
                    silent.insert(read.unit)
                }
                findings += read.slices.map { slice in
                    ProbeFinding(
                        address: group.points[slice.item].text, value: nil,
                        problem: "device \(read.unit) does not answer")
                }
            }
        }
        return findings
    }

    /// Polls every device at its rates until cancelled or until no device answers any more.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        let channel: any ByteChannel
        do throws(ConnectorError) {
            channel = try await place.open(io)
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

    private func poll(
        _ channel: any ByteChannel, _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        var session = ModbusRTUSession(channel: channel, place: place, pace: pace, io: io)
        var bus = ModbusBus(devices: Set(poller.groups.map(\.device)))
        var schedule = PollSchedule(
            periods: poller.groups.map(\.period), start: io.clock.monotonic())
        while let next = schedule.next {
            guard await io.slept(next.at - io.clock.monotonic()) else { return }
            let device = poller.groups[next.group].device
            let began = io.clock.monotonic()
            if let end = bus.rest(of: device, at: began) {
                let missed = schedule.hold(next.group, until: end)
                if missed > 0 { io.report(.pollsLost(missed)) }
                continue
            }
            do throws(ConnectorError) {
                let poll = try await poller.read(next.group, in: &session, io)
                let now = io.clock.monotonic()
                if poll.isComplete {
                    bus.answered(device, after: now - began, at: now)
                } else {
                    bus.failed(device, at: now)
                }
                await hand(poll, of: next.group, io, sink)
            } catch .timedOut(let doing, let after) {
                let error = ConnectorError.timedOut(doing: doing, after: after)
                bus.failed(device, at: io.clock.monotonic())
                io.report(.requestFailed(group: next.group, error.what))
                io.report(.pollsLost(1))
                // One silent device is its own affair; a silent line is the connection's.
                if bus.isSilent { throw error }
            }
            let lost = schedule.finished(next.group, now: io.clock.monotonic())
            if lost > 0 { io.report(.pollsLost(lost)) }
        }
        // Without signals there is nothing to poll: keep the port and wait.
        while await io.slept(.seconds(60)) {}
    }

    private func hand(
        _ poll: ModbusPoll, of group: Int, _ io: ConnectorIO, _ sink: some SampleSink
    ) async {
        guard let first = poll.batches.first else { return }
        await sink.accept(poll.batches)
        io.report(.polled(group: group, at: Timestamp(nanoseconds: first.times[0])))
    }
}

extension ModbusPollGroup {
    /// The device of the group, where a group has one.
    fileprivate var device: UInt8 { points.first?.device ?? 0 }
}
