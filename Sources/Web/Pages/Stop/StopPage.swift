// Say why a machine stood: the site's reasons as big buttons, one tap each, no script needed.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of a stop shows.
struct StopModel: Sendable {
    /// A reason that can be given.
    struct Choice: Sendable {
        let id: String
        let name: String
        let isChosen: Bool
    }

    /// A finer choice.
    struct Detail: Sendable {
        let value: String
        let words: String
    }

    let frame: PageFrame
    let action: String
    let at: String
    let choices: [Choice]
    let hasChoices: Bool
    let finer: [Detail]
    let hasFiner: Bool
    let said: String?
    let asksWho: Bool
    let seenAction: String
    let correctAction: String
    let until: String
    let machineAddress: String
    let machineName: String
    let strip: SVGMarkup
    let legend: Legend
}

extension StateEpisode {
    /// Whether a person may say why.
    var isStop: Bool { state == .stopped || state == .fault }
}

extension Factory {
    /// Reasons that can be given: those with a place first, then by name.
    var offeredReasons: [StopReason] {
        reasons.values.filter { !retiredReasons.contains($0.id) }
            .sorted { ($0.place ?? .max, $0.name, $0.id) < ($1.place ?? .max, $1.name, $1.id) }
    }
}

/// `GET /m/{machine}/stop` and its forms.
enum StopPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let (machine, episode) = try await stop(ask)
        return try ask.page(
            try await model(machine: machine, episode: episode, ask: ask), template: "stop")
    }

    /// The machine and its stop at the asked moment; without `at`, the stop under way.
    private static func stop(_ ask: Ask) async throws -> (MachineNow, StateEpisode) {
        let id = try ask.slug("machine")
        guard let now = try await ask.world.machineNow(id) else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        guard let at = try ask.time(query: "at") else {
            guard let last = now.strip.last, last.isStop else {
                throw Problem(.notFound, "\(now.machine.name) does not stand now.")
            }
            return (now, last)
        }
        let around = TimeRange(start: at - .hours(24), end: min(at + .hours(24), ask.world.time))
        let episodes = try await ask.world.strip(id, range: around)
        // The first instant of a stop as a page wrote it may lie a little before its start.
        guard let episode = episodes.first(where: { $0.isStop && $0.range.end > at }),
            episode.range.start <= at + .seconds(1)
        else {
            throw Problem(
                .notFound, "\(now.machine.name) did not stand at \(ask.clock.minute(at)).")
        }
        return (now, episode)
    }

    private static func model(
        machine: MachineNow, episode: StateEpisode, ask: Ask
    ) async throws -> StopModel {
        let clock = ask.clock
        let world = ask.world
        let name = machine.machine.name
        let id = machine.machine.id
        let length = Plain.duration(episode.range.elapsed)
        let start = clock.moment(episode.range.start, today: world.time)
        let verb = episode.isOpen ? "has stood" : "stood"
        let around = TimeRange(
            start: episode.range.start - .hours(2),
            end: max(episode.range.end, min(episode.range.end + .hours(1), world.time)))
        let strip = try await world.strip(id, range: around)
        let reasons = world.factory.offeredReasons
        let said = episode.reason.map { reason in
            let words = world.factory.reasons[reason]?.name ?? reason.text
            return episode.detail.isEmpty ? words : words + ": " + episode.detail
        }
        let path = "/m/\(id.text)/stop"
        return StopModel(
            frame: ask.frame(
                title: name + ", stop", ask: "Why did \(name) stand?",
                sentence: "\(name) \(verb) for \(length) from \(start).",
                cells: [
                    ask.siteCell, .init(label: "State", value: episode.state.word),
                    .init(
                        label: "Time",
                        value: episode.isOpen
                            ? "Since " + start : clock.range(episode.range, today: world.time)),
                ]),
            action: path, at: String(episode.range.start.millisecondsSince1970),
            choices: reasons.map { reason in
                .init(
                    id: reason.id.text, name: reason.name, isChosen: reason.id == episode.reason)
            },
            hasChoices: !reasons.isEmpty,
            finer: reasons.flatMap { reason in
                reason.details.map {
                    .init(value: reason.id.text + "/" + $0, words: reason.name + ": " + $0)
                }
            },
            hasFiner: reasons.contains { !$0.details.isEmpty }, said: said,
            asksWho: episode.isOpen && machine.needsPerson && !machine.isSeen,
            seenAction: "/m/\(id.text)/seen", correctAction: "/m/\(id.text)/states/correct",
            until: String(episode.range.end.millisecondsSince1970), machineAddress: "/m/" + id.text,
            machineName: name,
            strip: Strip(
                range: around, episodes: strip, needsPerson: machine.needsPerson
            ).drawing(
                label: Strip.sentence(
                    machine: name, when: clock.range(around, today: world.time), episodes: strip,
                    range: around)),
            legend: Legend(since: clock.range(around, today: world.time)))
    }

    /// `POST /m/{machine}/stop`: stores the reason and shows the machine.
    static func say(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug("machine")
        let form = try await ask.form()
        let reason = form.filled("reason") ?? ""
        // A detail button sends `reason/detail` as one value, so that one tap says both.
        let parts = reason.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let id = Slug(String(first)) else {
            throw RefusedSaying(
                field: "reason", says: "No reason was chosen.", remedy: "Tap one of the reasons.")
        }
        guard let at = form.filled("at").flatMap(Timestamp.init(interfaceText:)) else {
            throw RefusedSaying(
                field: "at", says: "The time of the stop is missing.",
                remedy: "Open the stop again from the machine's page.")
        }
        let typed = form.filled("detail") ?? ""
        let detail = typed.isEmpty && parts.count > 1 ? String(parts[1]) : typed
        _ = try await ask.world.say(
            .stopReason(
                machine: machine, at: at, reason: id, detail: String(detail.prefix(200))),
            id: form.filled("id").flatMap(EventID.init), actor: ask.actor)
        return Answer.go(to: form.filled("back") ?? "/m/" + machine.text)
    }

    /// `POST /m/{machine}/seen`: somebody is on it.
    static func seen(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug("machine")
        let form = try await ask.form()
        _ = try await ask.world.say(
            .problemSeen(machine: machine, at: ask.world.time),
            id: form.filled("id").flatMap(EventID.init), actor: ask.actor)
        return Answer.go(to: form.filled("back") ?? "/now")
    }
}
