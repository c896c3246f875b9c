// What other systems get from the box: addresses to copy, what is published and how that stands.

import Hummingbird
import Loop
import Plant
import Share
import Understand

/// What the template shows.
struct GiveModel: Sendable {
    /// An address to copy.
    struct Address: Sendable {
        let name: String
        let address: String
        let says: String
    }

    /// A topic with its last content.
    struct Topic: Sendable {
        let name: String
        let content: String
    }

    /// A machine to choose.
    struct Machine: Sendable {
        let id: String
        let name: String
        let isChosen: Bool
    }

    let frame: PageFrame
    let trouble: String?
    let done: String?
    let addresses: [Address]
    let isOpen: Bool
    let standings: [String]
    let hasStandings: Bool
    let isOn: Bool
    let broker: String
    let isSecure: Bool
    let certificates: String
    let user: String
    let hasPassword: Bool
    let hasTopics: Bool
    let hasSparkplug: Bool
    let site: String
    let group: String
    let primaryHost: String
    let machines: [Machine]
    let hasMachines: Bool
    let topics: [Topic]
    let hasTopicRows: Bool
    let topicRoot: String
    let sparkplugRoot: String
}

/// `/give` and its form.
enum GivePage {
    static func answer(_ ask: Ask) async throws -> Response {
        try await page(ask, done: ask.query["saved"] == nil ? nil : "Saved.")
    }

    private static func door(_ ask: Ask) throws -> any GivingDoor {
        guard let door = ask.site.box.giving else {
            throw Problem(.notFound, "There is no page at this address.")
        }
        return door
    }

    private static func page(
        _ ask: Ask, refused: RefusedSaying? = nil, done: String? = nil, form: FormFields? = nil
    ) async throws -> Response {
        let door = try door(ask)
        let real = ask.site.box.world(.real) ?? ask.world
        let kept = try await door.settings()
        let settings = kept ?? GivingSettings(siteNamed: real.factory.name)
        let standings = kept?.isOn == true ? door.standings : []
        let topics = try await door.examples(settings)
        let machines = real.factory.activeMachines
        let model = GiveModel(
            frame: ask.frame(
                title: "Give to other systems", ask: "What do other systems get?",
                sentence: sentence(standings, isOn: kept?.isOn == true), cells: [ask.siteCell]),
            trouble: refused.map { $0.says + " " + $0.remedy }, done: done,
            addresses: addresses(ask), isOpen: door.isMTConnectOpen,
            standings: standings.flatMap {
                words($0, settings, clock: ask.clock, now: real.time)
            }, hasStandings: !standings.isEmpty, isOn: settings.isOn, broker: settings.broker,
            isSecure: settings.isSecure, certificates: settings.certificates,
            user: settings.user, hasPassword: !settings.password.isEmpty,
            hasTopics: settings.hasTopics, hasSparkplug: settings.hasSparkplug,
            site: settings.site.text, group: settings.group, primaryHost: settings.primaryHost,
            machines: machines.map { machine in
                .init(
                    id: machine.id.text, name: machine.name,
                    isChosen: settings.machines?.contains(machine.id) ?? true)
            }, hasMachines: !machines.isEmpty,
            topics: topics.map { .init(name: $0.name, content: $0.text) },
            hasTopicRows: !topics.isEmpty,
            topicRoot: "millwright/v1/\(settings.site.text)/#",
            sparkplugRoot: "spBv1.0/\(settings.group)/+/\(settings.site.text)/#")
        return try ask.page(
            model, template: "give", status: refused == nil ? .ok : .unprocessableContent,
            again: FormAgain(ask, form, refused))
    }

    private static func addresses(_ ask: Ask) -> [GiveModel.Address] {
        let host = ask.request.head.authority ?? "this-box"
        let root = (ask.site.isTLS ? "https://" : "http://") + host
        return [
            .init(
                name: "MTConnect agent", address: root + "/mtconnect",
                says: "All machines as devices: probe, current, sample."),
            .init(
                name: "Prometheus and Grafana", address: root + "/prometheus",
                says: "The address of a data source of the kind Prometheus."),
            .init(
                name: "Everything else", address: root + "/api/v1",
                says: "JSON and tables, described under For programs."),
        ]
    }

    private static func sentence(_ standings: [GivingStanding], isOn: Bool) -> String {
        guard isOn else { return "Other systems can read here. The box publishes nothing." }
        let isAway = standings.contains { $0.phase == .away }
        let isWaiting = standings.contains { $0.phase == .waitingForHost }
        if isAway { return "The broker is away. What is to be said waits here." }
        if isWaiting { return "The broker is there. The primary host is awaited." }
        return "The box publishes what its machines do."
    }

    /// How one form of publishing stands, as sentences.
    static func words(
        _ standing: GivingStanding, _ settings: GivingSettings, clock: LocalClock, now: Timestamp
    ) -> [String] {
        let name = standing.form == .topics ? "Topics" : "Sparkplug"
        let last = standing.lastSuccess.map {
            " The broker last took a message at " + clock.moment($0, today: now, seconds: true)
                + "."
        }
        var words: [String] = []
        switch standing.phase {
        case .giving:
            words.append(
                "\(name): connected to \(settings.broker)."
                    + (last ?? " Nothing was published yet."))
        case .waitingForHost:
            words.append(
                "\(name): connected, and waiting until the primary host"
                    + " “\(settings.primaryHost)” says that it is there.")
        case .away:
            words.append(
                "\(name): not connected." + (standing.trouble.map { " " + $0 } ?? " Trying.")
                    + (last ?? ""))
        }
        if standing.phase != .giving, standing.waiting > 0 {
            words.append(
                Plain.count(Int64(standing.waiting), "message waits.", "messages wait."))
        }
        if standing.dropped > 0 {
            words.append(
                Plain.count(
                    Int64(standing.dropped), "message was dropped", "messages were dropped")
                    + " since the start, the oldest first: there was no room for more.")
        }
        if standing.ignored > 0 {
            words.append(
                Plain.count(Int64(standing.ignored), "order came", "orders came")
                    + " and nothing was done: this box takes none. The last was on"
                    + " \(standing.lastIgnored ?? "an unknown topic").")
        }
        return words
    }

    /// `POST /give`: keeps the settings, or tries them.
    static func save(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            let door = try door(ask)
            let real = ask.site.box.world(.real) ?? ask.world
            let before = try await door.settings()
            let settings = try GiveForm.read(
                form, before: before ?? GivingSettings(siteNamed: real.factory.name),
                machines: real.factory.activeMachines.map(\.id))
            guard form["do"] == "test" else {
                try await door.keep(settings, actor: ask.actor)
                return Answer.go(to: "/give?saved=1")
            }
            try await door.attempt(settings)
            try await door.keep(settings, actor: ask.actor)
            return try await page(
                ask, done: "The broker let the box in. What is on this page is saved.")
        } catch let refused as GivingRefused {
            let isTrial = form["do"] == "test"
            let saying = RefusedSaying(
                field: refused.field, says: refused.says,
                remedy: refused.remedy + (isTrial ? " Nothing was saved." : ""))
            return try await page(ask, refused: saying, form: form)
        }
    }
}
