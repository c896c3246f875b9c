// Machines, signals, reasons and events.

import ArgumentParser
import Foundation

/// Machines.
struct MachineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine", abstract: "Machines.",
        discussion: """
            Examples:
              millwright machine list
              millwright machine add lathe-1 --name "Lathe 1"
              millwright machine learn lathe-1
            """,
        subcommands: [
            List.self, Show.self, Add.self, Rename.self, Retire.self, MachineLearning.self,
        ])

    struct List: Asking {
        static let configuration = CommandConfiguration(abstract: "All machines and their state.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/machines")
            show(
                reply,
                columns: [
                    ("MACHINE", "id"), ("NAME", "name"), ("STATE", "state"), ("SINCE", "since"),
                ])
        }
    }

    struct Show: Asking {
        static let configuration = CommandConfiguration(abstract: "One machine.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its id.") var machine: String
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/machines/\(path(machine))")
            if global.json { return global.console.data(reply.text) }
            let rows = reply.object.sorted { $0.key < $1.key }.compactMap { key, value in
                value is [Any] || value is [String: Any] ? nil : [key, "\(value)"]
            }
            global.console.data(Console.table(rows))
        }
    }

    struct Add: Asking {
        static let configuration = CommandConfiguration(abstract: "Add a machine.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its id: small letters, digits, hyphens; fixed for ever.") var machine:
            String
        @Option(help: "Its name.") var name: String
        @Option(help: "Id of its area.") var area: String?
        func ask(_ client: BoxClient) async throws {
            var facts: [String: Any] = ["id": machine, "name": name]
            if let area { facts["area"] = area }
            try await say(client, "machine.added", facts)
            global.console.say("\(name) is there. Give it signals: millwright factory export")
        }
    }

    struct Rename: Asking {
        static let configuration = CommandConfiguration(abstract: "Rename a machine.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its id.") var machine: String
        @Argument(help: "Its new name.") var name: String
        func ask(_ client: BoxClient) async throws {
            try await say(client, "machine.changed", ["id": machine, "name": name])
            global.console.say("It is called \(name) now.")
        }
    }

    struct Retire: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Take a machine out of use; its history stays.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its id.") var machine: String
        @Flag(help: "Bring it back instead.") var back = false
        func ask(_ client: BoxClient) async throws {
            try await say(client, "machine.retired", ["id": machine, "retired": !back])
            global.console.say(back ? "\(machine) is back." : "\(machine) is out of use.")
        }
    }
}

extension Asking {
    /// Says one thing into the journal.
    func say(_ client: BoxClient, _ kind: String, _ facts: [String: Any]) async throws {
        let isSaid = kind.hasPrefix("stop.")
        try await client.ask(
            "POST", isSaid ? "/api/v1/journal" : "/api/v1/configuration",
            body: body(["kind": kind, "facts": facts]))
    }
}

