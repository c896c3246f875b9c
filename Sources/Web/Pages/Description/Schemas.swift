// Shapes of documents, as far as the description names them.

/// JSON Schemas of the interface.
enum Schemas {
    static func typed(_ type: String, _ says: String) -> JSONValue {
        .object([("type", .text(type)), ("description", .text(says))])
    }

    static func maybe(_ type: String, _ says: String) -> JSONValue {
        .object([
            ("type", .list([.text(type), .text("null")])), ("description", .text(says)),
        ])
    }

    static let time = JSONValue.object([
        ("type", .text("string")), ("format", .text("date-time")),
    ])
    private static let maybeTime = JSONValue.object([
        ("type", .list([.text("string"), .text("null")])), ("format", .text("date-time")),
    ])

    private static func reference(_ name: String) -> JSONValue {
        .object([("$ref", .text("#/components/schemas/" + name))])
    }

    static func list(of name: String) -> JSONValue {
        .object([("type", .text("array")), ("items", reference(name))])
    }

    static func object(_ members: [(String, JSONValue)], needed: [String]) -> JSONValue {
        .object([
            ("type", .text("object")), ("properties", .object(members)),
            ("required", .list(needed.map { .text($0) })),
        ])
    }

    static func paged(_ item: String) -> JSONValue {
        object(
            [
                ("items", list(of: item)),
                ("next", maybe("string", "Cursor of the next page; null on the last.")),
            ], needed: ["items", "next"])
    }

    /// All shapes by name.
    static let all: [(String, JSONValue)] = things + connecting + figures + journal + answers

    private static let things: [(String, JSONValue)] = [
        (
            "Machine",
            object(
                [
                    ("id", typed("string", "Fixed for ever.")), ("name", typed("string", "")),
                    ("area", maybe("string", "Id of its area.")),
                    (
                        "state",
                        .object([
                            ("type", .text("string")),
                            (
                                "enum",
                                .list(
                                    [
                                        "unknown", "fault", "setup", "slow", "running", "planned",
                                        "stopped",
                                    ].map { .text($0) })
                            ),
                        ])
                    ),
                    ("since", maybeTime), ("reason", maybe("string", "Id of the reason given.")),
                    ("detail", typed("string", "")),
                    ("needs_person", typed("boolean", "Whether a person is needed now.")),
                    ("is_seen", typed("boolean", "Whether somebody is on it.")),
                    ("last_sample", maybeTime), ("job", maybe("object", "The job on it.")),
                    ("parts", maybe("object", "Parts made in this shift.")),
                    ("planned_parts", maybe("integer", "Parts meant to be made up to now.")),
                ], needed: ["id", "name", "state", "since", "needs_person"])
        ),
        ("Machines", paged("Machine")),
        (
            "Signal",
            object(
                [
                    ("id", typed("integer", "Its number.")), ("name", typed("string", "")),
                    ("kind", typed("string", "number, integer, flag or text")),
                    ("unit", typed("string", "UCUM code; may be empty.")),
                    ("machine", maybe("string", "")), ("slug", maybe("string", "")),
                    ("connection", typed("string", "")), ("address", typed("string", "")),
                    ("is_retired", typed("boolean", "")),
                    ("last", maybe("object", "Newest time, value and quality.")),
                ], needed: ["id", "name", "kind", "unit"])
        ),
        ("Signals", paged("Signal")),
        (
            "State",
            object(
                [
                    ("state", typed("string", "")), ("from", time), ("to", time),
                    ("duration_s", typed("number", "")), ("reason", maybe("string", "")),
                    ("detail", typed("string", "")), ("is_open", typed("boolean", "")),
                ], needed: ["state", "from", "to"])
        ),
        (
            "States",
            object(
                [
                    ("machine", typed("string", "")), ("from", time), ("to", time),
                    ("items", list(of: "State")),
                ], needed: ["items"])
        ),
        (
            "ControlChart",
            object(
                [
                    ("signal", typed("integer", "")), ("unit", typed("string", "")),
                    ("kind", typed("string", "i: single values.")), ("from", time), ("to", time),
                    ("says", typed("string", "The chart in a sentence.")),
                    ("refused", maybe("string", "Why there is no chart.")),
                    ("baseline_count", typed("integer", "Points that the limits rest on.")),
                    ("value_count", typed("integer", "Values of which the points were taken.")),
                    ("centre", maybe("number", "")), ("lower_limit", maybe("number", "")),
                    ("upper_limit", maybe("number", "")), ("sigma", maybe("number", "")),
                    ("times_ms", typed("array", "Time of each point.")),
                    ("values", typed("array", "Value of each point.")),
                    ("signals", typed("array", "index, rule and side of each pattern.")),
                    ("findings", typed("array", "Sentences, the most urgent first.")),
                    ("capability", maybe("object", "Cp, Cpk, Pp, Ppk with intervals.")),
                ], needed: ["signal", "says", "values"])
        ),
        (
            "Learning",
            object(
                [
                    ("machine", typed("string", "")), ("signal", maybe("string", "")),
                    ("unit", typed("string", "UCUM code; may be empty.")), ("from", time),
                    ("to", time), ("outcome", typed("string", "learnt or not-yet")),
                    ("seen_s", typed("number", "How long a trace was seen.")),
                    ("confidence", maybe("number", "Share of the time told apart surely.")),
                    ("is_sure", maybe("boolean", "Whether figures may rest on it.")),
                    ("doubts", typed("array", "code and says: what a person should know.")),
                    ("levels", typed("array", "role, mean, deviation and share of each level.")),
                    ("running", maybe("object", "rise and fall.")),
                    ("idle", maybe("object", "rise and fall; null where no off was seen.")),
                    ("running_dwell_s", maybe("number", "")),
                    ("stopped_dwell_s", maybe("number", "")),
                    ("event", maybe("object", "kind and facts: send it to make it the rule.")),
                ], needed: ["machine", "outcome", "doubts"])
        ),
        (
            "Reasons",
            object([("items", typed("array", "Reasons of this site."))], needed: ["items"])
        ),
    ]

