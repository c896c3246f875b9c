// The HTTP interface for programs: what each address is for, described by the same row (ux 20).

import Hummingbird

/// Routes under `/api`.
enum InterfaceRoutes {
    private static let from = Route.Parameter(
        name: "from", place: .query,
        says: "First instant: RFC 3339, or whole milliseconds since 1970.")
    private static let to = Route.Parameter(
        name: "to", place: .query, says: "First instant after the range; now when left out.")
    private static let machine = Route.Parameter(
        name: "machine", place: .path, says: "Id of the machine.", isRequired: true)
    private static let oneMachine = Route.Parameter(
        name: "machine", place: .query, says: "Id of one machine; all when left out.")
    private static let limit = Route.Parameter(
        name: "limit", place: .query, says: "How many items at most, 1 to 1000; 100 when left out.",
        type: "integer")
    private static let cursor = Route.Parameter(
        name: "cursor", place: .query, says: "The `next` of the answer before.")
    private static let format = Route.Parameter(
        name: "format", place: .query,
        says: "`json`, `csv` or `ndjson`, as an Accept header would say.")
    private static let tableFormat = Route.Parameter(
        name: "format", place: .query,
        says: "`json`, `csv` or `xlsx`, as an Accept header would say.")
    private static let number = Route.Parameter(
        name: "signal", place: .path, says: "Number of the signal.", type: "integer",
        isRequired: true)
    private static let slug = Route.Parameter(
        name: "slug", place: .path, says: "Id of the signal within its machine.",
        isRequired: true)
    private static let rows = Route.Content(
        types: ["application/json", "text/csv", "application/x-ndjson"], schema: "Samples")

    private static func json(_ schema: String) -> Route.Content {
        Route.Content(types: ["application/json"], schema: schema)
    }

    private static func read(
        _ path: String, _ summary: String, group: String, parameters: [Route.Parameter] = [],
        answer: Route.Content, problems: [ProblemKind] = [.badRequest],
        run: @escaping @Sendable (Ask) async throws -> Response
    ) -> Route {
        Route(
            method: .get, path: path, need: .permission(.look), summary: summary, group: group,
            parameters: parameters, answer: answer, problems: problems,
            run: { ask in
                try QueryCheck.check(ask, parameters)
                return try await run(ask)
            })
    }

    private static let pattern = Route.Parameter(
        name: "signal", place: .query,
        says: "A signal's number, or a pattern over names such as `mill-1/*`; may be given"
            + " several times.", isRequired: true)
    private static let everyCell = [
        Route.Parameter(
            name: "points", place: .query, says: "Divide the range into so many equal parts.",
            type: "integer"),
        Route.Parameter(
            name: "every", place: .query,
            says: "Divide the range into steps, e.g. 60s, 5m, 8h or whole milliseconds."),
        Route.Parameter(
            name: "offset", place: .query,
            says: "Steps begin so long after whole multiples of `every` since 1970 (UTC)."),
        Route.Parameter(
            name: "by", place: .query, says: "`shift`: divide the range into the site's shifts."),
        Route.Parameter(
            name: "hold", place: .query,
            says: "How long a value counts when the next is late, e.g. 10s; `next` for signals"
                + " that are sent on change; 5m when left out."),
    ]

    /// Everything under `/api`.
    static let all: [Route] = connecting + machines + signals + several + figures + journal + about

    private static let draft = Route.Parameter(
        name: "draft", place: .path, says: "Id of the connection that was begun.",
        isRequired: true)

