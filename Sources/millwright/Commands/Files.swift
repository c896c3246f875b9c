// Whole sites as text, spreadsheets in, data out.

import ArgumentParser
import Foundation

/// The whole site as text.
struct FactoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "factory", abstract: "The whole site as one text file.",
        discussion: """
            Examples:
              millwright factory export > factory.toml
              millwright factory apply factory.toml
            """,
        subcommands: [Export.self, Check.self, Diff.self, Apply.self])

    struct Export: Asking {
        static let usualWait = BoxClient.longWait
        static let configuration = CommandConfiguration(abstract: "Write the site as text.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/factory", accept: "application/toml")
            global.console.data(reply.text.trimmingCharacters(in: .newlines))
        }
    }

    struct Check: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Check a file; every flaw has line and column.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The file.") var file: String
        func ask(_ client: BoxClient) async throws {
            _ = try await send(client, file, apply: false)
            global.console.say("\(file) is right.")
        }
    }

    struct Diff: Asking {
        static let configuration = CommandConfiguration(
            abstract: "What a file would change; exit 0 when nothing.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The file.") var file: String
        func ask(_ client: BoxClient) async throws {
            let reply = try await send(client, file, apply: false)
            if global.json { return global.console.data(reply.text) }
            printChanges(reply)
        }
    }

    struct Apply: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Make the site what the file says; shows the difference first.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The file.") var file: String
        func ask(_ client: BoxClient) async throws {
            let preview = try await send(client, file, apply: false)
            let changes = preview.object["changes"] as? [String] ?? []
            if changes.isEmpty { return global.console.say("Nothing to change.") }
            if !global.json { printChanges(preview) }
            if !global.yes {
                guard !global.noInput, isatty(0) == 1 else {
                    throw Complaint(
                        .notAllowed, "\(changes.count) changes wait for a yes.",
                        next: "Run it again with --yes.")
                }
                global.console.say("Do this? [y/N]")
                guard readLine()?.lowercased().hasPrefix("y") == true else {
                    return global.console.say("Nothing was changed.")
                }
            }
            let reply = try await send(client, file, apply: true)
            if global.json { return global.console.data(reply.text) }
            global.console.say("Done: \(changes.count) changes.")
        }
    }
}

extension Asking {
    fileprivate func send(
        _ client: BoxClient, _ file: String, apply: Bool
    ) async throws -> BoxClient.Reply {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Complaint(
                .wrongUse, "Cannot read \(file).",
                why: "It does not exist, or you may not read it.",
                next: "Give the path of a factory file.")
        }
        let name = URL(fileURLWithPath: file).lastPathComponent
        return try await client.ask(
            "POST", "/api/v1/factory?apply=\(apply ? 1 : 0)&name=\(path(name))", body: Array(data),
            type: "application/toml")
    }

    fileprivate func printChanges(_ reply: BoxClient.Reply) {
        let changes = reply.object["changes"] as? [String] ?? []
        if changes.isEmpty { global.console.say("Nothing to change.") }
        for change in changes { global.console.data("+ " + change) }
    }
}

