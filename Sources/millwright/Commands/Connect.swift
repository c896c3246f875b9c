// The wizard in the terminal: what answers, its values now, and "Yes, this is right".

import ArgumentParser
import Foundation

/// `millwright connect`.
struct ConnectCommand: Asking {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Connect a machine: look at its values, then say yes.",
        discussion: """
            Examples:
              millwright connect 192.168.1.47 --is eastron-sdm630 --name "Lathe 3"
              millwright connect 192.168.1.50:4840 --is opc-ua --name "Press 2" --save

            Reads only. Nothing is stored as real without --save and a yes.
            What it can be: millwright profile list
            """)
    @OptionGroup var global: GlobalOptions
    @Argument(help: "Where it answers: host, host:port, or a port such as /dev/ttyUSB0.")
    var address: String
    @Option(name: .customLong("is"), help: "The device, its profile, or a language: opc-ua, mqtt.")
    var what: String
    @Option(help: "The machine's name.") var name: String
    @Option(help: "Where it stands.") var area: String?
    @Option(help: "Unit number, where it was changed.") var unit: Int?
    @Option(help: "Signals with commas; those suggested when left out.") var signals: String?
    @Option(help: "The signal that tells whether it runs.") var running: String?
    @Option(help: "The level above which it runs.") var above: String?
    @Option(name: .customLong("set"), help: "What only the firm knows: device=shelly-1.")
    var placeholders: [String] = []
    @Option(help: "How many seconds of values are looked at, 3 to 600.") var watch = 5
    @Flag(help: "Make it real after a yes; --yes answers it.") var save = false

    static var usualWait: String { "60s" }

    func validate() throws {
        guard (3...600).contains(watch) else {
            throw ValidationError("--watch takes 3 to 600 seconds.")
        }
    }

    func ask(_ client: BoxClient) async throws {
        var draft = try await begin(client)
        let id = draft["id"] as? String ?? ""
        let place = "/api/v1/connect/" + path(id)
        do {
            draft = try await change(client, place, draft)
            draft = try await look(client, place)
        } catch {
            try await client.ask("DELETE", place)
            throw error
        }
        guard save else {
            try await client.ask("DELETE", place)
            global.console.say(
                "Nothing was stored. Add --save to record it, or go on at /connect in a browser.")
            return
        }
        let question = "Is this right? Record \(name) from now on?"
        guard global.console.confirm(question, yes: global.yes, mayAsk: !global.noInput) else {
            global.console.say("Nothing is recorded. Go on in a browser: /connect/\(id)/check")
            return
        }
        let reply = try await client.ask("POST", place + "/confirm", body: body([:]))
        if global.json { return global.console.data(reply.text) }
        let machine = reply.object["machine"] as? String ?? ""
        global.console.say("\(name) is recorded: /m/\(machine)")
    }

    private func begin(_ client: BoxClient) async throws -> [String: Any] {
        var facts: [String: Any] = ["what": what, "address": address]
        if let unit { facts["unit"] = unit }
        var filled: [String: String] = [:]
        for text in placeholders {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw Complaint(
                    .wrongUse, "“\(text)” says nothing.",
                    next: "Write such as --set device=shelly-1.")
            }
            filled[parts[0]] = parts[1]
        }
        if !filled.isEmpty { facts["placeholders"] = filled }
        return try await client.ask("POST", "/api/v1/connect", body: body(facts)).object
    }

    private func change(
        _ client: BoxClient, _ place: String, _ draft: [String: Any]
    ) async throws -> [String: Any] {
        var facts: [String: Any] = ["name": name]
        if let area { facts["area"] = area }
        let offered = draft["signals"] as? [[String: Any]] ?? []
        if let signals {
            facts["choose"] = signals.split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        } else if !offered.contains(where: { $0["is_chosen"] as? Bool == true }) {
            let ids = offered.compactMap { $0["id"] as? String }
            throw Complaint(
                .wrongUse, "It offers \(ids.count) signals, and none is suggested.",
                why: ids.prefix(40).joined(separator: ", "),
                next: "Choose some: --signals " + ids.prefix(2).joined(separator: ","))
        }
        var reply = try await client.ask("POST", place, body: body(facts)).object
        guard running != nil || above != nil else { return reply }
        // The trace decides what a signal is, so it is read first.
        try await Task.sleep(for: .seconds(2))
        var state: [String: Any] = [:]
        let known = reply["running"] as? [String: Any]
        state["signal"] = running ?? known?["signal"] as? String
        if let above { state["above"] = above }
        reply = try await client.ask("POST", place, body: body(["running": state])).object
        return reply
    }

    /// Looks for some seconds, prints what was seen.
    private func look(_ client: BoxClient, _ place: String) async throws -> [String: Any] {
        var reply = try await client.ask("GET", place)
        for _ in 0..<watch {
            try await Task.sleep(for: .seconds(1))
            reply = try await client.ask("GET", place)
        }
        if global.json {
            if !save { global.console.data(reply.text) }
            return reply.object
        }
        let draft = reply.object
        let rows = (draft["signals"] as? [[String: Any]] ?? []).map { signal in
            [
                signal["is_chosen"] as? Bool == true ? "yes" : "", signal["id"] as? String ?? "",
                signal["name"] as? String ?? "", signal["shown"] as? String ?? "",
                signal["says"] as? String ?? "",
            ]
        }
        global.console.data(
            Console.table([["RECORD", "SIGNAL", "NAME", "NOW", "WHAT WE SEE"]] + rows))
        global.console.say(draft["says"] as? String ?? "")
        if let state = draft["running"] as? [String: Any], let signal = state["signal"] {
            let mark = (state["above"] as? Double).map { " above \($0)" } ?? ""
            global.console.say("It runs by \(signal)\(mark): \(draft["state"] ?? "unknown") now.")
        } else {
            global.console.say(
                "How it runs is not known yet: name a signal and a level with --running and --above."
            )
        }
        guard draft["is_up"] as? Bool == true else {
            throw Complaint(
                .cannotReach, "No answer from \(address).", why: draft["says"] as? String ?? "",
                next: "Check the address, the cable and whether the device is switched on.")
        }
        return draft
    }
}
