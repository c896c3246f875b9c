// How the box is: for service managers, for monitoring, for programs.

import Hummingbird
import Loop
import Plant

/// Routes about the box itself.
enum BoxRoutes {
    /// `/healthz`, `/readyz`, `/metrics`.
    static let all: [Route] = [
        Route(
            method: .get, path: "/healthz", need: .nothing, summary: "The program runs.",
            group: "Box", answer: Route.Content(types: ["text/plain"]), run: health),
        Route(
            method: .get, path: "/readyz", need: .nothing,
            summary: "The box can record now; 503 when it cannot.", group: "Box",
            answer: Route.Content(types: ["text/plain"]), problems: [.notReady], run: ready),
        Route(
            method: .get, path: "/metrics", need: .permission(.look),
            summary: "Figures about the box itself as Prometheus text.", group: "Box",
            answer: Route.Content(types: ["text/plain"]), run: metrics),
    ]

    private static func word(_ text: String, status: HTTPResponse.Status) -> Response {
        Answer.bytes(
            Array((text + "\n").utf8), type: "text/plain; charset=utf-8", status: status)
    }

    private static func health(_ ask: Ask) async throws -> Response { word("ok", status: .ok) }

    private static func ready(_ ask: Ask) async throws -> Response {
        ask.site.box.isReady
            ? word("ready", status: .ok) : word("not ready", status: .serviceUnavailable)
    }

    private static func metrics(_ ask: Ask) async throws -> Response {
        let live = [
            BoxMetric(
                name: "live_streams", help: "Open live streams.", kind: .gauge, labels: [:],
                value: Double(ask.site.live.listenerCount)),
            BoxMetric(
                name: "live_messages_dropped_total",
                help: "Live messages that slow pages missed.", kind: .counter, labels: [:],
                value: Double(ask.site.live.droppedCount)),
            BoxMetric(
                name: "writes_in_flight", help: "Line-protocol writes being stored now.",
                kind: .gauge, labels: [:], value: Double(ask.site.writes.count)),
        ]
        let own = await ask.site.box.metrics()
        guard !own.isEmpty else {
            throw Problem(.notFound, "The setting telemetry.metrics is off.")
        }
        let text = MetricsText.text(own + live)
        return Answer.bytes(
            Array(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// `GET /api/v1/about`.
    static func about(_ ask: Ask) async throws -> Response {
        let facts = try await ask.site.box.facts()
        return Answer.json(
            .object([
                ("version", .text(facts.version)), ("world", .text(facts.world.rawValue)),
                ("started", .time(facts.started)), ("samples", .whole(Int64(facts.samples))),
                ("bytes", .whole(Int64(facts.bytes))),
                ("free_bytes", .whole(Int64(facts.freeBytes))),
                ("entries", .whole(facts.entries)),
                (
                    "dropped",
                    .object(
                        facts.dropped.sorted { $0.key < $1.key }.map {
                            ($0.key, .whole(Int64($0.value)))
                        })
                ),
                ("durability_window_s", .number(facts.durabilityWindow.seconds)),
                ("has_owner", .flag(facts.hasOwner)),
                ("is_ready", .flag(ask.site.box.isReady)),
                ("warnings", .list(facts.warnings.map { .text($0) })),
            ]))
    }
}