/// Bringing in a spreadsheet.
struct ImportCommand: Asking {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring in a CSV file; prints rows taken and refused.",
        discussion: """
            Examples:
              millwright import energy.csv --map energy.map.toml --dry-run
              millwright import --undo 1
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The file.") var file: String?
    @Option(help: "What each column is; guessed when left out.") var map: String?
    @Flag(help: "Show what would happen and store nothing.") var dryRun = false
    @Option(help: "Write refused rows with their reasons to this file.") var refused: String?
    @Option(help: "Take back the import of this number.") var undo: Int?

    func ask(_ client: BoxClient) async throws {
        if let undo {
            try await client.ask("POST", "/api/v1/imports/\(undo)/undo", body: Array("{}".utf8))
            return global.console.say("Import \(undo) no longer counts.")
        }
        guard let file, let data = FileManager.default.contents(atPath: file) else {
            throw Complaint(
                .wrongUse, "Cannot read \(file ?? "a file that was not named").",
                next: "Give the path of a CSV file.")
        }
        var mapping = ""
        if let map {
            guard let text = try? String(contentsOfFile: map, encoding: .utf8) else {
                throw Complaint(
                    .wrongUse, "Cannot read the mapping \(map).",
                    next: "Give the path of a mapping, or leave --map out.")
            }
            mapping = text
        }
        let name = URL(fileURLWithPath: file).lastPathComponent
        let reply = try await client.ask(
            "POST",
            "/api/v1/import?name=\(path(name))&dry_run=\(dryRun ? 1 : 0)&mapping=\(path(mapping))",
            body: Array(data), type: "text/csv")
        report(reply)
        let refusedCount = reply.object["refused"] as? Int ?? 0
        if let refused, let rows = reply.object["refused_rows"] as? String {
            try rows.write(toFile: refused, atomically: true, encoding: .utf8)
        }
        guard refusedCount == 0 else {
            let taken = reply.object["taken"] as? Int ?? 0
            throw Complaint(
                taken > 0 ? .partlyDone : .inputRefused, "\(refusedCount) rows were refused.",
                why: lines(reply).prefix(10).joined(separator: "\n"),
                next: refused.map { "They stand in \($0) with their reasons." }
                    ?? "Write them to a file with --refused FILE, correct them, import that file.")
        }
    }

    private func lines(_ reply: BoxClient.Reply) -> [String] {
        (reply.object["errors"] as? [[String: Any]] ?? []).map {
            "\($0["field"] ?? ""): \($0["says"] ?? "")"
        }
    }

    private func report(_ reply: BoxClient.Reply) {
        if global.json { return global.console.data(reply.text) }
        for note in reply.object["notes"] as? [String] ?? [] { global.console.say(note) }
        let object = reply.object
        func value(_ key: String) -> String { object[key].map { "\($0)" } ?? "0" }
        global.console.data(
            "\(value("taken")) rows \(dryRun ? "would be taken" : "taken"), "
                + "\(value("refused")) refused, \(value("samples")) samples.")
        if let number = object["import"] as? Int, !dryRun {
            global.console.data("Take it back with: millwright import --undo \(number)")
        }
    }
}

/// Data out.
struct Export: Asking {
    static let usualWait = BoxClient.longWait
    static let configuration = CommandConfiguration(
        abstract: "Write data as CSV, JSON or NDJSON.",
        discussion: """
            Examples:
              millwright export stops --from 3d --format csv > stops.csv
              millwright export signals --from 2026-11-13 --to 2026-11-14 --format ndjson
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "states, stops, signals, counts, energy or events.") var what: String
    @Option(help: "From when.") var from: String = "7d"
    @Option(help: "Until when.") var to: String = "now"
    @Option(help: "csv, json or ndjson.") var format: String = "csv"
    @Option(help: "Only this machine.") var machine: String?
    @Option(help: "Write to this file.") var out: String?

    func ask(_ client: BoxClient) async throws {
        let types = [
            "csv": "text/csv", "json": "application/json", "ndjson": "application/x-ndjson",
        ]
        guard let type = types[format] else {
            throw Complaint(
                .wrongUse, "“\(format)” is no format.", next: "Use csv, json or ndjson.")
        }
        var query =
            "from=\(path(try DateWords.rfc3339(from)))&to=\(path(try DateWords.rfc3339(to)))"
        if let machine { query += "&machine=\(path(machine))" }
        let target = try OutputFile(out, replaces: global.yes)
        var failed: [UInt8] = []
        var isFailing = false
        let status = try await client.stream(
            "GET", "/api/v1/export/\(path(what))?\(query)", accept: type
        ) { piece in
            if isFailing || (failed.isEmpty && piece.starts(with: Array("{\"detail\"".utf8))) {
                isFailing = true
                failed.append(contentsOf: piece)
            } else {
                try target.write(piece)
            }
        }
        guard (200..<300).contains(status) else {
            let object =
                // An answer that is no document has no words; its status is shown instead.
                (try? JSONSerialization.jsonObject(with: Data(failed)) as? [String: Any]) ?? [:]
            throw Complaint(
                status == 404 ? .notFound : .failed,
                object["detail"] as? String ?? object["title"] as? String
                    ?? "The box answered \(status).",
                next: "Use one of: states, stops, signals, counts, energy, events.")
        }
        try target.finish()
        if let out { global.console.say("Written to \(out).") }
    }
}
