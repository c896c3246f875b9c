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
    private let polled: [ModbusPollGroup]
    private let cuts = ModbusCuts()

    /// Plans the requests.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        endpoint = try reader.requiredEndpoint("address")
        timeout = reader.duration("timeout") ?? CaptureLimits.requestTimeout
        spacing = Elapsed(
            nanoseconds: 1_000_000_000 / (reader.whole("max_requests_per_second") ?? 50))
        let limits = ModbusPlan.Limits(
            maxRegisters: Int(reader.whole("max_registers") ?? 125),
            maxGap: Int(reader.whole("max_gap") ?? 0))
        var points: [ModbusPoint] = []
        for signal in signals.sorted(by: { $0.id < $1.id }) {
            points.append(try ModbusPoint(signal, connection: reader))
        }
        var groups: [ModbusPollGroup] = []
        for period in Set(points.map(\.period)).sorted() {
            groups.append(
                try ModbusPollGroup(
                    period: period, points: points.filter { $0.period == period }, limits: limits))
        }
        polled = groups
    }

    /// Numbers, except for bits (flags), texts, and unscaled counters (integers).
    public static func valueKind(
        of source: SignalSource
    ) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        var address = try ModbusPoint.address(source.address, reader)
        if let bit = reader.whole("bit"), !address.table.holdsBits { address.bit = Int(bit) }
        switch try ModbusPoint.type(reader, address) {
        case .bit: return .flag
        case .ascii: return .text
        case .float32, .float64: return .number
        default:
            let isPlain = ["scale", "offset", "read_unit"].allSatisfy { !reader.isGiven($0) }
            return reader.isGiven("counter") && isPlain ? .integer : .number
        }
    }

    /// The device's address: most take one connection only.
    public var controller: String? { endpoint.description }

    /// One group for each period.
    public var groups: [PollGroup] {
        polled.map { PollGroup(signals: $0.points.map(\.signal), period: $0.period) }
    }

    /// Reads every signal once.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        var session = session(channel, io)
        var findings: [ProbeFinding] = []
        do throws(ConnectorError) {
            for group in polled {
                for read in group.reads {
                    findings += try await probe(read, of: group, in: &session)
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

    private func probe(
        _ read: ModbusPlan.Read, of group: ModbusPollGroup, in session: inout ModbusTCPSession
    ) async throws(ConnectorError) -> [ProbeFinding] {
        let response = try await session.exchange(read.request, device: read.unit)
        return read.slices.map { slice in
            let point = group.points[slice.item]
            if case .exception(let exception) = response {
                return ProbeFinding(
                    address: point.text, value: nil, problem: exception.description)
            }
            guard let value = ModbusRow.value(point, slice, response) else {
                return ProbeFinding(
                    address: point.text, value: nil,
                    problem: "the registers hold no value of this type")
            }
            return ProbeFinding(address: point.text, value: value.words, problem: nil)
        }
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
        var schedule = PollSchedule(periods: polled.map(\.period), start: io.clock.monotonic())
        var timeouts = 0
        while let next = schedule.next {
            guard await io.slept(next.at - io.clock.monotonic()) else { return }
            var batches: [SampleBatch] = []
            do throws(ConnectorError) {
                batches = try await read(next.group, in: &session, io)
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

    /// One poll: a batch, or several where the device is too slow for one instant (decisions 9).
    private func read(
        _ index: Int, in session: inout ModbusTCPSession, _ io: ConnectorIO
    ) async throws(ConnectorError) -> [SampleBatch] {
        let group = polled[index]
        var rows: [ModbusRow] = []
        var row = ModbusRow()
        let longest = group.period.nanoseconds / 10
        for (number, read) in group.reads.enumerated() {
            if cuts.contains(group: index, read: number) {
                rows.append(row)
                row = ModbusRow()
            }
            let response: ModbusResponse
            do throws(ConnectorError) {
                response = try await session.exchange(read.request, device: read.unit)
            } catch .timedOut(let doing, let after) {
                // The first silence ends the poll; what had arrived is kept.
                guard rows.contains(where: { $0.time != nil }) || row.time != nil else {
                    throw .timedOut(doing: doing, after: after)
                }
                io.report(.requestFailed(group: index, "\(doing): no answer"))
                for missed in group.reads[number...] { row.addMissing(missed, of: group) }
                break
            }
            let arrival = io.clock.wall()
            if let first = row.time, (arrival - first).nanoseconds > longest {
                cuts.insert(group: index, read: number)
                rows.append(row)
                row = ModbusRow()
            }
            if case .exception(let exception) = response {
                io.report(.problem("\(read.request.doing): \(exception)"))
            }
            row.add(response, to: read, of: group, at: arrival)
        }
        return (rows + [row]).compactMap { $0.batch() }
    }
}

extension ModbusValue {
    /// The value as people read it.
    var words: String {
        switch self {
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .float(let number): String(number)
        case .bool(let bit): bit ? "true" : "false"
        case .text(let text): text
        }
    }
}
