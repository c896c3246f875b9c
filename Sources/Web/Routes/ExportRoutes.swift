// Tables out for spreadsheets and programs: states, stops, signals, counts, energy, events.

import Hummingbird
import Loop
import Plant

/// `GET /api/v1/export/{what}`.
enum ExportRoutes {
    /// The one route.
    static let all: [Route] = [
        Route(
            method: .get, path: "/api/v1/export/{what}", need: .permission(.look),
            summary: "A table of a range: states, stops, signals, counts, energy or events.",
            group: "Data out",
            parameters: [
                .init(
                    name: "what", place: .path,
                    says: "states, stops, signals, counts, energy or events.", isRequired: true),
                .init(name: "from", place: .query, says: "First instant."),
                .init(name: "to", place: .query, says: "First instant after the range."),
                .init(name: "machine", place: .query, says: "Id of one machine."),
                .init(name: "format", place: .query, says: "json, csv or ndjson."),
            ],
            answer: Route.Content(
                types: ["text/csv", "application/json", "application/x-ndjson"]),
            problems: [.badRequest, .notFound], run: answer)
    ]

    /// A table: headings, then rows of cells.
    struct Table: Sendable {
        let name: String
        let headings: [String]
        var rows: [[CSVText.Cell]] = []
    }

    private static func answer(_ ask: Ask) async throws -> Response {
        let what = ask.context?.parameters.get("what") ?? ""
        let end = ask.world.time
        let range = try ask.range(fallback: TimeRange(start: end - .hours(24 * 7), end: end))
        let machine = try ask.slug(query: "machine")
        let factory = ask.world.factory
        if let machine, factory.machines[machine] == nil {
            throw Problem(.notFound, "There is no machine with the id \(machine.text).")
        }
        let machines = factory.activeMachines.filter { machine == nil || $0.id == machine }
        if what == "signals" { return try signals(ask, range, machines) }
        let table: Table
        switch what {
        case "states": table = try await states(ask, range, machines, onlyStops: false)
        case "stops": table = try await states(ask, range, machines, onlyStops: true)
        case "counts": table = try await figures(ask, range, machines, [.parts, .goodParts])
        case "energy": table = try await figures(ask, range, machines, [.energy])
        case "events": table = try await events(ask, range)
        default:
            throw Problem(
                .notFound, "There is no table “\(what)”.",
                errors: [
                    .init(
                        field: "what", says: "states, stops, signals, counts, energy or events")
                ])
        }
        return written(table, as: RowFormat(ask))
    }

    private static func states(
        _ ask: Ask, _ range: TimeRange, _ machines: [Machine], onlyStops: Bool
    ) async throws -> Table {
        var table = Table(
            name: onlyStops ? "stops" : "states",
            headings: [
                "machine", "state", "from_utc", "from_local", "to_utc", "seconds", "reason",
                "detail",
            ])
        let stops: Set<MachineState> = [.stopped, .fault, .setup]
        for machine in machines {
            for episode in try await ask.world.strip(machine.id, range: range)
            where !onlyStops || stops.contains(episode.state) {
                table.rows.append([
                    .text(machine.name), .plain(episode.state.code),
                    .plain(episode.range.start.rfc3339),
                    .plain(ask.clock.spreadsheet(episode.range.start)),
                    .plain(episode.range.end.rfc3339), .number(episode.range.elapsed.seconds),
                    episode.reason.map { .text($0.text) } ?? .empty,
                    episode.detail.isEmpty ? .empty : .text(episode.detail),
                ])
            }
        }
        return table
    }

    private static func figures(
        _ ask: Ask, _ range: TimeRange, _ machines: [Machine], _ figures: [Figure]
    ) async throws -> Table {
        var table = Table(
            name: figures.contains(.energy) ? "energy" : "counts",
            headings: [
                "machine", "figure", "from_utc", "to_utc", "value", "unit", "coverage",
                "definition",
            ])
        for machine in machines {
            for figure in figures {
                let key = FigureKey(figure: figure, machine: machine.id, range: range)
                let indicator = try await ask.world.indicator(key).indicator
                table.rows.append([
                    .text(machine.name), .plain(figure.rawValue), .plain(range.start.rfc3339),
                    .plain(range.end.rfc3339),
                    indicator.value.amount.map { .number($0) } ?? .empty,
                    .plain(indicator.unit.rawValue), .number(indicator.coverage),
                    .plain(indicator.definition),
                ])
            }
        }
        return table
    }

