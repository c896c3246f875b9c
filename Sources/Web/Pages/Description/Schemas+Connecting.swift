// Shapes of the documents about connecting a machine.

extension Schemas {
    /// Drafts of connections.
    static let connecting: [(String, JSONValue)] = [
        (
            "NewDraft",
            object(
                [
                    (
                        "what",
                        typed("string", "A device as on its label, its profile, or a language.")
                    ),
                    (
                        "address",
                        typed("string", "host, host:port, or a port such as /dev/ttyUSB0.")
                    ),
                    ("unit", maybe("integer", "Unit number, where it was changed.")),
                    (
                        "placeholders",
                        maybe(
                            "object",
                            "What only the firm knows, by name; also username, password and trusted, the fingerprint of a certificate."
                        )
                    ),
                ], needed: ["what", "address"])
        ),
        (
            "DraftChange",
            object(
                [
                    ("name", typed("string", "The machine's name.")),
                    ("area", typed("string", "Where it stands.")),
                    ("choose", typed("array", "Ids of the signals to record.")),
                    ("add", typed("object", "name, read, type, unit of one more signal.")),
                    ("scale", typed("object", "Factors as texts by signal.")),
                    ("order", typed("object", "Orders of bytes by signal.")),
                    ("unit", typed("object", "Units by signal.")),
                    ("running", typed("object", "signal, and above as text.")),
                ], needed: [])
        ),
        (
            "Draft",
            object(
                [
                    ("id", typed("string", "")), ("begun", time),
                    ("step", typed("string", "name, signals or check")),
                    ("connection", typed("string", "Kind of the connection.")),
                    ("address", typed("string", "")), ("profile", typed("string", "")),
                    ("found", typed("string", "What answered, in words.")),
                    ("machine", maybe("string", "")), ("name", typed("string", "")),
                    ("area", typed("string", "")),
                    ("is_up", typed("boolean", "Whether the device answers now.")),
                    ("says", typed("string", "How it does, in words.")),
                    ("state", typed("string", "running, stopped, fault or unknown")),
                    ("running", maybe("object", "signal and above.")),
                    ("signals", typed("array", "Signals with their newest values.")),
                ], needed: ["id", "step", "connection", "address", "is_up", "signals"])
        ),
        (
            "Drafts",
            object([("items", list(of: "Draft"))], needed: ["items"])
        ),
        (
            "RemovedDraft", object([("removed", typed("string", "Its id."))], needed: ["removed"])
        ),
        (
            "Connected",
            object(
                [
                    ("machine", typed("string", "Id of the machine.")),
                    ("said", typed("array", "What was set, in words.")),
                ], needed: ["machine", "said"])
        ),
    ]
}
