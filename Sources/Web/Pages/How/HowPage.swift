// "How we worked it out": a figure, its formula in words, its parts, its gaps, what people entered.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of a working shows.
struct HowModel: Sendable {
    /// A part of the whole.
    struct Part: Sendable {
        let sign: String
        let name: String
        let value: String
        let exact: String
        let note: String
    }

    /// An entry by hand.
    struct Entry: Sendable {
        let when: String
        let who: String
        let what: String
        let number: String
    }

    /// A signal that entered.
    struct Source: Sendable {
        let name: String
        let address: String
    }

    let frame: PageFrame
    let name: String
    let value: String
    let isKnown: Bool
    let doubt: String?
    let formula: String
    let ruleWords: String
    let parts: [Part]
    let hasParts: Bool
    let wholeName: String
    let wholeExact: String
    let coverage: String
    let gaps: [String]
    let hasGaps: Bool
    let entries: [Entry]
    let hasEntries: Bool
    let entryWords: String
    let sources: [Source]
    let hasSources: Bool
    let pieceWords: String
    let definition: String
    let document: String
}

/// `GET /how/{figure}`.
enum HowPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let key = try FigureAddress.key(ask)
        let keyed = try await ask.world.indicator(key)
        return try ask.page(await model(keyed, ask: ask), template: "how")
    }

    static func model(_ keyed: KeyedIndicator, ask: Ask) async throws -> HowModel {
        let indicator = keyed.indicator
        let currency = ask.world.factory.currency
        let working = indicator.working
        let entries = try await entries(working, ask: ask)
        let value = FigureText.value(indicator, currency: currency)
        let pieces = try await pieceWords(working, keyed.key.range, ask)
        return HowModel(
            frame: frame(keyed, value: value, ask: ask),
            name: FigureText.fullName(indicator, figure: keyed.key.figure),
            value: value,
            isKnown: indicator.value.amount != nil,
            doubt: FigureText.doubt(indicator, currency: currency), formula: working.formula,
            ruleWords: ruleWords(working.rule),
            parts: working.parts.enumerated().map { index, part in
                .init(
                    sign: sign(working.rule, index: index), name: part.name,
                    value: FigureText.amountText(part.value, unit: part.unit, currency: currency),
                    exact: FigureText.exact(part.value, unit: part.unit, currency: currency),
                    note: part.note)
            },
            hasParts: !working.parts.isEmpty,
            wholeName: FigureText.fullName(indicator, figure: keyed.key.figure),
            wholeExact: indicator.value.amount.map {
                FigureText.exact($0, unit: indicator.unit, currency: currency)
            } ?? value,
            coverage: Plain.percentSeen(indicator.coverage), gaps: working.gaps,
            hasGaps: !working.gaps.isEmpty, entries: entries, hasEntries: !entries.isEmpty,
            entryWords: working.entries.count > entries.count
                ? "The first \(entries.count) of \(working.entries.count) entries."
                : Plain.count(Int64(entries.count), "entry", "entries") + ".",
            sources: working.signals.compactMap { source($0, ask: ask) },
            hasSources: !working.signals.isEmpty, pieceWords: pieces,
            definition: indicator.definition,
            document: "/api/v1"
                + FigureText.address(keyed.key)
                .replacingPrefix("/how/", with: "/figures/"))
    }

    /// How many stored pieces the samples stand in; each is named in the document.
    private static func pieceWords(
        _ working: Working, _ range: TimeRange, _ ask: Ask
    ) async throws -> String {
        let pieces = try await ask.world.pieces(of: working.signals, range: range)
        guard !pieces.isEmpty else { return "" }
        let damaged = pieces.count { $0.isDamaged }
        let more =
            damaged == 0
            ? "" : " \(Plain.count(Int64(damaged), "is", "are")) damaged and left out."
        return
            "Its samples stand in \(Plain.count(Int64(pieces.count), "stored piece", "stored pieces"))."
            + more
    }

    private static func frame(_ keyed: KeyedIndicator, value: String, ask: Ask) -> PageFrame {
        let clock = ask.clock
        let key = keyed.key
        let machine = key.machine.flatMap { ask.world.factory.machines[$0]?.name }
        let when = clock.range(key.range, today: ask.world.time)
        let name = FigureText.fullName(keyed.indicator, figure: key.figure)
        let sentence =
            keyed.indicator.value.amount == nil
            ? "\(name)\(machine.map { " of \($0)" } ?? ""), \(when): \(value)"
            : FigureText.said(key.figure, name: name, value: value, machine: machine) + ", \(when)."
        return ask.frame(
            title: "How we worked it out", ask: "How did we work it out?", sentence: sentence,
            cells: [
                ask.siteCell, .init(label: "Machines", value: machine ?? "All"),
                .init(label: "Time", value: when),
                .init(label: "Seen", value: Plain.percentSeen(keyed.indicator.coverage)),
            ])
    }

    private static func sign(_ rule: WorkingRule, index: Int) -> String {
        switch rule {
        case .sum: index == 0 ? "" : "+"
        case .ratio: index == 0 ? "" : "÷"
        case .product: index == 0 ? "" : "×"
        case .difference: index == 0 ? "" : "\u{2212}"
        case .reading: ""
        }
    }

    private static func ruleWords(_ rule: WorkingRule) -> String {
        switch rule {
        case .sum: "The parts add up to the whole."
        case .ratio: "The first part divided by the second gives the whole."
        case .product: "The parts multiplied give the whole."
        case .difference: "The first part less the others gives the whole."
        case .reading: "Read off what was stored, as it is."
        }
    }

    private static func entries(_ working: Working, ask: Ask) async throws -> [HowModel.Entry] {
        var result: [HowModel.Entry] = []
        for sequence in working.entries.prefix(50) {
            let events = try await ask.world.events(
                after: sequence - 1, limit: 1, kinds: nil, newestFirst: false)
            guard let event = events.first, event.sequence == sequence else { continue }
            result.append(
                .init(
                    when: ask.clock.moment(event.recorded, today: ask.world.time),
                    who: event.actor,
                    what: EventWords.sentence(
                        event.event, factory: ask.world.factory, clock: ask.clock,
                        today: ask.world.time),
                    number: "\(sequence)"))
        }
        return result
    }

    private static func source(_ id: SignalID, ask: Ask) -> HowModel.Source? {
        guard let signal = ask.world.factory.signals[id] else { return nil }
        let machine = signal.machine.flatMap { ask.world.factory.machines[$0] }
        let name = machine.map { $0.name + ": " + signal.name } ?? signal.name
        let address = machine.map { "/m/\($0.id.text)#signal-\(id.number)" } ?? "/machines"
        return .init(name: name, address: address)
    }
}

/// Figures in addresses.
enum FigureAddress {
    /// The figure that an address names.
    static func key(_ ask: Ask) throws -> FigureKey {
        guard let name = ask.context?.parameters.get("figure"), let figure = Figure(rawValue: name)
        else {
            throw Problem(.notFound, "There is no figure of that name.")
        }
        let machine = try ask.slug(query: "machine")
        if let machine, ask.world.factory.machines[machine] == nil {
            throw Problem(.notFound, "There is no machine with the id \(machine.text).")
        }
        let today = RangeChoice.today.range(
            at: ask.world.time, calendar: ask.world.calendar)
        return FigureKey(
            figure: figure, machine: machine, reason: try ask.slug(query: "reason"),
            range: try ask.range(fallback: today))
    }
}

extension String {
    /// The text with its beginning exchanged, unchanged when it begins otherwise.
    func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
