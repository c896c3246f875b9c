// What we do to your machines: which questions, how often, what came back, and the stop switch.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template shows.
struct CareModel: Sendable {
    /// A connection.
    struct Row: Sendable {
        let title: String
        let place: String
        let words: String
        let facts: [Fact]
    }

    /// One fact of it.
    struct Fact: Sendable {
        let label: String
        let value: String
    }

    let frame: PageFrame
    let rows: [Row]
    let isEmpty: Bool
    let isOff: Bool
}

/// `/machines/care`.
enum CarePage {
    /// What each connector may ask: the whole list, as its code has it.
    private static let questions = [
        "modbus-tcp": "Reads coils, inputs and registers (functions 1 to 4). No other function.",
        "modbus-rtu": "Reads coils, inputs and registers (functions 1 to 4). No other function.",
        "mqtt": "Takes messages of a broker. It publishes nothing.",
        "sparkplug-b": "Takes messages of a broker; asks a node to tell its values anew.",
        "opc-ua": "Browses, reads and subscribes. It calls no method and writes no value.",
        "s7": "Reads data blocks, inputs, outputs and markers.",
        "mtconnect": "Reads the agent's documents and its stream.",
        "shdr": "Takes the lines that the adapter sends; answers its heartbeat.",
        "http": "Asks for pages (GET). It sends nothing.",
        "serial-text": "Takes lines; sends only the question that is set, where one is.",
    ]

    static func answer(_ ask: Ask) async throws -> Response {
        let door = try ConnectPage.door(ask)
        let lines = try await door.care()
        let now = ask.world.time
        let asked = lines.reduce(0) { $0 + $1.readsPerMinute }
        let count = Plain.count(Int64(lines.count), "connection", "connections")
        let sentence =
            door.isSilenced
            ? "Nothing is asked of any machine: the stop switch is on for \(count)."
            : lines.isEmpty
                ? "No machine is asked anything yet."
                : "\(count), \(Plain.number(Int64(asked.rounded()))) reads a minute, no writes."
        let model = CareModel(
            frame: ask.frame(
                title: "What we do to your machines", ask: "What do we do to your machines?",
                sentence: sentence,
                cells: [ask.siteCell, .init(label: "Changes machines", value: "No, only reads")]),
            rows: lines.map { row($0, now: now) }, isEmpty: lines.isEmpty,
            isOff: door.isSilenced)
        return try ask.page(model, template: "care")
    }

    private static func row(_ line: ConnectionCare, now: Timestamp) -> CareModel.Row {
        func fact(_ label: String, _ value: String) -> CareModel.Fact {
            .init(label: label, value: value)
        }
        func number(_ value: Int64) -> String { Plain.number(value) }
        var facts = [fact("What it may ask", questions[line.kind] ?? "Reads only.")]
        facts.append(
            line.readsPerMinute > 0
                ? fact("Reads a minute", number(Int64(line.readsPerMinute.rounded())))
                : fact("Messages that came", number(line.received)))
        if let most = line.mostPerSecond {
            facts.append(fact("Never more than", "\(most) requests a second"))
        }
        facts.append(fact("Connections at once", "1"))
        if line.readsPerMinute > 0 {
            facts.append(fact("Answered since the start", number(line.answered)))
            facts.append(
                fact("Failed, not made in time", "\(number(line.failed)), \(number(line.lost))"))
        }
        facts.append(fact("Connections opened or tried", number(Int64(line.attempts))))
        facts.append(
            fact(
                "Last good answer",
                line.lastSuccess.map { SignalText.age(now - $0) } ?? "none yet"))
        return CareModel.Row(
            title: line.id.text,
            place: (ConnectDevice.speaks[line.kind] ?? line.kind) + ", " + line.address,
            words: line.words, facts: facts)
    }

    /// `POST /machines/care`: the stop switch.
    static func set(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        try await ConnectPage.door(ask).setSilenced(form["do"] == "stop", actor: ask.actor)
        return Answer.go(to: "/machines/care")
    }
}