    private static let figures: [(String, JSONValue)] = [
        (
            "Samples",
            object(
                [
                    ("signal", typed("integer", "")), ("unit", typed("string", "")),
                    (
                        "items",
                        typed("array", "time, value (null when missing) and quality of each.")
                    ),
                ], needed: ["items"])
        ),
        (
            "Buckets",
            object(
                [
                    ("coverage", typed("number", "Share of the range that was seen.")),
                    (
                        "items",
                        typed("array", "from, to, count, min, max, mean, first, last of each.")
                    ),
                ], needed: ["items", "coverage"])
        ),
        (
            "Range",
            object(
                [
                    ("from", time), ("to", time),
                    ("starts_ms", typed("array", "First instant of each cell, milliseconds.")),
                    ("shifts", typed("array", "Ids of the shifts, for by=shift.")),
                    ("hold", typed("string", "Seconds that a value counts, or next.")),
                    (
                        "signals",
                        typed(
                            "array",
                            "signal, name, unit, and one array for each figure; null where"
                                + " nothing was measured.")
                    ),
                ], needed: ["from", "to", "starts_ms", "signals"])
        ),
        (
            "StateTime",
            object(
                [
                    ("from", time), ("to", time),
                    ("starts_ms", typed("array", "First instant of each cell, milliseconds.")),
                    ("shifts", typed("array", "Ids of the shifts, for by=shift.")),
                    ("hold", typed("string", "Seconds that a value counts, or next.")),
                    (
                        "signals",
                        typed(
                            "array",
                            "signal, name, unit, seconds (an array for each value) and unseen_s"
                                + " (seconds in which no value held).")
                    ),
                ], needed: ["from", "to", "starts_ms", "hold", "signals"])
        ),
        (
            "History",
            object(
                [
                    ("bytes", typed("integer", "Bytes of all files.")),
                    ("samples", typed("integer", "Samples in all files.")),
                    ("files", typed("array", "name, bytes, samples, chunks of each.")),
                    ("merged", typed("integer", "Chunks merged away, after compacting.")),
                    ("bytes_before", typed("integer", "Bytes before compacting.")),
                ], needed: ["bytes", "samples", "files"])
        ),
        (
            "Sealed",
            object(
                [
                    ("chunks", typed("integer", "Chunks written.")),
                    ("samples", typed("integer", "Samples moved.")),
                    ("bytes", typed("integer", "Bytes of the chunks.")),
                ], needed: ["chunks", "samples", "bytes"])
        ),
        (
            "Last",
            object(
                [
                    (
                        "signals",
                        typed("array", "signal, name, unit, time, value and quality of each.")
                    )
                ], needed: ["signals"])
        ),
        (
            "Figure",
            object(
                [
                    ("figure", typed("string", "")), ("from", time), ("to", time),
                    ("name", typed("string", "")),
                    ("value", maybe("number", "null when withheld or undefined.")),
                    ("why_none", maybe("string", "Why there is no value.")),
                    ("unit", typed("string", "")), ("coverage", typed("number", "")),
                    ("interval", maybe("object", "Low and high end.")),
                    ("definition", typed("string", "Name and version.")),
                    ("formula", typed("string", "")), ("rule", typed("string", "")),
                    ("parts", typed("array", "")), ("signals", typed("array", "")),
                    ("entries", typed("array", "Journal sequence numbers.")),
                    ("gaps", typed("array", "What was not seen.")),
                    (
                        "pieces",
                        typed(
                            "array",
                            "Stored pieces that hold samples of its signals in its time, the first"
                                + " 1000: file, group, first, last, revision, rows, is_damaged.")
                    ),
                    ("piece_count", typed("integer", "How many there are.")),
                ], needed: ["value", "unit", "coverage", "definition"])
        ),
        (
            "Time",
            object(
                [
                    ("sentence", typed("string", "")),
                    ("losses", typed("array", "Biggest first.")), ("total", reference("Figure")),
                    ("money", reference("Figure")), ("strips", typed("array", "")),
                    ("oee", list(of: "Figure")), ("gaps", typed("array", "")),
                ], needed: ["losses", "total"])
        ),
        (
            "FigureTable",
            object(
                [
                    ("from", time), ("to", time),
                    ("by", typed("array", "What the rows are split by.")),
                    ("gaps", typed("array", "What is left out of all rows.")),
                    (
                        "rows",
                        typed(
                            "array",
                            "Ids and names by split, coverage, time (seconds of each time element"
                                + " of ISO 22400), parts, ratios (each with value or why_none,"
                                + " coverage, interval and definition), losses (the six big losses"
                                + " and waiting), gaps, and how many closed shifts were revised.")
                    ),
                ], needed: ["from", "to", "by", "rows"])
        ),
        (
            "Energy",
            object(
                [
                    ("sentence", typed("string", "")), ("figures", list(of: "Figure")),
                    (
                        "machines",
                        typed(
                            "array",
                            "kWh and cost in all and with nothing running, by state and by job,"
                                + " kWh a good part, base load with its fit, findings about the"
                                + " meter.")
                    ),
                    ("unmetered", typed("array", "Machines without a meter.")),
                    ("tariff_source", maybe("string", "")),
                    ("carbon", maybe("object", "kg CO2e with factor, year, source and scope.")),
                ], needed: ["machines"])
        ),
        (
            "Quality",
            object(
                [
                    ("sentence", typed("string", "")),
                    ("machines", typed("array", "made, good, scrap, rework and causes of each.")),
                    (
                        "scrap_by_shift",
                        typed(
                            "array", "Value, centre and limits of each shift with parts."
                        )
                    ),
                    ("chart", typed("string", "Chart of those shifts: p, np, c or u.")),
                    ("refused", maybe("string", "Why there is no such chart.")),
                    ("watched", typed("array", "Signals with what their charts say.")),
                ], needed: ["sentence", "machines"])
        ),
        (
            "Measurement",
            object(
                [
                    ("signal", typed("integer", "Number of a signal that is entered by hand.")),
                    ("value", typed("string", "The number as text, such as 25.012.")),
                    ("at", time),
                ], needed: ["signal", "value"])
        ),
        (
            "Cycles",
            object(
                [
                    ("signal", maybe("string", "Id of the signal.")),
                    ("period_s", maybe("number", "Length of a cycle.")),
                    ("cycles", maybe("integer", "Counted where the shape of a cycle fits.")),
                    ("confidence", maybe("number", "0 to 1.")),
                    ("parts", maybe("integer", "Counted or booked while it ran.")),
                    ("sentence", typed("string", "")),
                ], needed: ["sentence"])
        ),
        (
            "Odd",
            object(
                [
                    ("machine", typed("string", "")), ("learnt_from", time),
                    ("definition", typed("string", "Name and version.")),
                    ("watched", typed("array", "Numbers of the signals.")),
                    (
                        "findings",
                        typed(
                            "array",
                            "Newest first: signal (null for several at once), at, kind (level,"
                                + " still, reading), score, value, usual, sentence.")
                    ),
                ], needed: ["findings"])
        ),
        (
            "Lines",
            object(
                [
                    ("from", time), ("to", time),
                    (
                        "lines",
                        typed(
                            "array",
                            "Machines in order, the bottleneck and whether it was named, good"
                                + " parts of the last machine, and the OEE of the line.")
                    ),
                ], needed: ["lines"])
        ),
    ]

