// The Prometheus-compatible interface over HTTP: requests as its clients send them, its answers.

import Hummingbird
import Plant

/// Documents under `/prometheus`.
enum PromDocuments {
    /// A request of the interface: fields of the query and of a posted form together.
    private struct Request {
        let ask: Ask
        let fields: FormFields
        let form: FormFields?

        init(_ ask: Ask) async throws {
            self.ask = ask
            fields = ask.query
            let type = ask.request.headers[.contentType]?.lowercased() ?? ""
            guard ask.request.method == .post,
                type.hasPrefix("application/x-www-form-urlencoded")
            else {
                form = nil
                return
            }
            let bytes = try await ask.body(limit: ask.site.limits.formBytes)
            form = FormFields(String(decoding: bytes, as: UTF8.self))
        }

        subscript(name: String) -> String? { form?.filled(name) ?? fields.filled(name) }

        func all(_ name: String) -> [String] { (form?.all(name) ?? []) + fields.all(name) }

        /// A time in milliseconds: seconds with decimals, or RFC 3339.
        func time(_ name: String) throws(PromFault) -> Int64? {
            guard let text = self[name] else { return nil }
            if let seconds = Double(text), seconds.magnitude < 9_000_000_000 {
                return Int64((seconds * 1_000).rounded())
            }
            guard let time = Timestamp(rfc3339: text) else {
                throw PromFault("\(name) is no time; write seconds since 1970 or RFC 3339")
            }
            return time.millisecondsSince1970
        }

        var series: [PromSeries] { PromSeries.all(of: ask.world.factory) }

        /// Series that one of the `match[]` chooses; all where there is none and none is needed.
        func matched(isNeeded: Bool) throws -> [PromSeries] {
            let texts = all("match[]")
            guard !texts.isEmpty else {
                guard !isNeeded else { throw PromFault("match[] is missing") }
                return series
            }
            let selectors = try texts.map { try PromParser.selector($0) }
            return try series.filter { one in
                for selector in selectors {
                    var isIn = true
                    for matcher in selector.matchers where isIn {
                        isIn = try matcher.accepts(one.labels)
                    }
                    if isIn { return true }
                }
                return false
            }
        }
    }

    /// `GET` and `POST /prometheus/api/v1/query`.
    static func query(_ ask: Ask) async throws -> Response {
        try await answering(ask) { request in
            guard let text = request["query"] else { throw PromFault("query is missing") }
            let time = try request.time("time") ?? ask.world.time.millisecondsSince1970
            let steps = PromSteps(start: time, step: 1, count: 1)
            let expression = try PromParser.parse(text)
            let reader = PromReader(world: ask.world, limits: ask.site.limits)
            if case .selector(let selector) = expression, let window = selector.window {
                return try await matrix(selector, window, time, request, reader)
            }
            var evaluator = PromEvaluator(steps: steps, series: request.series, reader: reader)
            switch try await evaluator.value(of: expression) {
            case .scalar(let numbers):
                return result("scalar", sample(time, numbers[0]))
            case .text(let text):
                return result("string", .list([seconds(time), .text(text)]))
            case .vector(let rows):
                return result(
                    "vector",
                    .list(
                        sorted(rows).compactMap { row in
                            row.values[0].map { value in
                                .object([
                                    ("metric", labels(row.labels)), ("value", sample(time, value)),
                                ])
                            }
                        }))
            }
        }
    }

    /// `GET` and `POST /prometheus/api/v1/query_range`.
    static func queryRange(_ ask: Ask) async throws -> Response {
        try await answering(ask) { request in
            guard let text = request["query"] else { throw PromFault("query is missing") }
            let steps = try steps(request)
            var evaluator = PromEvaluator(
                steps: steps, series: request.series,
                reader: PromReader(world: ask.world, limits: ask.site.limits))
            let rows: [PromRow]
            switch try await evaluator.value(of: try PromParser.parse(text)) {
            case .scalar(let numbers):
                rows = [PromRow(labels: [:], values: numbers)]
            case .vector(let found): rows = sorted(found)
            case .text: throw PromFault("a text has no range")
            }
            return result(
                "matrix",
                .list(
                    rows.map { row in
                        let values = row.values.enumerated().compactMap { index, value in
                            value.map { sample(steps.time(index), $0) }
                        }
                        return .object([
                            ("metric", labels(row.labels)), ("values", .list(values)),
                        ])
                    }))
        }
    }

    /// `GET` and `POST /prometheus/api/v1/series`.
    static func series(_ ask: Ask) async throws -> Response {
        try await answering(ask) { request in
            .list(try request.matched(isNeeded: true).map { labels($0.labels) })
        }
    }

    /// `GET` and `POST /prometheus/api/v1/labels`.
    static func labelNames(_ ask: Ask) async throws -> Response {
        try await answering(ask) { request in
            let names = Set(try request.matched(isNeeded: false).flatMap(\.labels.keys))
            return .list(names.sorted().map { .text($0) })
        }
    }

