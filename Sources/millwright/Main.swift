// The command line: nouns, then verbs; every error in three lines; exit codes of ux 18.

import ArgumentParser
import Foundation
import Loop

/// The program.
@main
struct Millwright: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "millwright",
        abstract: "Shows what your machines do, where the time goes and what it costs.",
        discussion: """
            The five most useful commands:
              millwright serve            run the box, with a made-up factory until yours is there
              millwright status           how the box is doing
              millwright connect ADDRESS  look at a machine's values, then say yes
              millwright token create     let a program send samples
              millwright import F.csv     bring in a spreadsheet
            """,
        subcommands: [
            Serve.self, Demo.self, Setup.self, Status.self, Doctor.self, MachineCommand.self,
            SignalCommand.self, FactoryCommand.self, ReasonCommand.self, TokenCommand.self,
            UserCommand.self, DeviceCommand.self, BackupCommand.self, ProfileCommand.self,
            ConnectCommand.self, ScanCommand.self, ProveCommand.self, ClockCommand.self,
            ImportCommand.self, Export.self, EventsCommand.self, Verify.self, HistoryCommand.self,
            ConfigCommand.self, Version.self,
        ])

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        print(Millwright.helpMessage(columns: 80))
        let client = try await BoxClient.running(global)
        guard let client else { return }
        print("A box is running on \(client.address).")
        try await client.close()
    }

    /// Runs a command and turns every error into three lines and an exit code.
    static func main() async {
        umask(0o077)  // What the box stores is for its own user.
        let words = Array(CommandLine.arguments.dropFirst())
        let console = Console(
            isJSON: words.contains("--json"), isQuiet: words.contains("--quiet"))
        do {
            var command = try parseAsRoot(words)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let complaint as Complaint {
            console.complain(complaint)
            Foundation.exit(complaint.reason.rawValue)
        } catch {
            let code = exitCode(for: error)
            guard code != .success, code.rawValue == 64 else { exit(withError: error) }
            console.complain(misuse(error, words: words))
            Foundation.exit(ExitReason.wrongUse.rawValue)
        }
    }

    /// A parser's error in three lines, with the nearest command where one was misspelt.
    private static func misuse(_ error: any Error, words: [String]) -> Complaint {
        let lines = fullMessage(for: error).split(separator: "\n").map(String.init)
        let what = lines.first.map { $0.replacingOccurrences(of: "Error: ", with: "") } ?? ""
        var name = "millwright"
        var stranger = words.first
        var known: [String] = []
        for command in configuration.subcommands { known.append(command._commandName) }
        for command in configuration.subcommands where command._commandName == words.first {
            name += " " + command._commandName
            stranger = words.dropFirst().first
            known = []
            for inner in command.configuration.subcommands { known.append(inner._commandName) }
        }
        var next = "See how it is used: \(name) --help"
        if let stranger, !stranger.hasPrefix("-"), !known.contains(stranger),
            let nearest = NearestWord.find(stranger, among: known)
        {
            next = "Did you mean: \(name) \(nearest)?"
        }
        return Complaint(
            .wrongUse, "This cannot be understood: millwright \(words.joined(separator: " "))",
            why: what, next: next)
    }
}

/// Flags that every command takes.
struct GlobalOptions: ParsableArguments {
    @Flag(help: "One JSON document on standard output, or NDJSON for streams.")
    var json = false
    @Flag(help: "No commentary.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "More detail; twice for protocol bytes.")
    var verbose: Int
    @Flag(help: "No colour (also with NO_COLOR set).")
    var noColor = false
    @Flag(help: "Never ask.")
    var noInput = false
    @Flag(name: .shortAndLong, help: "Answer every question with yes.")
    var yes = false
    @Option(help: "Settings file.")
    var config: String?
    @Option(help: "Data folder.")
    var data: String?
    @Option(help: "Address of a box, such as http://127.0.0.1:8420.")
    var server: String?
    @Option(help: "File with a token for --server.")
    var tokenFile: String?
    @Option(help: "Longest wait for an answer, such as 30s, the default of most commands.")
    var timeout: String?

    /// The terminal as these flags shape it.
    var console: Console { Console(isJSON: json, isQuiet: quiet) }
}
