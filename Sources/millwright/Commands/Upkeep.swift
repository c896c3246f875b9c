// Status, setting up, tokens, checking, settings, version.

import ArgumentParser
import Foundation
import Loop
import Plant

/// How the box does.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How the box does; exit 0 only if it is healthy.",
        discussion: """
            Examples:
              millwright status
              millwright status --json
            """)

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        guard let client = try await BoxClient.running(global) else {
            throw Complaint(
                .cannotReach, "No box is running on this data folder.",
                next: "Start it: millwright serve")
        }
        let reply = try await client.ask("GET", "/api/v1/about")
        let warnings = reply.object["warnings"] as? [String] ?? []
        let isHealthy =
            reply.object["is_ready"] as? Bool ?? false
            && !warnings.contains { $0.hasPrefix("Safe mode") }
        if global.json {
            global.console.data(reply.text)
        } else {
            let object = reply.object
            func value(_ key: String) -> String { object[key].map { "\($0)" } ?? "" }
            global.console.data(
                Console.table([
                    ["Box", client.address], ["Version", value("version")],
                    ["World", value("world")], ["Samples stored", value("samples")],
                    ["Journal entries", value("entries")], ["Bytes on disk", value("bytes")],
                ]))
            for warning in warnings { global.console.data("! " + warning) }
            global.console.data(isHealthy ? "Healthy." : "Not healthy.")
        }
        if !isHealthy {
            throw Complaint(
                .failed, "The box is not healthy.", why: warnings.joined(separator: "\n"),
                next: "See millwright doctor.")
        }
    }
}

/// Makes the first administrator without a browser.
struct Setup: Asking {
    static let makesBox = true
    static let configuration = CommandConfiguration(
        abstract: "Name the owner of this box and set the pass phrase.",
        discussion: """
            Examples:
              millwright setup --name "Dave Hollins" --pass-phrase-file phrase.txt
              echo "three odd words here" | millwright setup --name Dave --pass-phrase-file -
            """)

    @OptionGroup var global: GlobalOptions
    @Option(help: "Your name.") var name: String
    @Option(help: "File that holds the pass phrase; - for standard input.")
    var passPhraseFile: String

    func ask(_ client: BoxClient) async throws {
        let phrase: String
        if passPhraseFile == "-" {
            phrase = readLine() ?? ""
        } else {
            guard let text = try? String(contentsOfFile: passPhraseFile, encoding: .utf8) else {
                throw Complaint(
                    .wrongUse, "Cannot read the file \(passPhraseFile).",
                    next: "Give a file that holds the pass phrase and nothing else.")
            }
            phrase = text
        }
        let bare = phrase.trimmingCharacters(in: .newlines)
        let reply = try await client.ask(
            "POST", "/api/v1/setup", body: body(["name": name, "pass_phrase": bare]))
        if global.json { return global.console.data(reply.text) }
        global.console.say("\(name) owns this box now. Sign in with your pass phrase.")
        let codes = reply.object["recovery_codes"] as? [String] ?? []
        guard !codes.isEmpty else { return }
        global.console.say(
            "Print these recovery codes; each opens the box once, and they are shown only now.")
        global.console.data(codes.joined(separator: "\n"))
        global.console.say("The key that opens backups: millwright backup key")
    }
}

/// Tokens of programs.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens of programs.",
        discussion: """
            Examples:
              millwright token create --name telegraf --scope write
              millwright token list
            """,
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: Asking {
        static let usualWait = BoxClient.longWait
        static let configuration = CommandConfiguration(
            abstract: "Make a token; its text is shown once.")
        @OptionGroup var global: GlobalOptions
        @Option(help: "What it is for.") var name: String
        @Option(help: "What it may do: read, enter, configure, write, audit, admin.")
        var scope: [String] = ["write"]
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask(
                "POST", "/api/v1/tokens", body: body(["name": name, "scopes": scope]))
            if global.json { return global.console.data(reply.text) }
            global.console.say("Keep it now: it is not shown again.")
            global.console.data(reply.object["token"] as? String ?? "")
        }
    }

    struct List: Asking {
        static let configuration = CommandConfiguration(abstract: "All tokens.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/tokens")
            show(
                reply,
                columns: [
                    ("ID", "id"), ("NAME", "name"), ("SCOPES", "scopes"), ("MADE", "created"),
                    ("LAST USED", "used"), ("ENDED", "revoked"),
                ])
        }
    }

    struct Revoke: Asking {
        static let configuration = CommandConfiguration(abstract: "End a token.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its id, from token list.") var id: String
        func ask(_ client: BoxClient) async throws {
            try await client.ask("DELETE", "/api/v1/tokens/" + path(id))
            global.console.say("The token is ended.")
        }
    }
}

