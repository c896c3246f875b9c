// S7: polls data blocks and memory of a controller at a fixed rate.

public import Plant
import Wire

/// Reads an S7 controller over ISO on TCP and never writes.
///
/// No function that changes a controller is in here.
public struct S7Connector: Connector {
    /// `s7`.
    public static let kind = "s7"
    /// All settings.
    public static let schema = S7Fields.schema

    private let endpoint: Endpoint
    private let session: S7SessionSettings
    private let timeout: Elapsed
    private let spacing: Elapsed
    private let maxGap: Int
    private let polled: [S7PollGroup]

    /// Checks the addresses and groups them by their period.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        endpoint = try reader.requiredEndpoint("address")
        timeout = reader.duration("timeout") ?? .seconds(2)
        session = S7SessionSettings(
            route: S7Route(
                rack: UInt8(reader.whole("rack") ?? 0), slot: UInt8(reader.whole("slot") ?? 1)),
            answerNanoseconds: timeout.nanoseconds)
        spacing = Elapsed(
            nanoseconds: 1_000_000_000 / (reader.whole("max_requests_per_second") ?? 20))
        maxGap = Int(reader.whole("max_gap") ?? 0)
        var points: [S7Point] = []
        for signal in signals.sorted(by: { $0.id < $1.id }) {
            points.append(try S7Point(signal, connection: reader))
        }
        polled = Set(points.map(\.period)).sorted().map { period in
            S7PollGroup(period: period, points: points.filter { $0.period == period })
        }
    }

    /// Flags for bits, texts for characters and moments, whole numbers for plain counters.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        let type = try S7Point.address(source.address, reader).type
        if type == .bool { return .flag }
        if type.givesText { return .text }
        let isPlain = ["scale", "offset", "read_unit"].allSatisfy { !reader.isGiven($0) }
        return reader.isGiven("counter") && isPlain && type.isWhole ? .integer : .number
    }

    /// The controller's address: its connections are few.
    public var controller: String? { endpoint.description }

    /// One group for each period.
    public var groups: [PollGroup] {
        polled.map { PollGroup(signals: $0.points.map(\.signal), period: $0.period) }
    }

    /// Says what the controller is and reads every signal once.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        do throws(ConnectorError) {
            let report = try await probe(channel, io)
            await channel.close()
            return report
        } catch {
            await channel.close()
            throw error
        }
    }

    private func probe(
        _ channel: any ByteChannel, _ io: ConnectorIO
    ) async throws(ConnectorError) -> ProbeReport {
        var line = line(channel, io)
        try await line.open()
        var name = ""
        if case .identified(let found) = try await line.identify() { name = found.words }
        var findings: [ProbeFinding] = []
        var limits = S7Plan.Limits(pduBytes: line.pduBytes)
        limits.isJoining = false
        for group in planned(limits) {
            findings += group.tooLong.map {
                ProbeFinding(
                    address: group.points[$0].text, value: nil,
                    problem: Self.tooLong(line.pduBytes))
            }
            for items in group.requests {
                let answer = try await line.read(items.map(\.range))
                findings += Self.findings(answer, items, group.points)
            }
        }
        let good = findings.filter { $0.problem == nil }.count
        return ProbeReport(
            summary:
                "\(endpoint) answers\(name); \(good) of \(findings.count) signals have a value.",
            findings: findings)
    }

    private static func findings(
        _ answer: S7Line.Answer, _ items: [S7PollGroup.Item], _ points: [S7Point]
    ) -> [ProbeFinding] {
        var findings: [ProbeFinding] = []
        for (index, item) in items.enumerated() {
            for slice in item.slices {
                let point = points[slice.address]
                var value: S7Value?
                var problem: String?
                switch answer {
                case .items(let results) where results.indices.contains(index):
                    switch results[index] {
                    case .data(let data):
                        value = S7Poll.value(point, slice, data)
                        if value == nil { problem = "the bytes hold no \(point.address.type)" }
                    case .refused(let code): problem = code.description
                    }
                case .refused(let refusal): problem = "\(refusal.advice)"
                case .rejected(let reason): problem = reason
                default: problem = "no answer"
                }
                findings.append(
                    ProbeFinding(address: point.text, value: value?.words, problem: problem))
            }
        }
        return findings
    }

    /// Polls every group at its rate until cancelled or until the controller stops answering.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        var failure: ConnectorError?
        do throws(ConnectorError) {
            let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
            do throws(ConnectorError) {
                try await poll(channel, io, sink)
            } catch { failure = error }
            await channel.close()
        } catch { failure = error }
        if let failure, failure != .cancelled { throw failure }
    }

    private func line(_ channel: any ByteChannel, _ io: ConnectorIO) -> S7Line {
        S7Line(
            channel: channel, clock: io.clock, name: endpoint, spacing: spacing, settings: session)
    }

    private func planned(_ limits: S7Plan.Limits) -> [S7PollGroup] {
        polled.map { group in
            var group = group
            group.plan(limits)
            return group
        }
    }

    private static func tooLong(_ pduBytes: Int) -> String {
        "longer than one answer of this controller, which has \(pduBytes) bytes; "
            + "read a shorter text"
    }

    private func poll(
        _ channel: any ByteChannel, _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        var line = line(channel, io)
        try await line.open()
        io.report(.established)
        var groups = planned(S7Plan.Limits(pduBytes: line.pduBytes, maxGap: maxGap))
        for group in groups {
            for index in group.tooLong {
                io.report(
                    .problem("\(group.points[index].text): \(Self.tooLong(line.pduBytes))"))
            }
        }
        var schedule = PollSchedule(periods: polled.map(\.period), start: io.clock.monotonic())
        var refusals = 0
        while let next = schedule.next {
            guard await io.slept(next.at - io.clock.monotonic()) else { return }
            let (batches, refusal) = try await read(&groups[next.group], next.group, &line, io)
            refusals = refusal == nil || !batches.isEmpty ? 0 : refusals + 1
            if let refusal, refusals >= CaptureLimits.failuresUntilLost {
                throw .rejected(code: Int(refusal.code), meaning: refusal.advice)
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

    /// One poll: a batch, or several where the controller is too slow for one instant.
    private func read(
        _ group: inout S7PollGroup, _ index: Int, _ line: inout S7Line, _ io: ConnectorIO
    ) async throws(ConnectorError) -> (batches: [SampleBatch], refusal: S7Refusal?) {
        var poll = S7Poll(longest: Elapsed(nanoseconds: group.period.nanoseconds / 10))
        var requests = group.requests[...]
        while let items = requests.popFirst() {
            let answer = try await line.read(items.map(\.range))
            let arrival = io.clock.wall()
            switch answer {
            case .items(let results):
                for item in poll.take(results, to: items, of: group.points, at: arrival) {
                    requests += group.split(item)
                }
            case .refused(let why):
                poll.refusal = why
                io.report(.requestFailed(group: index, "\(why)"))
                poll.miss(items, of: group.points)
            case .rejected(let reason):
                io.report(.requestFailed(group: index, reason))
                poll.miss(items, of: group.points)
            case .identified: break
            }
        }
        for (point, code) in poll.refused {
            io.report(.problem("\(group.points[point].text): \(code)"))
        }
        return (poll.batches, poll.refusal)
    }
}

extension S7Identification {
    /// What the controller says it is, in brackets behind a space; empty when it does not tell.
    fileprivate var words: String {
        let parts = [moduleType, orderNumber, firmware.map { "firmware \($0)" }]
            .compactMap(\.self)
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }
}
