// People and devices from the command line.

import ArgumentParser
import Foundation

/// People who may come in.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People who may come in.",
        discussion: """
            Examples:
              millwright user add "Dave Hollins" --role supervisor
              millwright user reset dave-hollins
            """,
        subcommands: [Add.self, List.self, Reset.self, SetRole.self, Remove.self])

    struct Add: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Add a person; the code to choose a pass phrase is shown once.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The person's name.") var name: String
        @Option(
            help: "viewer, operator, supervisor, engineer, administrator or auditor.")
        var role = "operator"
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask(
                "POST", "/api/v1/people", body: body(["name": name, "role": role]))
            if global.json { return global.console.data(reply.text) }
            global.console.say("\(name) opens the page /join and types this code; it works once.")
            global.console.data(reply.object["code"] as? String ?? "")
        }
    }

    struct List: Asking {
        static let configuration = CommandConfiguration(abstract: "Everybody who may come in.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/people")
            show(
                reply,
                columns: [
                    ("ID", "id"), ("NAME", "name"), ("ROLE", "role"),
                    ("PASS PHRASE", "has_pass_phrase"), ("SECOND FACTOR", "has_second_factor"),
                ])
        }
    }

    struct Reset: Asking {
        static let configuration = CommandConfiguration(
            abstract: "A fresh code for a person who lost the pass phrase.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Their id, from user list.") var id: String
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("POST", "/api/v1/people/\(path(id))/code")
            if global.json { return global.console.data(reply.text) }
            global.console.say("They open the page /join and type this code; it works once.")
            global.console.data(reply.object["code"] as? String ?? "")
        }
    }

    struct SetRole: Asking {
        static let configuration = CommandConfiguration(
            commandName: "role", abstract: "Give a person another role.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Their id, from user list.") var id: String
        @Argument(help: "viewer, operator, supervisor, engineer, administrator or auditor.")
        var role: String
        func ask(_ client: BoxClient) async throws {
            try await client.ask(
                "POST", "/api/v1/people/\(path(id))/role", body: body(["role": role]))
            global.console.say("The role is set; their sessions ended.")
        }
    }

    struct Remove: Asking {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "A person may no longer come in.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Their id, from user list.") var id: String
        func ask(_ client: BoxClient) async throws {
            try await client.ask("DELETE", "/api/v1/people/" + path(id))
            global.console.say("They may no longer come in; their sessions ended.")
        }
    }
}

/// Paired tablets and boards.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Paired tablets and boards.",
        discussion: """
            Examples:
              millwright device list
              millwright device revoke 1a2b3c4d
            """,
        subcommands: [List.self, Revoke.self])

    struct List: Asking {
        static let configuration = CommandConfiguration(abstract: "All paired devices.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/devices")
            show(
                reply,
                columns: [
                    ("ID", "id"), ("NAME", "name"), ("KIND", "kind"), ("MACHINE", "machine"),
                    ("PAIRED", "created"), ("LAST USED", "used"),
                ])
        }
    }

    struct Revoke: Asking {
        static let configuration = CommandConfiguration(abstract: "Withdraw a device.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its id, from device list.") var id: String
        func ask(_ client: BoxClient) async throws {
            try await client.ask("DELETE", "/api/v1/devices/" + path(id))
            global.console.say("The device is withdrawn.")
        }
    }
}
