// How a machine's states are seen: the rule in use, what its trace would make of it, putting right.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of a machine's states shows.
struct StatesModel: Sendable {
    /// A line of a table.
    struct Line: Sendable {
        let name: String
        let value: String
        let note: String
    }

    /// A level that was learnt.
    struct Level: Sendable {
        let role: String
        let mean: String
        let spread: String
        let share: String
    }

    /// An episode that can be put right.
    struct Row: Sendable {
        let from: String
        let words: String
        let length: String
        let fromValue: String
        let toValue: String
        let canRun: Bool
        let canStand: Bool
    }

    /// A correction that can be taken back.
    struct Correction: Sendable {
        let words: String
        let fromValue: String
        let toValue: String
    }

    /// Something odd.
    struct Odd: Sendable {
        let words: String
        let signal: String
        let at: String
    }

    let frame: PageFrame
    let machineName: String
    let machineAddress: String
    let rule: [Line]
    let hasRule: Bool
    let isIndicative: Bool
    let levels: [Level]
    let hasLevels: Bool
    let unit: String
    let proposal: String
    let doubts: [String]
    let hasDoubts: Bool
    let drift: String?
    let cycles: String?
    let canTake: Bool
    let takeAction: String
    let correctAction: String
    let rows: [Row]
    let hasRows: Bool
    let corrections: [Correction]
    let hasCorrections: Bool
    let odd: [Odd]
    let hasOdd: Bool
    let watched: String
    let explainAction: String
}