/// Walks everything stored.
struct Verify: Asking {
    static let usualWait = BoxClient.longWait
    static let configuration = CommandConfiguration(
        abstract: "Walk the hash chain and every checksum; name the first bad entry.",
        discussion: """
            Examples:
              millwright verify
              millwright verify --rebuild --json
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Also rebuild everything that is derived, and compare.") var rebuild = false

    func ask(_ client: BoxClient) async throws {
        let bar = ProgressBar(global.console, title: "Verifying")
        var buffer: [UInt8] = []
        var report: [String: Any] = [:]
        let status = try await client.stream(
            "POST", "/api/v1/verify?rebuild=\(rebuild ? 1 : 0)", accept: "application/x-ndjson"
        ) { piece in
            buffer.append(contentsOf: piece)
            while let end = buffer.firstIndex(of: 0x0A) {
                let line = Data(buffer[..<end])
                buffer.removeSubrange(...end)
                let object = try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
                if let done = object["done"] as? Int, let total = object["total"] as? Int {
                    bar.show(done, of: total)
                } else {
                    report = object
                }
            }
        }
        bar.finish()
        guard (200..<300).contains(status) else {
            throw Complaint(
                .failed, "The box did not verify: it answered \(status).",
                why: String(decoding: buffer, as: UTF8.self), next: "See millwright doctor.")
        }
        if global.json { global.console.data(Console.json(report)) }
        let findings = report["findings"] as? [String] ?? []
        guard report["sound"] as? Bool == true else {
            throw Complaint(
                .failed, "Something stored is damaged.", why: findings.joined(separator: "\n"),
                next: "Keep the folder as it is and restore a copy, or ask for help.")
        }
        if !global.json {
            let entries = report["entries"].map { "\($0)" } ?? "0"
            let chunks = report["chunks"].map { "\($0)" } ?? "0"
            let rebuilt = rebuild ? " Everything derived was rebuilt and is the same." : ""
            global.console.data("Sound: \(entries) entries, \(chunks) chunks.\(rebuilt)")
        }
    }
}

/// Settings.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Settings of the process.",
        discussion: """
            Examples:
              millwright config show
              millwright config explain ingest.loopback_without_token
            """,
        subcommands: [Show.self, Check.self, Explain.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Effective values, with where each came from.")
        @OptionGroup var global: GlobalOptions
        func run() async throws {
            let effective = try SettingsLoading.load(global).effective
            if global.json {
                let items = effective.map {
                    ["key": $0.key, "value": $0.value, "origin": $0.origin.rawValue]
                }
                return global.console.data(Console.json(["items": items]))
            }
            global.console.data(
                Console.table(effective.map { [$0.key, $0.value, $0.origin.rawValue] }))
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check the settings file.")
        @OptionGroup var global: GlobalOptions
        func run() async throws {
            _ = try SettingsLoading.load(global)
            global.console.say("The settings are right.")
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What one setting means.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its name.") var key: String
        func run() async throws {
            let effective = try SettingsLoading.load(global).effective
            guard let setting = effective.first(where: { $0.key == key }) else {
                let nearest = NearestWord.find(key, among: effective.map(\.key))
                throw Complaint(
                    .notFound, "`\(key)` is not a setting.",
                    next: nearest.map { "Did you mean `\($0)`?" }
                        ?? "See them all: millwright config show")
            }
            global.console.data(setting.sentence)
            global.console.data(
                "It is \(setting.value.isEmpty ? "empty" : setting.value)"
                    + " (\(setting.origin.rawValue)).")
        }
    }
}

/// The program's version.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Version of the program.")
    @OptionGroup var global: GlobalOptions
    func run() async throws {
        global.console.data(
            global.json
                ? Console.json(["name": "millwright", "version": ProgramVersion.text])
                : "millwright \(ProgramVersion.text)")
    }
}

/// The version of this program.
enum ProgramVersion {
    static let text = "0.1.0"

    /// When this program was built, as its file says: no clock can be right before it.
    static var built: Timestamp? {
        var facts = stat()
        guard unsafe stat("/proc/self/exe", &facts) == 0 else { return nil }
        return Timestamp(seconds: Int64(facts.st_mtim.tv_sec))
    }
}
