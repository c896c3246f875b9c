// People, devices and programs that may come in; codes are shown once, on the page that made them.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of People shows.
struct PeopleModel: Sendable {
    /// A choice of a role or a machine.
    struct Choice: Sendable {
        let value: String
        let name: String
        let isHere: Bool
    }

    /// A person.
    struct Person: Sendable {
        let id: String
        let name: String
        let state: String
        let roles: [Choice]
    }

    /// A device.
    struct Device: Sendable {
        let id: String
        let name: String
        let kind: String
        let machine: String
        let used: String
    }

    /// A program's token.
    struct Token: Sendable {
        let id: String
        let name: String
        let scopes: String
        let used: String
    }

    /// An offer to pair.
    struct Offer: Sendable {
        let offer: String
        let name: String
        let isTaken: Bool
        let isConfirmed: Bool
    }

    /// Something that is shown once.
    struct Once: Sendable {
        let title: String
        let says: String
        let text: String
        let address: String?
        let drawing: SVGMarkup?
    }

    /// Somebody who may no longer come in.
    struct Former: Sendable {
        let id: String
        let name: String
        let ended: String
    }

    let frame: PageFrame
    let once: Once?
    /// What was just done, nil for nothing.
    let done: String?
    let former: [Former]
    let hasFormer: Bool
    let flaw: String?
    let people: [Person]
    let roles: [Choice]
    let devices: [Device]
    let hasDevices: Bool
    let offers: [Offer]
    let hasOffers: Bool
    let machines: [Choice]
    let tokens: [Token]
    let hasTokens: Bool
}

/// `/people`, `/devices`, `/tokens`.
enum PeoplePage {
    static func answer(_ ask: Ask) async throws -> Response { try await page(ask) }

    /// A role in words for a person who chooses one.
    static func words(_ role: Role) -> String {
        switch role {
        case .viewer: "Viewer: reads"
        case .floor: "Operator: says what happened"
        case .supervisor: "Supervisor: also puts right what was said"
        case .engineer: "Engineer: also changes machines and shifts"
        case .administrator: "Administrator: also looks after the box"
        case .auditor: "Auditor: reads, and who did what"
        }
    }

    private static func page(
        _ ask: Ask, once: PeopleModel.Once? = nil, done: String? = nil,
        flaw: EntranceRefused? = nil
    ) async throws -> Response {
        let door = try ask.people()
        let people = try await door.people()
        let devices = try await door.devices()
        let former = try await door.former()
        let tokens = try await ask.site.box.console?.tokens().filter { $0.revoked == nil } ?? []
        let clock = ask.clock
        let now = ask.world.time
        func used(_ time: Timestamp?) -> String {
            time.map { clock.moment($0, today: now) } ?? "not yet"
        }
        func counted(_ count: Int, _ one: String, _ many: String) -> String {
            (count == 0 ? "no" : Plain.word(count)) + " " + (count == 1 ? one : many)
        }
        let model = PeopleModel(
            frame: ask.frame(
                title: "People and devices", ask: "Who may come in?",
                sentence: Plain.capitalised(counted(people.count, "person", "people"))
                    + ", " + Plain.midSentence(counted(devices.count, "device", "devices"))
                    + " and " + Plain.midSentence(counted(tokens.count, "program", "programs"))
                    + " may come in.",
                cells: [ask.siteCell]),
            once: once, done: done,
            former: former.map {
                .init(
                    id: $0.id.text, name: $0.name, ended: clock.moment($0.ended, today: now))
            }, hasFormer: !former.isEmpty, flaw: flaw.map { $0.says + " " + $0.remedy },
            people: people.map(person),
            roles: Role.allCases.map {
                .init(value: $0.rawValue, name: words($0), isHere: $0 == .floor)
            },
            devices: devices.map { device in
                .init(
                    id: device.id, name: device.name, kind: device.kind,
                    machine: device.machine.map { ask.world.factory.machines[$0]?.name ?? $0.text }
                        ?? "all", used: used(device.used))
            }, hasDevices: !devices.isEmpty,
            offers: door.pairings().map {
                .init(
                    offer: $0.offer, name: $0.name, isTaken: $0.isTaken && !$0.isConfirmed,
                    isConfirmed: $0.isConfirmed)
            }, hasOffers: !door.pairings().isEmpty,
            machines: ask.world.factory.activeMachines.map {
                .init(value: $0.id.text, name: $0.name, isHere: false)
            },
            tokens: tokens.map {
                .init(
                    id: $0.id, name: $0.name, scopes: $0.scopes.sorted().joined(separator: ", "),
                    used: used($0.used))
            }, hasTokens: !tokens.isEmpty)
        return try ask.page(model, template: "people", refused: flaw)
    }

