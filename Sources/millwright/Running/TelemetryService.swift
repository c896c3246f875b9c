// Sends the box's own figures to an OpenTelemetry collector where the settings name one.

import AsyncHTTPClient
import Foundation
import Hummingbird
import Logging
import Loop
import Plant
import ServiceLifecycle

/// Metrics over OTLP/HTTP in its JSON form, once a minute; nothing else leaves the box.
struct TelemetryService: Service {
    let box: Box
    let settings: Settings
    let logger: Logger
    let environment: [String: String]

    /// Seconds between two sendings when `OTEL_METRIC_EXPORT_INTERVAL` does not say otherwise.
    private static let usualSeconds = 60.0

    /// Where to send, nil for nowhere: the setting, or the standard names of OpenTelemetry.
    static func address(_ settings: Settings, _ environment: [String: String]) -> String? {
        guard environment["OTEL_SDK_DISABLED"]?.lowercased() != "true",
            environment["OTEL_METRICS_EXPORTER"]?.lowercased() != "none"
        else { return nil }
        if let whole = environment["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"], !whole.isEmpty {
            return whole
        }
        let base =
            settings.telemetryAddress.isEmpty
            ? environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "" : settings.telemetryAddress
        guard !base.isEmpty else { return nil }
        return (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/v1/metrics"
    }

    func run() async throws {
        guard let address = Self.address(settings, environment) else {
            try await gracefulShutdown()
            return
        }
        guard Settings.isAddress(address) else {
            // The variables of the environment are nobody's to check before.
            logger.error("telemetry: “\(address)” is no address; nothing is sent")
            try await gracefulShutdown()
            return
        }
        let milliseconds = environment["OTEL_METRIC_EXPORT_INTERVAL"].flatMap { Double($0) }
        let pause = max(1, (milliseconds.map { $0 / 1_000 } ?? Self.usualSeconds))
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: .seconds(pause))
                    try await send(to: address)
                    if isFailing { logger.info("telemetry: sent again") }
                    isFailing = false
                } catch is CancellationError {
                    return
                } catch {
                    if !isFailing { logger.warning("telemetry to \(address): \(error)") }
                    isFailing = true
                }
            }
        }
    }

    private func send(to address: String) async throws {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        for pair in (environment["OTEL_EXPORTER_OTLP_HEADERS"] ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            request.headers.add(
                name: parts[0].trimmingCharacters(in: .whitespaces),
                value: String(parts[1]).removingPercentEncoding ?? String(parts[1]))
        }
        let figures = box.figures()
        request.body = .bytes(
            try OTLPMetrics.body(
                figures, start: box.started, now: SystemClocks.wall(), version: ProgramVersion.text,
                service: environment["OTEL_SERVICE_NAME"] ?? "millwright"))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        _ = try await response.body.collect(upTo: 1 << 16)
        guard (200..<300).contains(response.status.code) else {
            throw TelemetryRefused(status: Int(response.status.code))
        }
    }
}

/// The collector did not take what was sent.
struct TelemetryRefused: Error, CustomStringConvertible {
    let status: Int
    var description: String { "the collector answered \(status)" }
}

/// The body of `POST /v1/metrics` (OpenTelemetry protocol 1.x, JSON form).
enum OTLPMetrics {
    static func body(
        _ figures: [BoxFigure], start: Timestamp, now: Timestamp, version: String, service: String
    ) throws -> Data {
        let time = String(now.nanoseconds)
        let began = String(start.nanoseconds)
        var order: [String] = []
        var byName: [String: [BoxFigure]] = [:]
        for figure in figures {
            if byName[figure.name] == nil { order.append(figure.name) }
            byName[figure.name, default: []].append(figure)
        }
        let metrics = order.compactMap { name -> [String: Any]? in
            guard let same = byName[name], let first = same.first else { return nil }
            let points = same.map { figure -> [String: Any] in
                [
                    "attributes": attributes(figure.labels), "startTimeUnixNano": began,
                    "timeUnixNano": time, "asDouble": figure.value,
                ]
            }
            var metric: [String: Any] = [
                "name": "millwright." + name, "description": first.help,
            ]
            if first.isCounter {
                // 2: cumulative since the start.
                metric["sum"] =
                    ["dataPoints": points, "aggregationTemporality": 2, "isMonotonic": true]
                    as [String: Any]
            } else {
                metric["gauge"] = ["dataPoints": points]
            }
            return metric
        }
        let resource = attributes(["service.name": service, "service.version": version])
        return try JSONSerialization.data(
            withJSONObject: [
                "resourceMetrics": [
                    [
                        "resource": ["attributes": resource],
                        "scopeMetrics": [
                            [
                                "scope": ["name": "millwright", "version": version],
                                "metrics": metrics,
                            ]
                        ],
                    ] as [String: Any]
                ]
            ], options: [.sortedKeys])
    }

    private static func attributes(_ labels: [String: String]) -> [[String: Any]] {
        labels.sorted { $0.key < $1.key }.map {
            ["key": $0.key, "value": ["stringValue": $0.value]]
        }
    }
}
