// What the templates of the page Hardware and its sheet show.

import Guide
import Understand

/// What the templates show.
struct HardwareModel: Sendable {
    /// A choice of a question.
    struct Choice: Sendable {
        let id: String
        let value: String
        let name: String
        let isOn: Bool
    }

    /// A name and a value.
    struct Pair: Sendable {
        let name: String
        let value: String
    }

    /// A part of a way.
    struct Part: Sendable {
        let field: String
        let id: String
        let name: String
        let does: String
        let choose: String
        let models: String?
        let price: String
        let source: String?
        let typed: String
    }

    /// A way.
    struct Way: Sendable {
        let id: String
        let name: String
        let about: String
        let tells: String
        let cost: String
        let own: String
        let hired: String
        let who: String
        let because: String
        let isHired: Bool
        let drawing: SVGMarkup
        let parts: [Part]
        let tools: String
        let steps: [String]
        let wrong: [String]
        let checks: [String]
        let never: String
        let hidden: [Pair]
        let print: String
    }

    /// A machine of the table.
    struct Machine: Sendable {
        let name: String
        let note: String
        let address: String
        let first: String
        let cost: String
        let next: String
        let both: String
        let own: String
        let hired: String
    }

    let frame: PageFrame
    let paper: String
    let site: String
    let printed: String
    let trouble: String?
    let kinds: [Choice]
    let features: [Choice]
    let wants: [Choice]
    let first: Way?
    let others: [Way]
    let hasOthers: Bool
    let once: Way
    let machines: [Machine]
    let isEmpty: Bool
    let rules: [Pair]
    let labour: String
    let never: String
    let read: String
    let back: String
}

extension HardwareModel.Way {
    /// A way as the page shows it.
    init(_ way: WiringWay, why: String, cost: WayCost, asked: HardwareAsked) {
        let hidden = asked.fields + asked.prices(without: way.parts)
        let query = ([("way", way.id.rawValue)] + asked.fields + asked.prices(without: []))
            .map { $0.0 + "=" + FormFields.escaped($0.1) }.joined(separator: "&")
        self.init(
            id: way.id.rawValue, name: way.name, about: way.about, tells: why, cost: cost.words,
            own: way.ownHours.words, hired: way.hiredHours.words, who: way.who.words,
            because: way.because, isHired: way.who == .electrician,
            drawing: WiringDrawing.of(way.id).drawing,
            parts: way.parts.map { .init($0.part, way: way.id, typed: asked.typed[$0] ?? "") },
            tools: way.tools.joined(separator: ", "), steps: way.steps, wrong: way.wrong,
            checks: way.checks, never: way.never,
            hidden: hidden.map { .init(name: $0.0, value: $0.1) },
            print: "/hardware/sheet?" + query)
    }
}

extension HardwareModel.Part {
    init(_ part: HardwarePart, way: WayID, typed: String) {
        var price = "Ask two suppliers"
        var source: String?
        if case .found(let range, let from) = part.price {
            price = range.words
            source =
                "\(from.title), \(from.dated), read on \(Plain.longDate(from.read)):"
                + " \(from.address)"
        }
        self.init(
            field: "q-" + part.id.rawValue, id: "q-\(way.rawValue)-\(part.id.rawValue)",
            name: part.name, does: part.does, choose: part.choose,
            models: part.profiles.isEmpty ? nil : part.profiles.joined(separator: ", "),
            price: price, source: source, typed: typed)
    }
}

extension HardwareModel.Machine {
    init(_ machine: CostedMachine) {
        let query =
            [("kind", machine.kind.rawValue)]
            + MachineFeature.allCases.filter(machine.features.contains)
            .map { ("has", $0.rawValue) }
        let both = machine.bothCost
        self.init(
            name: machine.name, note: machine.note,
            address: "/hardware?" + query.map { $0.0 + "=" + $0.1 }.joined(separator: "&")
                + "&want=state",
            first: machine.first.name, cost: machine.firstCost.words, next: machine.next.name,
            both: both.words, own: both.ownHours.words, hired: both.hiredHours.words)
    }
}