    private static func person(_ facts: PersonFacts) -> PeopleModel.Person {
        var state = facts.hasPassPhrase ? "pass phrase" : "no pass phrase yet"
        if facts.hasFactor { state += ", second factor" }
        if facts.hasPin { state += ", digits for tablets" }
        if facts.isInvited { state += ", a code waits" }
        return .init(
            id: facts.id.text, name: facts.name, state: state,
            roles: Role.allCases.map {
                .init(value: $0.rawValue, name: words($0), isHere: $0 == facts.role)
            })
    }

    /// What came of a form: something that is shown once, or a sentence.
    private enum Outcome {
        case once(PeopleModel.Once)
        case done(String)
    }

    private static func trying(
        _ ask: Ask, _ body: (any PeopleDoor, FormFields) async throws -> Outcome
    ) async throws -> Response {
        let form = try await ask.form()
        do {
            switch try await body(try ask.people(), form) {
            case .once(let once): return try await page(ask, once: once)
            case .done(let words): return try await page(ask, done: words)
            }
        } catch let refused as EntranceRefused {
            return try await page(ask, flaw: refused)
        } catch let refused as RefusedSaying {
            return try await page(
                ask,
                flaw: EntranceRefused(
                    field: refused.field, says: refused.says, remedy: refused.remedy))
        }
    }

    private static func role(_ form: FormFields) throws -> Role {
        guard let role = form["role"].flatMap(Role.init(rawValue:)) else {
            throw EntranceRefused(field: "role", says: "No role was chosen.", remedy: "Choose one.")
        }
        return role
    }

    private static func code(_ code: String, name: String, _ ask: Ask) -> PeopleModel.Once {
        let address = ask.own("/join?code=" + code)
        return .init(
            title: "A code for " + name,
            says: "With it \(name) chooses a pass phrase. It is shown only now, works once and for"
                + " seven days.", text: code, address: address,
            drawing: QRDrawing.drawing(address, label: "Address to choose a pass phrase"))
    }

