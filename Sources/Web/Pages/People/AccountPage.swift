// What a person does for themselves: pass phrase, second factor, own sessions.

import Hummingbird
import Loop
import Plant

/// What the template of the account shows.
struct AccountModel: Sendable {
    /// A session.
    struct Row: Sendable {
        let agent: String
        let since: String
        let used: String
        let isThis: Bool
    }

    let frame: PageFrame
    let name: String
    let hasFactor: Bool
    /// Whether a recovery code is asked for before a phone is set up.
    let asksRecovery: Bool
    /// Whether digits for tablets can be chosen, and whether they were.
    let mayHavePin: Bool
    let hasPin: Bool
    let recoveryWords: String
    let why: String?
    let seed: String?
    let drawing: SVGMarkup?
    let codes: [String]
    let hasCodes: Bool
    let rows: [Row]
    let hasOthers: Bool
    let flaw: String?
    let done: String?
}

/// `/account`.
enum AccountPage {
    static func answer(_ ask: Ask) async throws -> Response { try await page(ask) }

    private static func page(
        _ ask: Ask, flaw: EntranceRefused? = nil, done: String? = nil, codes: [String] = []
    ) async throws -> Response {
        let door = try ask.people()
        guard let (person, sessions) = try await door.account(session: ask.session) else {
            return Answer.go(to: "/sign-in?back=/account")
        }
        let clock = ask.clock
        let now = ask.world.time
        let offer = person.hasFactor ? nil : try await door.offerFactor(session: ask.session)
        let model = AccountModel(
            frame: ask.frame(
                title: "Your account", ask: "How do I come in?",
                sentence: "\(person.name) is signed in as \(person.role.rawValue).",
                cells: [
                    .init(label: "Second factor", value: person.hasFactor ? "Yes" : "Not yet")
                ]),
            name: person.name, hasFactor: person.hasFactor,
            asksRecovery: !person.hasFactor && person.recoveryCodes > 0
                && ask.context?.isLoopback != true,
            mayHavePin: person.role.actions.contains(.supervise), hasPin: person.hasPin,
            recoveryWords: person.recoveryCodes == 1
                ? "One recovery code is left."
                : "\(person.recoveryCodes) recovery codes are left.",
            why: ask.query["why"] == "second-factor" && !person.hasFactor
                ? "From another device, whoever looks after the box needs a second factor: a code"
                    + " from a phone, beside the pass phrase." : nil,
            seed: offer?.text,
            drawing: offer.flatMap {
                QRDrawing.drawing($0.address, label: "Second factor, to scan with a phone")
            }, codes: codes, hasCodes: !codes.isEmpty,
            rows: sessions.map {
                .init(
                    agent: $0.agent.isEmpty ? "A program" : $0.agent,
                    since: clock.moment($0.created, today: now),
                    used: clock.moment($0.used, today: now), isThis: $0.isThis)
            }, hasOthers: sessions.count > 1,
            flaw: flaw.map { $0.says + " " + $0.remedy }, done: done)
        return try ask.page(model, template: "account", refused: flaw)
    }

    /// `POST /account/pass-phrase`.
    static func changePassPhrase(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        return try await trying(ask) { door in
            try await door.changePassPhrase(
                session: ask.session, old: form["old"] ?? "", new: form["new"] ?? "",
                from: ask.origin)
            return ("The pass phrase is changed. Other sessions ended.", [])
        }
    }

    /// `POST /account/second-factor`.
    static func takeFactor(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        return try await trying(ask) { door in
            let codes = try await door.takeFactor(
                session: ask.session, code: form["code"] ?? "",
                recovery: form["recovery"] ?? "", from: ask.origin)
            return ("The second factor is set up.", codes)
        }
    }

    /// `POST /account/no-second-factor`.
    static func endFactor(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        return try await trying(ask) { door in
            try await door.endFactor(
                session: ask.session, code: form["code"] ?? "", from: ask.origin)
            return ("The second factor is gone.", [])
        }
    }

    /// `POST /account/pin`: digits for tablets (S-13); an empty field takes them away.
    static func setPin(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        let pin = form["pin"] ?? ""
        return try await trying(ask) { door in
            try await door.setPin(session: ask.session, pin: pin, from: ask.origin)
            return (pin.isEmpty ? "The digits are gone." : "The digits hold at every tablet.", [])
        }
    }

    /// `POST /account/sessions`.
    static func endSessions(_ ask: Ask) async throws -> Response {
        _ = try await ask.form()
        return try await trying(ask) { door in
            let count = try await door.endOtherSessions(session: ask.session, from: ask.origin)
            return (count == 1 ? "One session ended." : "\(count) sessions ended.", [])
        }
    }

    private static func trying(
        _ ask: Ask, _ body: (any PeopleDoor) async throws -> (String, [String])
    ) async throws -> Response {
        do {
            let (done, codes) = try await body(try ask.people())
            return try await page(ask, done: done, codes: codes)
        } catch let refused as EntranceRefused {
            return try await page(ask, flaw: refused)
        }
    }
}