    private static let journal: [(String, JSONValue)] = [
        (
            "NewEvent",
            object(
                [
                    (
                        "id",
                        typed("string", "UUID of version 7 made where the event was born.")
                    ),
                    ("kind", typed("string", "e.g. stop.reason")),
                    ("facts", typed("object", "Content of that kind; see docs/api.md.")),
                ], needed: ["kind", "facts"])
        ),
        (
            "Event",
            object(
                [
                    ("sequence", typed("integer", "Place in the journal.")),
                    ("id", typed("string", "")), ("recorded", time),
                    ("actor", typed("string", "")), ("kind", typed("string", "")),
                    ("facts", typed("object", "")),
                ], needed: ["sequence", "id", "recorded", "actor", "kind", "facts"])
        ),
        ("Journal", paged("Event")),
        (
            "Job",
            object(
                [
                    ("job", typed("string", "Number or name.")), ("product", typed("string", "")),
                    ("good", maybe("integer", "Good parts so far; null before it began.")),
                    ("is_closed", typed("boolean", "Whether it is finished.")),
                ], needed: ["job", "product", "is_closed"])
        ),
        ("Jobs", paged("Job")),
        (
            "NewJob",
            object(
                [
                    ("job", typed("string", "Number or name, at most 120 characters.")),
                    ("product", typed("string", "Name of the product.")),
                    ("machine", typed("string", "Id of a machine.")),
                    ("quantity", typed("integer", "Parts to make.")),
                    ("due", typed("string", "A date such as 2026-12-01.")),
                    ("note", typed("string", "At most 500 characters.")),
                ], needed: ["job"])
        ),
    ]

    private static let answers: [(String, JSONValue)] = [
        (
            "About",
            object(
                [("version", typed("string", "")), ("is_ready", typed("boolean", ""))],
                needed: ["version"])
        ),
        (
            "Health",
            object(
                [("status", typed("string", "pass or fail"))], needed: ["status"])
        ),
        (
            "Import",
            object(
                [
                    ("import", maybe("integer", "Number of the import; null for a dry run.")),
                    ("taken", typed("integer", "")), ("refused", typed("integer", "")),
                    ("samples", typed("integer", "")), ("notes", typed("array", "")),
                    ("errors", typed("array", "")),
                ], needed: ["taken", "refused"])
        ),
        (
            "Problem",
            object(
                [
                    ("type", typed("string", "Address of a page on this box.")),
                    ("title", typed("string", "")), ("status", typed("integer", "")),
                    ("detail", typed("string", "")), ("instance", typed("string", "")),
                    ("reference", typed("string", "Leads to the box's log.")),
                    ("errors", typed("array", "field and says of each.")),
                ], needed: ["type", "title", "status", "detail", "reference", "errors"])
        ),
    ]
}
