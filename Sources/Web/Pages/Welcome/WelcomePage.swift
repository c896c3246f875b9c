// The first page: three ways to start, each with an honest time.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of Welcome shows.
struct WelcomeModel: Sendable {
    let frame: PageFrame
    let lookWords: String
    let hasOwner: Bool
    let protectAddress: String
}

/// `GET /welcome` and `GET /`.
enum WelcomePage {
    static func answer(_ ask: Ask) async throws -> Response {
        let facts = try await ask.site.box.facts()
        let isMadeUp = ask.world.kind == .demonstrator
        let count = ask.world.factory.activeMachines.count
        let machines = Plain.count(Int64(count), "machine", "machines")
        let sentence =
            isMadeUp
            ? "A small factory with \(machines) is already running here. It is made up."
                + " Yours can be next."
            : count == 0
                ? "This box is ready for your first machine. It has 0 so far."
                : "This box looks after \(machines)."
        let age = ask.world.time - facts.started
        let model = WelcomeModel(
            frame: ask.frame(
                title: "Welcome", ask: "Where do I start?", sentence: sentence,
                cells: [
                    .init(
                        label: "Started",
                        value: age.seconds < 60 ? "just now" : Plain.age(age) + " ago"),
                    .init(
                        label: "On this box",
                        value: HostGuard.host(ask.request.head.authority ?? "")
                    ),
                    .init(label: "Sent to the internet", value: "Nothing"),
                ]),
            lookWords: isMadeUp
                ? "\(Plain.word(count)) machines, six weeks of history, problems waiting."
                    + " Nothing you do here can break anything."
                : "See each machine, where the time went, and how every number was made.",
            hasOwner: facts.hasOwner, protectAddress: facts.hasOwner ? "/about" : "/setup")
        return try ask.page(model, template: "welcome")
    }

    /// `GET /`: the page Now, on a paired device the device's own page.
    static func root(_ ask: Ask) async throws -> Response {
        Answer.go(to: try await Home.address(ask))
    }
}
