// A dashboard ready to be imported: states, lost time, parts, energy, any signal.

import Hummingbird

/// The dashboard file for Grafana.
enum PromDashboard {
    /// Expressions of the panels, which tests ask one by one.
    static let expressions = [
        stateExpression, lostExpression, partsExpression, energyExpression, signalExpression,
    ]

    private static let stateExpression =
        "sum by (machine) (millwright_state{machine=~\"$machine\",state=~\"running|slow\"})"
        + " + 2 * sum by (machine)"
        + " (millwright_state{machine=~\"$machine\",state=~\"stopped|fault|setup\"})"
    private static let lostExpression =
        "sum by (machine, reason) (millwright_lost_seconds_total{machine=~\"$machine\"}) / 60 > 0"
    private static let partsExpression =
        "sum by (machine, result) (increase(millwright_parts_total{machine=~\"$machine\"}[1h]))"
    private static let energyExpression =
        "increase(millwright_energy_kwh_total{machine=~\"$machine\"}[1h])"
    private static let signalExpression =
        "millwright_signal{machine=~\"$machine\",signal=~\"$signal\"}"

    /// `GET /prometheus/dashboard.json`.
    static func answer(_ ask: Ask) async throws -> Response {
        var response = Answer.json(document)
        response.headers[.contentDisposition] = "attachment; filename=\"millwright-grafana.json\""
        return response
    }

    private static var document: JSONValue {
        .object([
            ("title", .text("Millwright")), ("uid", .text("millwright")),
            ("schemaVersion", .whole(36)), ("timezone", .text("browser")),
            ("refresh", .text("30s")),
            ("time", .object([("from", .text("now-24h")), ("to", .text("now"))])),
            (
                "templating",
                .object([
                    (
                        "list",
                        .list([
                            .object([
                                ("name", .text("source")), ("type", .text("datasource")),
                                ("query", .text("prometheus")), ("label", .text("Box")),
                            ]),
                            variable(
                                "machine", "Machine", "label_values(millwright_state, machine)"),
                            variable(
                                "signal", "Signal",
                                "label_values(millwright_signal{machine=~\"$machine\"}, signal)"),
                        ])
                    )
                ])
            ),
            (
                "panels",
                .list([
                    panel(
                        1, "Machines", type: "state-timeline", stateExpression,
                        legend: "{{machine}}",
                        x: 0, y: 0, width: 24, unit: "short", mappings: states),
                    panel(
                        2, "Minutes lost today by reason", type: "timeseries", lostExpression,
                        legend: "{{machine}} {{reason}}", x: 0, y: 9, width: 12, unit: "m"),
                    panel(
                        3, "Parts an hour", type: "timeseries", partsExpression,
                        legend: "{{machine}} {{result}}", x: 12, y: 9, width: 12, unit: "short"),
                    panel(
                        4, "Energy an hour", type: "timeseries", energyExpression,
                        legend: "{{machine}}", x: 0, y: 18, width: 12, unit: "kwatth"),
                    panel(
                        5, "Signals", type: "timeseries", signalExpression,
                        legend: "{{machine}} {{signal}} {{unit}}", x: 12, y: 18, width: 12,
                        unit: "short"),
                ])
            ),
        ])
    }

    private static func variable(_ name: String, _ label: String, _ query: String) -> JSONValue {
        .object([
            ("name", .text(name)), ("label", .text(label)), ("type", .text("query")),
            ("datasource", source), ("query", .text(query)), ("includeAll", .flag(true)),
            ("multi", .flag(true)), ("allValue", .text(".*")), ("refresh", .whole(1)),
            ("sort", .whole(1)),
            (
                "current",
                .object([("text", .text("All")), ("value", .text("$__all"))])
            ),
        ])
    }

    private static let source = JSONValue.object([
        ("type", .text("prometheus")), ("uid", .text("${source}")),
    ])

    private static let states: JSONValue = .list([
        .object([
            ("type", .text("value")),
            (
                "options",
                .object(
                    [
                        ("0", "Not planned, or no signal", "#8b949e"), ("1", "Running", "#2e7d32"),
                        ("2", "Stopped", "#c62828"),
                    ].map { value, text, colour in
                        (value, .object([("text", .text(text)), ("color", .text(colour))]))
                    })
            ),
        ])
    ])

    private static func panel(
        _ id: Int64, _ title: String, type: String, _ expression: String, legend: String, x: Int64,
        y: Int64, width: Int64, unit: String, mappings: JSONValue = .list([])
    ) -> JSONValue {
        .object([
            ("id", .whole(id)), ("title", .text(title)), ("type", .text(type)),
            ("datasource", source),
            (
                "gridPos",
                .object([
                    ("x", .whole(x)), ("y", .whole(y)), ("w", .whole(width)), ("h", .whole(9)),
                ])
            ),
            (
                "targets",
                .list([
                    .object([
                        ("refId", .text("A")), ("datasource", source), ("expr", .text(expression)),
                        ("legendFormat", .text(legend)),
                    ])
                ])
            ),
            (
                "fieldConfig",
                .object([
                    (
                        "defaults",
                        .object([("unit", .text(unit)), ("mappings", mappings)])
                    ), ("overrides", .list([])),
                ])
            ), ("options", .object([])),
        ])
    }
}
