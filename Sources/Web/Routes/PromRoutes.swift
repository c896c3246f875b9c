// Addresses of the Prometheus-compatible interface, for dashboards that read it without a plugin.

import Hummingbird

/// Routes under `/prometheus`.
enum PromRoutes {
    private static let base = "/prometheus/api/v1/"

    private static func parameter(_ name: String, _ says: String) -> Route.Parameter {
        .init(name: name, place: .query, says: says)
    }

    private static func needed(_ name: String, _ says: String) -> Route.Parameter {
        .init(name: name, place: .query, says: says, isRequired: true)
    }

    private static let query = needed("query", "The expression.")
    private static let match = parameter(
        "match[]", "A series selector; may be given several times.")
    private static let start = parameter("start", "First instant: seconds since 1970 or RFC 3339.")
    private static let end = parameter("end", "Last instant.")
    private static let span = [
        query, start, end, needed("step", "From one point to the next, e.g. 15 or 1m."),
    ]

    private static func route(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String,
        _ parameters: [Route.Parameter],
        _ run: @escaping @Sendable (Ask) async throws -> Response
    ) -> Route {
        Route(
            method: method, path: base + path, need: .permission(.look), summary: summary,
            group: "Dashboards", parameters: parameters,
            body: method == .post
                ? Route.Content(types: ["application/x-www-form-urlencoded"]) : nil,
            answer: Route.Content(types: ["application/json"]),
            problems: path.hasPrefix("metadata") || path.hasPrefix("status") ? [] : [.badRequest],
            run: run)
    }

    /// Everything under `/prometheus`.
    static let all: [Route] =
        [HTTPRequest.Method.get, .post].flatMap { method in
            [
                route(
                    method, "query", "An expression at one instant.",
                    [query, parameter("time", "The instant; now when left out.")],
                    PromDocuments.query),
                route(
                    method, "query_range", "An expression over a range.", span,
                    PromDocuments.queryRange),
                route(
                    method, "series", "Series that selectors choose.",
                    [
                        needed("match[]", "A series selector; may be given several times."), start,
                        end,
                    ],
                    PromDocuments.series),
                route(
                    method, "labels", "Names of labels.", [match, start, end],
                    PromDocuments.labelNames),
            ]
        } + [
            route(
                .get, "label/{name}/values", "Values of a label.",
                [
                    .init(name: "name", place: .path, says: "The label.", isRequired: true), match,
                ], PromDocuments.labelValues),
            route(.get, "metadata", "What each metric is.", [], PromDocuments.metadata),
            route(
                .get, "status/buildinfo", "What clients may expect of this interface.", [],
                PromDocuments.buildInformation),
            Route(
                method: .get, path: "/prometheus/dashboard.json", need: .permission(.look),
                summary: "A dashboard ready to be imported into Grafana.", group: "Dashboards",
                answer: Route.Content(types: ["application/json"]), run: PromDashboard.answer),
        ]
}
