// Settings of HTTP: the device, the pages it answers with, and the path of each value in them.

import Plant
import Wire

/// The declared settings of HTTP.
enum HTTPFields {
    static let period = Elapsed.milliseconds(100)...(.hours(24))

    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 80),
                "Where the device answers; `http://` in front may be left out."),
            ConfigurationField(
                "path", .text(maxBytes: 1024), default: "/",
                "What is asked for, such as `/status.json`, unless a signal says otherwise."),
            ConfigurationField(
                "every", .duration(period), default: "1s",
                "Time between two requests of one path, unless a signal says otherwise."),
            ConfigurationField(
                "timeout", .duration(.milliseconds(50)...(.seconds(30))), default: "1s",
                "How long an answer may take."),
            ConfigurationField(
                "username", .text(maxBytes: 256), "The user name, where the device wants one."),
            ConfigurationField(
                "password", .secret, "Which secret holds the password; never the password."),
            ConfigurationField(
                "header", .text(maxBytes: 128),
                "The name of a header that the device wants, such as `X-Api-Key`."),
            ConfigurationField(
                "header_value", .secret,
                "Which secret holds the value of that header; never the value."),
        ],
        signalOptions: [
            ConfigurationField(
                "type", .choice(ValueKind.allCases.map(\.word)), default: "number",
                "What the value is."),
            ConfigurationField(
                "path", .text(maxBytes: 1024),
                "What is asked for, when it differs from the connection's."),
            ConfigurationField(
                "every", .duration(period),
                "Time between two requests, when it differs from the connection's."),
            ConfigurationField(
                "time", .text(maxBytes: 256),
                "Path to the time inside the answer: RFC 3339 text, or seconds, milli-, micro- "
                    + "or nanoseconds since 1970. Without it the time of arrival counts."),
        ])
}

/// One value to take from answers.
struct HTTPPoint: Hashable, Sendable {
    let signal: RegisteredSignal
    /// What is asked for.
    let target: String
    let period: Elapsed
    let path: JSONPath
    /// Path to the source's time, nil when arrival counts.
    let timePath: JSONPath?
    /// The address as configured, for people.
    let text: String

    /// The point of a signal, checked.
    init(_ signal: Signal, connection: ConfigurationReader) throws(ConfigurationError) {
        let reader = try HTTPFields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        path = try Self.path(signal.source.address, "read", reader)
        timePath = try reader.text("time").map { text throws(ConfigurationError) in
            try Self.path(text, "time", reader)
        }
        target = try Self.target(reader.isGiven("path") ? reader : connection)
        period = reader.duration("every") ?? connection.duration("every") ?? .seconds(1)
        try reader.checkKind(of: signal)
        text = signal.source.address
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
    }

    static func target(_ reader: ConfigurationReader) throws(ConfigurationError) -> String {
        let target = reader.text("path") ?? "/"
        guard HTTPRequest.isTarget(target) else {
            throw reader.error(
                "path", "\"\(target.prefix(80))\" cannot be asked for",
                "Write for example path = \"/status.json\", spaces as %20.")
        }
        return target
    }

    static func path(
        _ text: String, _ field: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> JSONPath {
        do { return try JSONPath(text) } catch {
            throw reader.error(field, error.description, "Write a path such as motor.current.")
        }
    }
}

/// The points that one request fetches.
struct HTTPPollGroup: Sendable {
    let target: String
    let period: Elapsed
    let points: [HTTPPoint]

    /// One group for each path and period, the shorter periods first.
    static func groups(of points: [HTTPPoint]) -> [HTTPPollGroup] {
        struct Key: Hashable {
            let target: String
            let period: Elapsed
        }
        return Dictionary(grouping: points) { Key(target: $0.target, period: $0.period) }
            .sorted { ($0.key.period, $0.key.target) < ($1.key.period, $1.key.target) }
            .map { key, points in
                HTTPPollGroup(
                    target: key.target, period: key.period,
                    points: points.sorted { $0.signal.id < $1.signal.id })
            }
    }

    /// The batches of an answer: one for each time that it tells (decisions 9).
    func batches(
        of body: [UInt8], arrival: Timestamp, report: (ConnectorReport) -> Void
    ) -> [SampleBatch] {
        Dictionary(grouping: points, by: \.timePath)
            .sorted { ($0.key?.description ?? "") < ($1.key?.description ?? "") }
            .map { timePath, points in
                let columns = points.map { point in
                    let (value, problem) = value(of: point, in: body)
                    if let problem { report(.problem("\(point.text): \(problem)")) }
                    return SignalColumn.single(point.signal, value)
                }
                return SampleBatch.stamped(
                    columns, source: time(at: timePath, in: body), arrival: arrival,
                    isRetained: false)
            }
    }

    /// The value of a point in an answer, or why there is none.
    func value(of point: HTTPPoint, in body: [UInt8]) -> (Scalar?, problem: String?) {
        do throws(JSONError) {
            switch try MQTTPayload.value(at: point.path, in: body, as: point.signal.kind) {
            case .value(let value): return (value, nil)
            case .absent: return (nil, "the answer of \(target) has no value there")
            case .unfit: return (nil, "not a \(point.signal.kind.word)")
            }
        } catch {
            return (nil, "the answer of \(target) is no JSON, \(error)")
        }
    }

    private func time(at path: JSONPath?, in body: [UInt8]) -> Timestamp? {
        guard let path else { return nil }
        do throws(JSONError) {
            return try MQTTPayload.time(at: path, in: body)
        } catch {
            return nil  // Not JSON: the values say so.
        }
    }
}