    private static func events(_ ask: Ask, _ range: TimeRange) async throws -> Table {
        var table = Table(
            name: "events", headings: ["sequence", "recorded_utc", "actor", "kind", "facts"])
        var after: Int64 = 0
        while true {
            let page = try await ask.world.events(
                after: after, limit: WebLimits.exportPage, kinds: nil, newestFirst: false)
            for event in page where range.contains(event.recorded) {
                let (kind, facts) = (event.event.kind, event.event.facts)
                table.rows.append([
                    .plain(String(event.sequence)), .plain(event.recorded.rfc3339),
                    .text(event.actor), .plain(kind),
                    .text(String(decoding: facts.canonicalBytes, as: UTF8.self)),
                ])
            }
            guard let last = page.last, page.count == WebLimits.exportPage else { return table }
            after = last.sequence
        }
    }

    /// Every sample of every signal: streamed signal by signal, as fast as the reader takes.
    private static func signals(
        _ ask: Ask, _ range: TimeRange, _ machines: [Machine]
    ) throws -> Response {
        let format = RowFormat(ask)
        let world = ask.world
        let clock = ask.clock
        let named = machines.flatMap { machine in
            world.factory.signals(of: machine.id).map { (machine, $0) }
        }
        let parts = SampleExport.parts(of: range, hours: ask.site.limits.streamHours)
        let headings = ["machine", "signal", "time_utc", "time_local", "value", "unit", "quality"]
        return Response(
            status: .ok, headers: headers("signals", format),
            body: .init { out in
                var buffer = opening(headings, format)
                var isFirst = true
                for (machine, signal) in named {
                    for part in parts {
                        let series = try await world.series(signal.id, range: part)
                        for row in 0..<series.count {
                            let cells = sample(machine, signal, series, row, clock)
                            write(cells, headings, format, isFirst: isFirst, into: &buffer)
                            isFirst = false
                        }
                        try await out.write(ByteBuffer(bytes: buffer))
                        buffer.removeAll(keepingCapacity: true)
                    }
                }
                try await out.write(ByteBuffer(bytes: closing(format)))
                try await out.finish(nil)
            })
    }

    private static func sample(
        _ machine: Machine, _ signal: Signal, _ series: SampleSeries, _ row: Int,
        _ clock: LocalClock
    ) -> [CSVText.Cell] {
        let time = Timestamp(nanoseconds: series.times[row])
        let quality = series.quality(at: row)
        var value = CSVText.Cell.empty
        if !quality.isBad {
            switch series.values[row] {
            case .number(let number): value = .number(number)
            case .integer(let number): value = .plain(String(number))
            case .flag(let flag): value = .plain(flag ? "1" : "0")
            case .text(let text): value = .text(text)
            }
        }
        return [
            .plain(machine.id.text), .plain(signal.slug?.text ?? String(signal.id.number)),
            .plain(time.rfc3339), .plain(clock.spreadsheet(time)), value,
            .text(signal.unit), .plain(quality.word),
        ]
    }

    private static func headers(_ name: String, _ format: RowFormat) -> HTTPFields {
        switch format {
        case .json: [.contentType: "application/json"]
        case .ndjson: [.contentType: "application/x-ndjson"]
        case .csv:
            [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(name).csv\"",
            ]
        }
    }

    private static func opening(_ headings: [String], _ format: RowFormat) -> [UInt8] {
        switch format {
        case .ndjson: return []
        case .json: return Array("{\"items\":[".utf8)
        case .csv:
            var out = CSVText.mark
            CSVText.write(headings.map { .plain($0) }, into: &out)
            return out
        }
    }

    private static func closing(_ format: RowFormat) -> [UInt8] {
        format == .json ? Array("]}".utf8) : []
    }

    private static func write(
        _ cells: [CSVText.Cell], _ headings: [String], _ format: RowFormat, isFirst: Bool,
        into out: inout [UInt8]
    ) {
        if format == .csv { return CSVText.write(cells, into: &out) }
        if format == .json, !isFirst { out.append(0x2C) }
        let members = zip(headings, cells).map { heading, cell -> (String, JSONValue) in
            switch cell {
            case .empty: (heading, .null)
            case .number(let value): (heading, .number(value))
            case .plain(let text), .text(let text): (heading, .text(text))
            }
        }
        JSONValue.object(members).write(into: &out)
        if format == .ndjson { out.append(0x0A) }
    }

    private static func written(_ table: Table, as format: RowFormat) -> Response {
        var out = opening(table.headings, format)
        for (index, row) in table.rows.enumerated() {
            write(row, table.headings, format, isFirst: index == 0, into: &out)
        }
        out += closing(format)
        return Response(
            status: .ok, headers: headers(table.name, format),
            body: .init(byteBuffer: ByteBuffer(bytes: out)))
    }
}
