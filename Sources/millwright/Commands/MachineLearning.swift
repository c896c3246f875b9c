// A machine's states from its own trace: what would be learnt, and taking it over.

import ArgumentParser
import Foundation

/// Learning of one machine's states.
struct MachineLearning: Asking {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Learn off, idle and running from a machine's own power or current.",
        discussion: """
            Shows what the trace of the last day, or week, makes of it, and changes nothing. \
            With --yes it becomes the machine's rule, an entry in the journal.

            Examples:
              millwright machine learn lathe-1
              millwright machine learn lathe-1 --signal motor-current --yes
            """)
    @OptionGroup var global: GlobalOptions
    @Argument(help: "Its id.") var machine: String
    @Option(help: "Id of the signal; power or current when left out.") var signal: String?

    func ask(_ client: BoxClient) async throws {
        let query = signal.map { "?signal=\(path($0))" } ?? ""
        let reply = try await client.ask(
            "GET", "/api/v1/machines/\(path(machine))/learning\(query)")
        if global.json, !global.yes { return global.console.data(reply.text) }
        let found = reply.object
        for doubt in found["doubts"] as? [[String: Any]] ?? [] {
            global.console.say(doubt["says"] as? String ?? "")
        }
        guard found["outcome"] as? String == "learnt",
            let event = found["event"] as? [String: Any], let kind = event["kind"] as? String,
            let facts = event["facts"] as? [String: Any]
        else {
            throw Complaint(
                .failed, "Nothing was learnt yet.", why: "See above.",
                next: "Let the machine run and stand still for an hour, then ask again.")
        }
        show(found)
        guard global.yes else {
            return global.console.say(
                "Nothing is changed. Take it: millwright machine learn \(machine) --yes"
                    + (global.server.map { " --server \($0)" } ?? ""))
        }
        try await say(client, kind, facts)
        global.console.say("\(machine) reads its states this way now.")
    }

    private func show(_ found: [String: Any]) {
        let unit = found["unit"] as? String ?? ""
        func number(_ value: Any?, _ places: Int = 2) -> String {
            String(format: "%.\(places)f", (value as? NSNumber)?.doubleValue ?? 0)
        }
        let levels = found["levels"] as? [[String: Any]] ?? []
        let rows = levels.map { level in
            [
                level["role"] as? String ?? "", number(level["mean"]), number(level["deviation"]),
                number(((level["share"] as? NSNumber)?.doubleValue ?? 0) * 100, 0) + "%",
            ]
        }
        global.console.data(
            Console.table([["STATE", "LEVEL \(unit)", "SPREAD \(unit)", "OF THE TIME"]] + rows))
        for (name, key) in [("Running", "running"), ("On", "idle")] {
            guard let limits = found[key] as? [String: Any] else { continue }
            global.console.data(
                "\(name) from \(number(limits["rise"])) \(unit) on, until \(number(limits["fall"])) \(unit)."
            )
        }
        let hours = ((found["seen_s"] as? NSNumber)?.doubleValue ?? 0) / 3_600
        let share = ((found["confidence"] as? NSNumber)?.doubleValue ?? 0) * 100
        global.console.data(
            "From \(number(hours, 1)) hours of \(found["signal"] as? String ?? "its signal"); "
                + "\(number(share, 1))% of that time is told apart surely.")
    }
}