    /// Connecting a machine: nothing is stored as real before it is confirmed.
    private static let connecting: [Route] = [
        Route(
            method: .get, path: "/api/v1/connect", need: .permission(.configure),
            summary: "Connections that were begun and are not confirmed.", group: "Connecting",
            answer: json("Drafts"), run: ConnectDocuments.list),
        Route(
            method: .post, path: "/api/v1/connect", need: .permission(.configure),
            summary: "Begins to connect a machine: what answers at which address.",
            group: "Connecting", body: json("NewDraft"), answer: json("Draft"), status: .created,
            problems: [.badRequest, .refused, .wrongKind], run: ConnectDocuments.begin),
        Route(
            method: .get, path: "/api/v1/connect/{draft}", need: .permission(.configure),
            summary: "One of them with its live values; reading goes on for a minute after the"
                + " last look.", group: "Connecting", parameters: [draft], answer: json("Draft"),
            problems: [.notFound, .refused], run: ConnectDocuments.show),
        Route(
            method: .post, path: "/api/v1/connect/{draft}", need: .permission(.configure),
            summary: "Names the machine, chooses signals, mends them, says how it runs.",
            group: "Connecting", parameters: [draft], body: json("DraftChange"),
            answer: json("Draft"), problems: [.badRequest, .notFound, .refused, .wrongKind],
            run: ConnectDocuments.change),
        Route(
            method: .delete, path: "/api/v1/connect/{draft}", need: .permission(.configure),
            summary: "Removes one.", group: "Connecting", parameters: [draft],
            answer: json("RemovedDraft"), problems: [.notFound], run: ConnectDocuments.remove),
        Route(
            method: .post, path: "/api/v1/connect/{draft}/confirm", need: .permission(.configure),
            summary: "Makes it real in one transaction: from now on it is recorded.",
            group: "Connecting", parameters: [draft], answer: json("Connected"), status: .created,
            problems: [.notFound, .refused], run: ConnectDocuments.confirm),
    ]

    private static let several: [Route] = [
        read(
            "/api/v1/range", "Figures of several signals over equal parts, steps or shifts.",
            group: "Signals",
            parameters: [
                pattern, from, to,
                .init(
                    name: "figures", place: .query,
                    says: "With commas between: min, max, avg (of the samples), sum, count,"
                        + " first, last, twa (time-weighted average), seen_s (seconds in which"
                        + " a value held); min,max,avg,count when left out."),
            ] + everyCell, answer: json("Range"), problems: [.badRequest, .notFound],
            run: RangeDocuments.range),
        read(
            "/api/v1/state-time",
            "Seconds that several signals spent at each of their values.", group: "Signals",
            parameters: [
                pattern, from, to,
                .init(
                    name: "state", place: .query,
                    says: "Only this value; may be given several times."),
            ] + everyCell, answer: json("StateTime"), problems: [.badRequest, .notFound],
            run: RangeDocuments.stateTime),
        read(
            "/api/v1/last", "Newest values of several signals.", group: "Signals",
            parameters: [pattern], answer: json("Last"), problems: [.badRequest, .notFound],
            run: RangeDocuments.last),
        read(
            "/api/v1/raw", "Stored samples of several signals, one signal after the other.",
            group: "Signals",
            parameters: [
                pattern, from, to,
                .init(
                    name: "format", place: .query,
                    says: "`csv` or `ndjson`, as an Accept header would say; csv when left"
                        + " out."),
                .init(
                    name: "times", place: .query,
                    says: "`ms` for whole milliseconds since 1970 instead of RFC 3339."),
                .init(
                    name: "fields", place: .query,
                    says: "With commas between: signal, time, value, quality; all when left"
                        + " out."),
            ],
            answer: Route.Content(types: ["text/csv", "application/x-ndjson"]),
            problems: [.badRequest, .notFound], run: RawExport.answer),
    ]

    private static let machines: [Route] = [
        read(
            "/api/v1/machines", "Machines in use with their state now.", group: "Machines",
            parameters: [limit, cursor], answer: json("Machines"), run: MachineDocuments.list),
        read(
            "/api/v1/machines/{machine}", "One machine as it is now.", group: "Machines",
            parameters: [machine], answer: json("Machine"), problems: [.notFound],
            run: MachineDocuments.one),
        read(
            "/api/v1/machines/{machine}/states", "States of a machine in a range.",
            group: "Machines", parameters: [machine, from, to, format],
            answer: Route.Content(types: ["application/json", "text/csv"], schema: "States"),
            problems: [.badRequest, .notFound], run: MachineDocuments.states),
        read(
            "/api/v1/machines/{machine}/learning",
            "States learnt from a machine's trace, with the event that makes them its rule.",
            group: "Machines",
            parameters: [
                machine,
                .init(
                    name: "signal", place: .query,
                    says: "Id of the signal; power or current when left out."), from, to,
            ], answer: json("Learning"), problems: [.badRequest, .notFound],
            run: LearningDocuments.propose),
        read(
            "/api/v1/machines/{machine}/cycles",
            "Cycles counted in a machine's trace, beside the parts of the same time.",
            group: "Machines",
            parameters: [
                machine,
                .init(
                    name: "signal", place: .query,
                    says: "Id of the signal; that of its states when left out."), from, to,
            ], answer: json("Cycles"), problems: [.badRequest, .notFound],
            run: LearningDocuments.cycles),
        read(
            "/api/v1/machines/{machine}/odd",
            "What departed from the last two weeks of each signal, or of several at once.",
            group: "Machines", parameters: [machine, from, to], answer: json("Odd"),
            problems: [.badRequest, .notFound], run: OddDocuments.odd),
    ]