    /// `POST /people`.
    static func add(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, form in
            let name = form["name"] ?? ""
            let code = try await door.addPerson(
                name: name, role: try role(form), actor: ask.actor)
            return .once(self.code(code, name: name, ask))
        }
    }

    /// `POST /people/{person}/code`.
    static func invite(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("person")
        return try await trying(ask) { door, _ in
            let code = try await door.invite(id, actor: ask.actor)
            let name = try await door.people().first { $0.id == id }?.name ?? id.text
            return .once(self.code(code, name: name, ask))
        }
    }

    /// `POST /people/{person}/role`.
    static func setRole(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("person")
        return try await trying(ask) { door, form in
            try await door.setRole(id, role: try role(form), actor: ask.actor)
            return .done("The role is set. Their sessions ended.")
        }
    }

    /// `POST /people/{person}/end`.
    static func end(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("person")
        return try await trying(ask) { door, _ in
            let name = try await door.people().first { $0.id == id }?.name ?? id.text
            try await door.endPerson(id, actor: ask.actor)
            return .done("\(name) may no longer come in. What they said stays as it is.")
        }
    }

    /// `POST /people/{person}/forget`: takes the name of somebody who left out of the record.
    static func forget(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("person")
        return try await trying(ask) { door, _ in
            _ = try await door.forgetPerson(id, actor: ask.actor)
            return .done(
                "The name is gone from this box. Entries stay, with “removed by policy” in its"
                    + " place. Backups of before still hold it.")
        }
    }

    /// `POST /devices`: an offer to pair.
    static func offer(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, form in
            let name = form["name"] ?? ""
            let offer = try await door.offerPairing(
                name: name, isBoard: form["kind"] == "board",
                machine: form.filled("machine").flatMap { Slug($0) })
            let address = ask.own("/pair?c=" + offer)
            return .once(
                .init(
                    title: "Pair " + name,
                    says: "Scan this with the device, or open the address there. It holds for ten"
                        + " minutes. Then type the four digits that it shows below.",
                    text: offer, address: address,
                    drawing: QRDrawing.drawing(address, label: "Address for the device")))
        }
    }

    /// `POST /devices/confirm`: the digits that the device shows.
    static func confirm(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, form in
            let offer = form["offer"] ?? ""
            let name = door.pairings().first { $0.offer == offer }?.name ?? "The device"
            try await door.confirmPairing(offer: offer, digits: form["digits"] ?? "")
            return .done("\(name) may come in. Press “Go on” there.")
        }
    }

    /// `POST /devices/cancel`: takes an offer to pair back.
    static func cancel(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, form in
            door.cancelPairing(offer: form["offer"] ?? "")
            return .done("The offer is taken back.")
        }
    }

    /// `POST /devices/{device}/end`.
    static func endDevice(_ ask: Ask) async throws -> Response {
        let id = ask.context?.parameters.get("device") ?? ""
        return try await trying(ask) { door, _ in
            guard try await door.endDevice(id, actor: ask.actor) else {
                throw EntranceRefused(
                    field: "device", says: "This device was withdrawn already.", remedy: "")
            }
            return .done("The device may no longer come in.")
        }
    }

    /// `POST /tokens`.
    static func makeToken(_ ask: Ask) async throws -> Response {
        try await trying(ask) { _, form in
            guard let console = ask.site.box.console else {
                throw EntranceRefused(field: "name", says: "Tokens are not made here.", remedy: "")
            }
            let name = form["name"] ?? ""
            let made = try await console.makeToken(
                name: name, scopes: [form["scope"] ?? "write"], actor: ask.actor)
            return .once(
                .init(
                    title: "A token for " + name,
                    says:
                        "The program sends it as “Authorization: Bearer …”. It is shown only now.",
                    text: made.text, address: nil, drawing: nil))
        }
    }

    /// `POST /tokens/{token}/end`.
    static func endToken(_ ask: Ask) async throws -> Response {
        let id = ask.context?.parameters.get("token") ?? ""
        return try await trying(ask) { _, _ in
            guard try await ask.site.box.console?.endToken(id, actor: ask.actor) == true else {
                throw EntranceRefused(
                    field: "token", says: "This token was ended already.", remedy: "")
            }
            return .done("The token holds no longer.")
        }
    }
}

extension Ask {
    /// An address of this box as other devices reach it; from this computer alone as it does.
    func own(_ path: String) -> String {
        let named = request.head.authority ?? "localhost"
        let host = HostGuard.host(named)
        let isHere = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        let others = site.box.certificate?.names.filter {
            !$0.contains(":") && !$0.hasPrefix("127.") && $0.first?.isNumber == true
        }
        if isHere, !site.isTLS, let other = others?.first {
            let port = named.split(separator: ":").last.flatMap { Int($0) }
            return "https://" + other + (port.map { ":\($0)" } ?? "") + path
        }
        return (site.isTLS ? "https://" : "http://") + named + path
    }
}