    /// `GET /prometheus/api/v1/label/{name}/values`.
    static func labelValues(_ ask: Ask) async throws -> Response {
        let name = ask.context?.parameters.get("name") ?? ""
        return try await answering(ask) { request in
            let found = try request.matched(isNeeded: false).compactMap { $0.labels[name] }
            return .list(Set(found).filter { !$0.isEmpty }.sorted().map { .text($0) })
        }
    }

    /// `GET /prometheus/api/v1/metadata`.
    static func metadata(_ ask: Ask) async throws -> Response {
        func about(_ type: String, _ help: String, _ unit: String = "") -> JSONValue {
            .list([
                .object([("type", .text(type)), ("help", .text(help)), ("unit", .text(unit))])
            ])
        }
        return try await answering(ask) { _ in
            .object([
                ("millwright_signal", about("gauge", "Stored value of a signal.")),
                ("millwright_state", about("gauge", "1 while a machine is in the state, else 0.")),
                ("millwright_parts_total", about("counter", "Parts as the machine counts them.")),
                (
                    "millwright_energy_kwh_total",
                    about("counter", "Energy as the meter counts it.", "kWh")
                ),
                (
                    "millwright_lost_seconds_total",
                    about("counter", "Seconds lost by reason; begins anew at midnight UTC.", "s")
                ),
            ])
        }
    }

    /// `GET /prometheus/api/v1/status/buildinfo`.
    static func buildInformation(_ ask: Ask) async throws -> Response {
        try await answering(ask) { _ in
            // Clients choose what they send by this version; ours reads what 2.24 reads.
            .object([
                ("version", .text("2.24.0")), ("revision", .text("millwright")),
                ("branch", .text("")), ("buildUser", .text("")), ("buildDate", .text("")),
                ("goVersion", .text("")), ("features", .object([])),
            ])
        }
    }

    // Pieces of answers.

    private static func steps(_ request: Request) throws -> PromSteps {
        guard let start = try request.time("start"), let end = try request.time("end") else {
            throw PromFault("start and end are needed")
        }
        guard let text = request["step"], let step = milliseconds(text) else {
            throw PromFault("step is missing or no length of time; write 15 or 15s")
        }
        guard end >= start else { throw PromFault("end is before start") }
        let count = (end - start) / step + 1
        guard count <= Int64(request.ask.site.limits.promSteps) else {
            throw PromFault(
                "\(count) points are more than \(request.ask.site.limits.promSteps);"
                    + " take a longer step")
        }
        return PromSteps(start: start, step: step, count: Int(count))
    }

    /// A step of 1 ms to a hundred years, in seconds or with a unit; nil for anything else.
    private static func milliseconds(_ text: String) -> Int64? {
        guard let seconds = Double(text) else {
            return PromLength.milliseconds(text).flatMap { $0 > 0 ? $0 : nil }
        }
        let milliseconds = (seconds * 1_000).rounded()
        return milliseconds >= 1 && milliseconds <= 3_155_760_000_000 ? Int64(milliseconds) : nil
    }

    private static func matrix(
        _ selector: PromSelector, _ window: Int64, _ time: Int64, _ request: Request,
        _ reader: PromReader
    ) async throws -> JSONValue {
        var reader = reader
        var rows: [JSONValue] = []
        let end = time - selector.offset
        for one in request.series {
            var isIn = true
            for matcher in selector.matchers where isIn {
                isIn = try matcher.accepts(one.labels)
            }
            guard isIn else { continue }
            let samples = try await reader.samples(of: one, from: end - window, through: end)
            guard !samples.times.isEmpty else { continue }
            rows.append(
                .object([
                    ("metric", labels(one.labels)),
                    (
                        "values",
                        .list(zip(samples.times, samples.values).map { sample($0, $1) })
                    ),
                ]))
        }
        return result("matrix", .list(rows))
    }

    private static func answering(
        _ ask: Ask, _ body: (Request) async throws -> JSONValue
    ) async throws -> Response {
        do {
            let data = try await body(try await Request(ask))
            return Answer.json(.object([("status", .text("success")), ("data", data)]))
        } catch let fault as PromFault {
            return Answer.json(
                .object([
                    ("status", .text("error")), ("errorType", .text("bad_data")),
                    ("error", .text(fault.says)),
                ]), status: .badRequest)
        }
    }

    private static func result(_ type: String, _ value: JSONValue) -> JSONValue {
        .object([("resultType", .text(type)), ("result", value)])
    }

    private static func sorted(_ rows: [PromRow]) -> [PromRow] {
        rows.sorted { $0.labels.sortText < $1.labels.sortText }
    }

    private static func labels(_ labels: PromLabels) -> JSONValue {
        // A label without a value is a label that is not there.
        .object(
            labels.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map {
                ($0.key, .text($0.value))
            })
    }

    private static func seconds(_ milliseconds: Int64) -> JSONValue {
        .number(Double(milliseconds) / 1_000)
    }

    private static func sample(_ time: Int64, _ value: Double) -> JSONValue {
        let text =
            value.isNaN
            ? "NaN"
            : value.isInfinite
                ? (value > 0 ? "+Inf" : "-Inf")
                : JSONText.plain(value)
        return .list([seconds(time), .text(text)])
    }
}
