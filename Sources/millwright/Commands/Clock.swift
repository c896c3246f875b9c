// The clock of the box, where it cannot be right by itself.

import ArgumentParser

/// The clock.
struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock", abstract: "The clock, where it stands before what is stored.",
        discussion: """
            Examples:
              millwright clock believe
            """,
        subcommands: [Believe.self])

    struct Believe: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Say that this computer's clock is right, though something later is stored.")
        @OptionGroup var global: GlobalOptions
        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("POST", "/api/v1/clock/believed")
            if global.json { return global.console.data(reply.text) }
            let isNew = reply.object["was_doubted"] as? Bool ?? false
            global.console.say(
                isNew
                    ? "The clock is believed. Samples since the start were moved."
                    : "The clock is believed already.")
        }
    }
}