/// Signals.
struct SignalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal", abstract: "Signals.",
        discussion: """
            Examples:
              millwright signal list
              millwright signal watch lathe-1/motor-current --json
            """,
        subcommands: [List.self, Read.self, Watch.self, Assign.self])

    struct List: Asking {
        static let configuration = CommandConfiguration(abstract: "All signals and newest values.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/signals?limit=1000")
            show(
                reply,
                columns: [
                    ("NUMBER", "id"), ("MACHINE", "machine"), ("SIGNAL", "slug"),
                    ("NAME", "name"), ("VALUE", "last.value"), ("UNIT", "unit"),
                    ("TIME", "last.time"), ("QUALITY", "last.quality"), ("ADDRESS", "address"),
                ])
        }
    }

    struct Read: Asking {
        static let configuration = CommandConfiguration(abstract: "Newest value of a signal.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "machine/signal, or a number.") var signal: String
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/signals/" + signal)
            if global.json { return global.console.data(reply.text) }
            let unit = reply.object["unit"] as? String ?? ""
            let last = reply.object["last"] as? [String: Any] ?? [:]
            let value = last["value"].map { "\($0)" } ?? "nothing yet"
            let time = last["time"] as? String ?? ""
            global.console.data("\(value) \(unit)  \(time)")
        }
    }

    struct Watch: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Values of a signal as they arrive, until Ctrl-C.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "machine/signal, or a number.") var signal: String
        @Option(help: "Stop after so many values.") var count: Int?
        func ask(_ client: BoxClient) async throws {
            var last = ""
            var left = count ?? Int.max
            while left > 0 {
                let reply = try await client.ask("GET", "/api/v1/signals/" + signal)
                let newest = reply.object["last"] as? [String: Any] ?? [:]
                let time = newest["time"] as? String ?? ""
                if time != last, !time.isEmpty {
                    last = time
                    left -= 1
                    if global.json {
                        global.console.data(reply.text)
                    } else {
                        let value = newest["value"].map { "\($0)" } ?? ""
                        let unit = reply.object["unit"] as? String ?? ""
                        global.console.data("\(time)  \(value) \(unit)")
                    }
                }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    struct Assign: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Say which machine a signal belongs to; its stored history comes along.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Number of the signal, from signal list.") var number: UInt32
        @Argument(help: "machine/signal: the machine's id and an id for the signal.")
        var place: String
        func ask(_ client: BoxClient) async throws {
            let parts = place.split(separator: "/").map(String.init)
            guard parts.count == 2 else {
                throw Complaint(
                    .wrongUse, "“\(place)” does not name a machine and a signal.",
                    next: "Write it as lathe-1/motor-current.")
            }
            try await client.ask(
                "POST", "/api/v1/signals/\(number)/assign",
                body: body(["machine": parts[0], "signal": parts[1]]))
            global.console.say("Signal \(number) is \(place) now, with its history.")
        }
    }
}

/// Reasons for stops.
struct ReasonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reason", abstract: "Reasons for stops.",
        discussion: """
            Examples:
              millwright reason list
              millwright reason set press-brake tooling --at 2026-11-13T11:05:00Z
            """,
        subcommands: [List.self, Set.self])

    struct List: Asking {
        static let configuration = CommandConfiguration(abstract: "All reasons.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/reasons")
            show(reply, columns: [("REASON", "id"), ("NAME", "name"), ("LOSS", "loss")])
        }
    }

    struct Set: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Say why a machine stands, or stood at a moment.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Id of the machine.") var machine: String
        @Argument(help: "Id of the reason.") var reason: String
        @Option(help: "A moment inside the stop; now by default.") var at: String = "now"
        @Option(help: "What more there is to say.") var detail: String = ""
        func ask(_ client: BoxClient) async throws {
            try await say(
                client, "stop.reason",
                [
                    "machine": machine, "reason": reason, "detail": detail,
                    "at": try DateWords.rfc3339(at),
                ])
            global.console.say("Saved.")
        }
    }
}

/// What happened.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "What happened.",
        discussion: """
            Examples:
              millwright events tail
              millwright events tail --since 1h --json
            """,
        subcommands: [Tail.self])

    struct Tail: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Entries of the journal, newest last.")
        @OptionGroup var global: GlobalOptions
        @Option(help: "From when on, such as 1h.") var since: String = "1h"
        @Option(help: "At most so many.") var limit: Int = 50
        func ask(_ client: BoxClient) async throws {
            let from = path(try DateWords.rfc3339(since))
            let reply = try await client.ask(
                "GET", "/api/v1/journal?limit=\(limit)&from=\(from)")
            let items = (reply.object["items"] as? [[String: Any]] ?? []).reversed()
            for item in items {
                if global.json {
                    global.console.data(Console.json(item))
                } else {
                    let line = [
                        item["recorded"] as? String ?? "", item["actor"] as? String ?? "",
                        item["kind"] as? String ?? "",
                        Console.json(item["facts"] as? [String: Any] ?? [:]),
                    ]
                    global.console.data(line.joined(separator: "  "))
                }
            }
            if items.isEmpty { global.console.say("Nothing happened since then.") }
        }
    }
}