/// `GET /m/{machine}/states` and its forms.
enum StatesPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("machine")
        guard let now = try await ask.world.machineNow(id) else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        return try ask.page(await model(now, ask: ask), template: "states")
    }

    /// What is proposed, nil where the machine has no measured signal.
    private static func proposal(_ id: Slug, _ ask: Ask) async throws -> LearningPicture? {
        do {
            return try await ask.world.learning(of: id, signal: nil, range: nil)
        } catch is LearningRefused {
            return nil
        }
    }

    private static func model(_ now: MachineNow, ask: Ask) async throws -> StatesModel {
        let machine = now.machine
        let world = ask.world
        let picture = try await proposal(machine.id, ask)
        let odd = try await world.odd(
            machine.id, range: TimeRange(start: world.time - OddDocuments.reach, end: world.time))
        let corrections = try await corrections(machine.id, ask)
        let cycles = try await cycles(machine.id, ask)
        var learnt: LearntStates?
        var doubts: [LearningDoubt] = []
        switch picture?.outcome {
        case .learnt(let states):
            learnt = states
            doubts = states.doubts
        case .notYet(let doubt, _): doubts = [doubt]
        case nil: break
        }
        let rule = machine.stateRules.last?.value
        let path = "/m/" + machine.id.text
        let unit = picture.map { Measure.unit($0.signal.unit) } ?? ""
        return StatesModel(
            frame: ask.frame(
                title: machine.name + ", states",
                ask: "How are the states of \(machine.name) seen?",
                sentence: sentence(machine, world.factory), cells: [ask.siteCell]),
            machineName: machine.name, machineAddress: path,
            rule: rule.map { lines($0, world.factory) } ?? [], hasRule: rule != nil,
            isIndicative: rule?.isIndicative ?? false,
            levels: learnt?.levels.map { level($0, unit) } ?? [], hasLevels: learnt != nil,
            unit: unit, proposal: words(picture, learnt, unit, ask),
            doubts: doubts.map(\.sentence), hasDoubts: !doubts.isEmpty,
            drift: picture?.drift?.sentence, cycles: cycles,
            canTake: picture?.event != nil && world.kind == .real,
            takeAction: path + "/states/take", correctAction: path + "/states/correct",
            rows: now.strip.reversed().prefix(20).map { row($0, ask) },
            hasRows: !now.strip.isEmpty, corrections: corrections,
            hasCorrections: !corrections.isEmpty,
            odd: odd.findings.prefix(8).map { found in
                .init(
                    words: OddWords.sentence(found, clock: ask.clock, today: world.time),
                    signal: found.signal.map { String($0.id.number) } ?? "",
                    at: String(found.finding.at.millisecondsSince1970))
            }, hasOdd: !odd.findings.isEmpty,
            watched: "\(odd.watched.count) signals are watched, each against its own last two"
                + " weeks.",
            explainAction: path + "/states/explain")
    }

    /// What the trace says of cycles today, nil without a trace.
    private static func cycles(_ machine: Slug, _ ask: Ask) async throws -> String? {
        let now = ask.world.time
        do {
            return try await ask.world.cycles(
                of: machine, signal: nil, range: TimeRange(start: now - .hours(8), end: now)
            ).sentence
        } catch is LearningRefused {
            return nil
        }
    }

    /// The newest corrections of a machine that were not taken back.
    private static func corrections(
        _ machine: Slug, _ ask: Ask
    ) async throws -> [StatesModel.Correction] {
        let stored = try await ask.world.events(
            after: 0, limit: WebLimits.correctionsLook, kinds: ["state.corrected"],
            newestFirst: true)
        var gone: Set<TimeRange> = []
        var shown: [StatesModel.Correction] = []
        for entry in stored {
            guard case .stateCorrected(machine, let range, let state) = entry.event else {
                continue
            }
            if state == .unknown {
                gone.insert(range)
            } else if !gone.contains(range), shown.count < 8 {
                shown.append(
                    .init(
                        words: EventWords.sentence(
                            entry.event, factory: ask.world.factory, clock: ask.clock,
                            today: ask.world.time),
                        fromValue: String(range.start.millisecondsSince1970),
                        toValue: String(range.end.millisecondsSince1970)))
            }
        }
        return shown
    }

    private static func sentence(_ machine: Machine, _ factory: Factory) -> String {
        guard let rule = machine.stateRules.last?.value else {
            return "Nobody has said how \(machine.name) shows that it runs."
        }
        switch rule.source {
        case .explicit: return "\(machine.name) says its state itself."
        case .level(let id, let running, _):
            let signal = factory.signals[id]
            let unit = Measure.unit(signal?.unit ?? "")
            let name = Plain.midSentence(signal?.name ?? "a signal")
            return "\(machine.name) runs when its \(name) is"
                + " \(Measure.value(running.rise))\(unit.isEmpty ? "" : Measure.space + unit) or"
                + " more."
        }
    }

    private static func lines(_ rule: StateRule, _ factory: Factory) -> [StatesModel.Line] {
        var lines: [StatesModel.Line] = []
        switch rule.source {
        case .explicit(let signal, let meanings):
            lines.append(
                .init(
                    name: "Signal", value: factory.signals[signal]?.name ?? "",
                    note: "the machine says it"))
            for (said, state) in meanings.sorted(by: { $0.key < $1.key }) {
                lines.append(.init(name: "“\(said)”", value: state.code, note: ""))
            }
        case .level(let signal, let running, let idle):
            let found = factory.signals[signal]
            let unit = Measure.unit(found?.unit ?? "")
            lines.append(.init(name: "Signal", value: found?.name ?? "", note: ""))
            func limit(_ name: String, _ limit: Threshold) {
                lines.append(
                    .init(
                        name: name, value: "from \(Measure.value(limit.rise)) \(unit)",
                        note: "until it falls to \(Measure.value(limit.fall)) \(unit)"))
            }
            limit("Running", running)
            if let idle { limit("Switched on", idle) }
        }
        lines.append(
            .init(
                name: "A stop counts after", value: Plain.duration(rule.stoppedDwell),
                note: "dated back to where it began"))
        if let fault = rule.fault {
            lines.append(.init(name: "Fault", value: factory.signals[fault]?.name ?? "", note: ""))
        }
        if let confidence = rule.confidence {
            lines.append(
                .init(
                    name: "Told apart surely", value: Plain.percent(Double(confidence) / 1e6),
                    note: "of the time that it was learnt from"))
        }
        return lines
    }

    private static func level(_ level: LearntLevel, _ unit: String) -> StatesModel.Level {
        let role =
            switch level.role {
            case .off: "Off"
            case .idle: "Standing, switched on"
            case .running: "Running"
            }
        return .init(
            role: role, mean: Measure.value(level.level.mean),
            spread: Measure.value(level.level.deviation),
            share: Plain.percent(level.level.weight))
    }

    private static func words(
        _ picture: LearningPicture?, _ learnt: LearntStates?, _ unit: String, _ ask: Ask
    ) -> String {
        guard let picture else {
            return "This machine has no measured signal to learn from. A clamp on its supply is"
                + " enough."
        }
        let seen =
            switch picture.outcome {
            case .learnt(let states): states.seen
            case .notYet(_, let seen): seen
            }
        let source = "\(Plain.duration(seen)) of \(Plain.midSentence(picture.signal.name))"
        guard let learnt else { return "From \(source) nothing can be said yet." }
        return "From \(source): running from \(Measure.value(learnt.running.rise)) \(unit) on;"
            + " \(Plain.percent(learnt.confidence)) of the time is told apart surely."
    }

    private static func row(_ episode: StateEpisode, _ ask: Ask) -> StatesModel.Row {
        .init(
            from: ask.clock.moment(episode.range.start, today: ask.world.time),
            words: episode.state.word, length: Plain.duration(episode.range.elapsed),
            fromValue: String(episode.range.start.millisecondsSince1970),
            toValue: String(episode.range.end.millisecondsSince1970),
            canRun: !episode.state.isProducing, canStand: episode.state.isProducing)
    }

    /// `POST /m/{machine}/states/correct`: a person says what it really did.
    static func correct(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug("machine")
        let form = try await ask.form()
        guard let state = form.filled("was").flatMap(ObservedState.init(code:)),
            let from = form.filled("from").flatMap(Timestamp.init(interfaceText:)),
            let to = form.filled("to").flatMap(Timestamp.init(interfaceText:))
        else {
            throw RefusedSaying(
                field: "was",
                says:
                    "What the machine did has to be off, idle, running, fault or unknown, with from"
                    + " and to as times.",
                remedy: "Open the page again and tap one of the buttons.")
        }
        _ = try await ask.world.say(
            .stateCorrected(
                machine: machine, range: TimeRange(start: from, end: to), state: state),
            id: form.filled("id").flatMap(EventID.init), actor: ask.actor)
        return Answer.go(to: form.filled("back") ?? "/m/\(machine.text)/states")
    }

    /// `POST /m/{machine}/states/take`: what was learnt becomes the rule.
    static func take(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug("machine")
        _ = try await ask.form()
        guard let picture = try await proposal(machine, ask), let event = picture.event else {
            throw RefusedSaying(
                field: "machine", says: "Nothing was learnt that could be taken.",
                remedy: "Wait until the machine has run and stood still.")
        }
        _ = try await ask.world.say(event, id: nil, actor: ask.actor)
        return Answer.go(to: "/m/\(machine.text)/states")
    }

    /// `POST /m/{machine}/states/explain`: what looked odd is as it should be.
    static func explain(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug("machine")
        let form = try await ask.form()
        guard let at = form.filled("at").flatMap(Timestamp.init(interfaceText:)) else {
            throw RefusedSaying(
                field: "at", says: "The time is missing.", remedy: "Open the page again.")
        }
        let signal = form.filled("signal").flatMap { UInt32($0) }.map { SignalID($0) }
        _ = try await ask.world.say(
            .oddExplained(
                machine: machine, signal: signal, at: at,
                note: String((form.filled("note") ?? "").prefix(200))),
            id: form.filled("id").flatMap(EventID.init), actor: ask.actor)
        return Answer.go(to: "/m/\(machine.text)/states")
    }
}
