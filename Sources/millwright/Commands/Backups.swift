// Backups from the command line; restoring needs no running box.

import ArgumentParser
import Foundation
import Loop
import Plant

/// Backups.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Make, list, prove and restore backups.",
        discussion: """
            Examples:
              millwright backup create
              millwright backup restore millwright-2026-11-13-0300.mwbackup --key-file key.txt
            """,
        subcommands: [Create.self, List.self, Prove.self, Key.self, Restore.self])

    struct Create: Asking {
        static let usualWait = BoxClient.longWait
        static let configuration = CommandConfiguration(
            abstract: "Make a backup now; recording goes on.")
        @OptionGroup var global: GlobalOptions
        @Option(help: "A folder to write to instead of the usual places.") var to: String?
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask(
                "POST", "/api/v1/backups", body: body(["to": to.map(absolute) ?? ""]))
            if global.json { return global.console.data(reply.text) }
            global.console.data(reply.object["path"] as? String ?? "")
        }

        private func absolute(_ path: String) -> String { URL(filePath: path).path }
    }

    struct List: Asking {
        static let configuration = CommandConfiguration(abstract: "All backups, newest first.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/backups")
            show(
                reply,
                columns: [
                    ("MADE", "made"), ("BYTES", "bytes"), ("BY", "program"), ("FILE", "path"),
                ])
            let proved = reply.object["last_proved"] as? String
            global.console.say("Last proved: " + (proved ?? "never"))
        }
    }

    struct Prove: Asking {
        static let usualWait = BoxClient.longWait
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Restore a backup into a scratch place, walk it and compare.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The file; the newest when left out.") var file: String?
        @Option(help: "File with the backup key, for a backup of another box.")
        var keyFile: String?
        func ask(_ client: BoxClient) async throws {
            var content: [String: Any] = [:]
            if let file { content["path"] = URL(filePath: file).path }
            if let keyFile { content["key"] = try BackupCommand.key(keyFile) }
            let reply = try await client.ask(
                "POST", "/api/v1/backups/verify", body: body(content))
            if global.json { return global.console.data(reply.text) }
            global.console.data("Proved: " + (reply.object["path"] as? String ?? ""))
        }
    }

    struct Key: Asking {
        static let configuration = CommandConfiguration(
            abstract: "The key that opens backups on any box; print it and keep it elsewhere.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("POST", "/api/v1/backups/key")
            if global.json { return global.console.data(reply.text) }
            global.console.data(reply.object["key"] as? String ?? "")
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Restore a backup; the data that is there is kept aside.",
            discussion: """
                The box must not be running on the data folder. Shows what is in the backup, asks, \
                checks every byte, and swaps it in; what was there before lies beside it.
                """)
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The backup file.") var file: String
        @Option(help: "File with the backup key, from the printed sheet; - for standard input.")
        var keyFile: String

        func run() async throws {
            let settings = try SettingsLoading.load(global)
            do {
                let facts = try Restoring.facts(file)
                global.console.say(
                    "\(facts.site.isEmpty ? "A box without a name" : facts.site), made"
                        + " \(facts.made.rfc3339), \(facts.files) files,"
                        + " \(facts.content) bytes, by version \(facts.program).")
                guard
                    global.console.confirm(
                        "Replace the data in \(settings.data)? What is there is kept aside.",
                        yes: global.yes, mayAsk: !global.noInput)
                else {
                    throw Complaint(
                        .notAllowed, "Nothing was changed.", next: "Say --yes to restore.")
                }
                let lock = try DataLock(folder: settings.data, isNetworkAllowed: true)
                let ready = try withExtendedLifetime(lock) {
                    try Restoring.prepare(
                        file, keyText: try BackupCommand.key(keyFile), data: settings.data,
                        now: SystemClocks.wall())
                }
                global.console.say(
                    "Checked and laid ready. Start the box: it swaps the data in and says so."
                        + " The data before will lie in \(ready.keptAside).")
            } catch let refused as BackupRefused {
                throw Complaint(
                    .failed, refused.says, why: refused.why, next: refused.remedy)
            } catch let refusal as DataFolderRefused {
                let words = refusal.words
                throw Complaint(.busy, words.says, why: words.why, next: words.remedy)
            }
        }
    }

    /// The key in a file or on standard input.
    static func key(_ path: String) throws -> String {
        let text: String?
        if path == "-" {
            text = readLine(strippingNewline: true)
        } else {
            // Whatever the reason, the complaint below says what to do.
            text = try? String(contentsOfFile: path, encoding: .utf8)
        }
        guard let text, !text.isEmpty else {
            throw Complaint(
                .notFound, "There is no key in \(path).",
                next: "Write the key of the printed sheet into a file.")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