    private static let signals: [Route] = [
        read(
            "/api/v1/signals", "Signals with their newest values.", group: "Signals",
            parameters: [limit, cursor, oneMachine], answer: json("Signals"),
            run: SignalDocuments.list),
        read(
            "/api/v1/signals/{signal}", "One signal with its newest value.", group: "Signals",
            parameters: [number], answer: json("Signal"), problems: [.notFound],
            run: SignalDocuments.one),
        read(
            "/api/v1/signals/{signal}/samples", "Samples of a signal in a range, oldest first.",
            group: "Signals", parameters: [number, from, to, format], answer: rows,
            problems: [.badRequest, .notFound], run: SampleExport.answer),
        read(
            "/api/v1/quality/{signal}",
            "A signal as a control chart: points, limits, findings, capability.",
            group: "Signals",
            parameters: [
                number, from, to,
                .init(name: "lower", place: .query, says: "Lower drawing limit.", type: "number"),
                .init(name: "upper", place: .query, says: "Upper drawing limit.", type: "number"),
                .init(
                    name: "chart", place: .query,
                    says: "i, mr, xbar-r, r, xbar-s, s, ewma or cusum; by the subgroup when left"
                        + " out."),
                .init(
                    name: "subgroup", place: .query,
                    says: "Values in a point, 1 to 25; that of the characteristic when left out.",
                    type: "integer"),
                tableFormat,
            ], answer: TableForm.content(schema: "ControlChart"),
            problems: [.badRequest, .notFound],
            run: QualityDocuments.chart),
        read(
            "/api/v1/signals/{signal}/{slug}/samples",
            "Samples of a signal by the names of its machine and itself.", group: "Signals",
            parameters: [
                .init(
                    name: "signal", place: .path, says: "Id of the machine.", isRequired: true),
                slug, from, to, format,
            ], answer: rows, problems: [.badRequest, .notFound], run: SampleExport.answer),
        read(
            "/api/v1/signals/{signal}/buckets",
            "Smallest, largest and mean value in equal parts of a range; gaps have no values.",
            group: "Signals",
            parameters: [
                number, from, to,
                .init(
                    name: "points", place: .query,
                    says: "How many parts, 1 to 100,000; 600 when"
                        + " left out.", type: "integer"),
            ], answer: json("Buckets"), problems: [.badRequest, .notFound],
            run: SignalDocuments.buckets),
    ]

