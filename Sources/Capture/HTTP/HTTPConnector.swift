// HTTP: asks a device for pages of JSON at a fixed rate.

public import Plant
import Wire

/// Reads pages of a device with GET and never sends anything else.
public struct HTTPConnector: Connector {
    /// `http`.
    public static let kind = "http"
    /// All settings.
    public static let schema = HTTPFields.schema

    /// A body with the status that it came with.
    private struct Answer {
        var head: HTTPHead
        var body: [UInt8] = []
    }

    private let endpoint: Endpoint
    private let timeout: Elapsed
    private let username: String?
    private let passwordName: String?
    private let header: String?
    private let headerValueName: String?
    private let polled: [HTTPPollGroup]

    /// Checks addresses and paths.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let path = "connection.\(connection.id.text)"
        let reader = try Self.schema.reader(
            settings: try HTTPAddress.plain(connection.settings, path: path), path: path)
        endpoint = try reader.requiredEndpoint("address")
        timeout = reader.duration("timeout") ?? CaptureLimits.requestTimeout
        username = reader.text("username")
        passwordName = reader.text("password")
        header = reader.text("header")
        headerValueName = reader.text("header_value")
        try Self.checkAccess(reader)
        _ = try HTTPPoint.target(reader)
        var points: [HTTPPoint] = []
        for signal in signals { points.append(try HTTPPoint(signal, connection: reader)) }
        polled = HTTPPollGroup.groups(of: points)
    }

    private static func checkAccess(_ reader: ConfigurationReader) throws(ConfigurationError) {
        if reader.isGiven("password"), !reader.isGiven("username") {
            throw reader.error(
                "username", "a password needs a user name", "Add the user name at the device.")
        }
        if let user = reader.text("username"), user.contains(":") {
            throw reader.error(
                "username", "a user name cannot hold a colon", "Check the user name.")
        }
        if reader.isGiven("header") != reader.isGiven("header_value") {
            throw reader.error(
                "header", "a header needs both its name and the secret of its value",
                "Give header and header_value, or neither.")
        }
        if let name = reader.text("header"), !HTTPRequest.isFieldName(name) {
            throw reader.error(
                "header", "\"\(name.prefix(80))\" is no name of a header",
                "Write for example header = \"X-Api-Key\".")
        }
    }

    /// The kind that the option `type` names.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        _ = try HTTPPoint.path(source.address, "read", reader)
        return ValueKind.allCases.first { $0.word == reader.text("type") } ?? .number
    }

    /// The device's address: small ones take one connection only.
    public var controller: String? { endpoint.description }

    /// One group for each path and period.
    public var groups: [PollGroup] {
        polled.map { PollGroup(signals: $0.points.map(\.signal), period: $0.period) }
    }

    /// Asks for each path once.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        var line = HTTPConnection(to: endpoint, bodyLimit: HTTPLimits.bodyBytes, io: io)
        var findings: [ProbeFinding] = []
        do throws(ConnectorError) {
            let access = try await access(io)
            for group in polled {
                try await line.open()
                let answer = try await fetch(group.target, access, &line, io)
                for point in group.points {
                    var (value, problem): (Scalar?, String?) = (nil, nil)
                    if answer.head.status == 200 {
                        (value, problem) = group.value(of: point, in: answer.body)
                    } else {
                        problem = refusal(group.target, answer.head)
                    }
                    findings.append(
                        ProbeFinding(address: point.text, value: value?.asText, problem: problem))
                }
            }
            if polled.isEmpty { try await line.open() }
        } catch {
            await line.close()
            throw error
        }
        await line.close()
        let good = findings.filter { $0.problem == nil }.count
        return ProbeReport(
            summary: "\(endpoint) answers; \(good) of \(findings.count) signals have a value.",
            findings: findings)
    }

    /// Asks for every path at its rate until cancelled or until the device stops answering.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        var line = HTTPConnection(to: endpoint, bodyLimit: HTTPLimits.bodyBytes, io: io)
        var failure: ConnectorError?
        do throws(ConnectorError) {
            try await poll(&line, io, sink)
        } catch {
            failure = error
        }
        await line.close()
        if let failure, failure != .cancelled { throw failure }
    }

    private func poll(
        _ line: inout HTTPConnection, _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        let access = try await access(io)
        try await line.open()
        var schedule = PollSchedule(periods: polled.map(\.period), start: io.clock.monotonic())
        var failures = 0
        while let next = schedule.next {
            guard await io.slept(next.at - io.clock.monotonic()) else { return }
            // A device that cannot be reached ends the session: the supervisor waits.
            try await line.open()
            do throws(ConnectorError) {
                try await read(next.group, access, &line, io, sink)
                failures = 0
            } catch {
                failures += 1
                try await failed(error, next.group, failures, &line, io)
            }
            let lost = schedule.finished(next.group, now: io.clock.monotonic())
            if lost > 0 { io.report(.pollsLost(lost)) }
        }
        // Without signals there is nothing to ask for: wait.
        while await io.slept(.seconds(60)) {}
    }

    /// One lost answer is not the end of the session (R-38 counts three).
    private func failed(
        _ error: ConnectorError, _ group: Int, _ failures: Int, _ line: inout HTTPConnection,
        _ io: ConnectorIO
    ) async throws(ConnectorError) {
        switch error {
        case .timedOut, .closed, .malformed: break
        default: throw error
        }
        // What is still to come of the answer must not be taken for the next one.
        await line.close()
        io.report(.requestFailed(group: group, error.what))
        io.report(.pollsLost(1))
        if failures >= CaptureLimits.failuresUntilLost { throw error }
    }

    private func read(
        _ index: Int, _ access: [HTTPRequest.Field], _ line: inout HTTPConnection,
        _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        let group = polled[index]
        let answer = try await fetch(group.target, access, &line, io)
        guard answer.head.status == 200 else {
            let refusal = refusal(group.target, answer.head)
            if [401, 403].contains(answer.head.status) {
                throw .rejected(code: answer.head.status, meaning: refusal)
            }
            io.report(.requestFailed(group: index, refusal))
            io.report(.problem(refusal))
            return
        }
        let arrival = io.clock.wall()
        await sink.accept(group.batches(of: answer.body, arrival: arrival, report: io.report))
        io.report(.polled(group: index, at: arrival))
    }

    private func refusal(_ target: String, _ head: HTTPHead) -> String {
        (300..<400).contains(head.status)
            ? "\(target) answers with \(head.words), and another address is not followed"
            : "\(target) answers with \(head.words)"
    }

    /// The whole answer within the time that one may take.
    private func fetch(
        _ target: String, _ access: [HTTPRequest.Field], _ line: inout HTTPConnection,
        _ io: ConnectorIO
    ) async throws(ConnectorError) -> Answer {
        let end = io.clock.monotonic() + timeout
        try await line.send(target, fields: access)
        var answer: Answer?
        while true {
            let event: HTTPResponseEvent
            do throws(ConnectorError) {
                event = try await line.next(within: end - io.clock.monotonic())
            } catch {
                guard case .timedOut = error else { throw error }
                throw .timedOut(doing: "asking for \(target)", after: timeout)
            }
            switch event {
            case .head(let head): answer = Answer(head: head)
            case .body(let bytes): answer?.body += bytes
            case .end: if let answer { return answer }
            }
        }
    }

    private func access(_ io: ConnectorIO) async throws(ConnectorError) -> [HTTPRequest.Field] {
        var fields = [HTTPRequest.Field("Accept", "application/json")]
        if let username {
            var password: [UInt8] = []
            if let passwordName { password = try await io.secret(passwordName).bytes }
            fields.append(.basic(user: username, password: password))
        }
        if let header, let headerValueName {
            fields.append(
                HTTPRequest.Field(header, try await io.secret(headerValueName).bytes))
        }
        return fields
    }
}