    private static let figures: [Route] = [
        read(
            "/api/v1/time", "Lost time ranked by reason, with a strip for each machine.",
            group: "Figures", parameters: [from, to, oneMachine, tableFormat],
            answer: TableForm.content(schema: "Time"),
            problems: [.badRequest, .notFound], run: FigureDocuments.time),
        read(
            "/api/v1/figures",
            "Time elements, parts, every ratio and the six big losses, split as asked.",
            group: "Figures",
            parameters: [
                from, to, oneMachine,
                .init(
                    name: "by", place: .query,
                    says: "With commas between: site, machine, shift, day, job, product;"
                        + " machine when left out."),
                tableFormat,
            ],
            answer: TableForm.content(schema: "FigureTable"),
            problems: [.badRequest, .notFound], run: FigureTableDocuments.table),
        read(
            "/api/v1/quality",
            "Good parts and scrap by machine, scrap by shift as a chart of counts, what is"
                + " watched.", group: "Figures",
            parameters: [
                from, to,
                .init(
                    name: "chart", place: .query,
                    says: "Chart of scrap by shift: p (share), np (number), c (defects), u"
                        + " (defects a part); p when left out."), tableFormat,
            ],
            answer: TableForm.content(schema: "Quality"), run: QualityDocuments.overview),
        Route(
            method: .post, path: "/api/v1/measurements", need: .permission(.enter),
            summary: "Stores one measurement by hand; it is on the disk when this answers.",
            group: "Signals", body: json("Measurement"), answer: json("Measurement"),
            status: .created, problems: [.badRequest, .refused, .wrongKind],
            run: QualityDocuments.measure),
        read(
            "/api/v1/energy",
            "Energy by machine, state, job and price, with base loads and carbon.",
            group: "Figures",
            parameters: [
                from, to,
                tableFormat,
            ],
            answer: TableForm.content(schema: "Energy"), run: EnergyDocuments.energy),
        read(
            "/api/v1/lines", "Lines of machines with the OEE of each, measured at its output.",
            group: "Figures", parameters: [from, to], answer: json("Lines"),
            run: FigureTableDocuments.lines),
        read(
            "/api/v1/figures/{figure}", "A figure with everything it was made from.",
            group: "Figures",
            parameters: [
                .init(
                    name: "figure", place: .path, says: "Name of the figure, e.g. time-lost.",
                    isRequired: true),
                from, to, oneMachine,
                .init(
                    name: "reason", place: .query,
                    says: "Id of a reason, for figures about one; `unexplained` for none given."),
            ], answer: json("Figure"), problems: [.badRequest, .notFound],
            run: FigureDocuments.figure),
    ]

    private static let journal: [Route] = [
        read(
            "/api/v1/journal", "Stored events, newest first.", group: "Journal",
            parameters: [
                limit, cursor,
                .init(
                    name: "kinds", place: .query,
                    says: "Kinds with commas between, e.g. stop.reason."),
                .init(name: "order", place: .query, says: "`asc` for the oldest first."),
                .init(
                    name: "from", place: .query,
                    says: "Only what was stored at this time or later."),
            ], answer: json("Journal"), run: JournalDocuments.list),
        Route(
            method: .post, path: "/api/v1/journal", need: .permission(.enter),
            summary: "Stores one event; it is on the disk when this answers. A repeat of its id"
                + " changes nothing and gives the first answer.",
            group: "Journal", body: json("NewEvent"), answer: json("Event"), status: .created,
            problems: [.badRequest, .refused, .conflict, .wrongKind, .notAllowed],
            run: JournalDocuments.add),
        read(
            "/api/v1/jobs", "Jobs on the list, and those of the last four weeks.",
            group: "Jobs", answer: json("Jobs"), problems: [], run: JobDocuments.list),
        Route(
            method: .post, path: "/api/v1/jobs", need: .permission(.configure),
            summary: "Puts a job on the list, or changes it there: its name names it.",
            group: "Jobs", body: json("NewJob"), answer: json("Event"), status: .created,
            problems: [.badRequest, .refused, .wrongKind, .notAllowed], run: JobDocuments.plan),
        read(
            "/api/v1/events", "The live stream: what changes, as server-sent events.",
            group: "Journal",
            parameters: [
                .init(
                    name: "topics", place: .query,
                    says: "`machines`, `tick`, with a comma between; all when left out.")
            ], answer: Route.Content(types: ["text/event-stream"]), problems: [.tooMany],
            run: LiveStream.answer),
    ]

    private static let about: [Route] = [
        read(
            "/api/v1/reasons", "Reasons for stops that can be given.", group: "Machines",
            answer: json("Reasons"), problems: [], run: MachineDocuments.reasons),
        read(
            "/api/v1/about", "Version, size and health of this box.", group: "Box",
            answer: json("About"), problems: [], run: BoxRoutes.about),
        read(
            "/api/openapi.json", "This description.", group: "Box",
            answer: Route.Content(types: ["application/json"]), problems: [],
            run: Description.answer),
    ]
}
