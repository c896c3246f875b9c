// The page "A sensor I clip on": three questions, and what to buy and who wires it how.

import Guide
import Hummingbird
import Loop
import Plant
import Understand

/// `GET /hardware` and `GET /hardware/sheet`.
enum HardwarePage {
    /// `GET /hardware`: questions, and the answer once they were asked.
    static func answer(_ ask: Ask) async throws -> Response {
        let asked = try HardwareAsked(ask.query)
        let ways = asked.kind.map { kind in
            HardwareChoice(
                kind, has: asked.features, wanted: asked.wanted, quotes: asked.quotes
            ).ways
        }
        return try ask.page(
            model(ask, asked, ways ?? []), template: "hardware",
            status: asked.trouble == nil ? .ok : .unprocessableContent)
    }

    /// `GET /hardware/sheet`: one way on one sheet of A4.
    static func sheet(_ ask: Ask) async throws -> Response {
        let asked = try HardwareAsked(ask.query)
        guard let name = ask.query.filled("way") else {
            throw Problem(
                .badRequest, "No way was named. Open the page Hardware and choose “Print this”.",
                errors: [.init(field: "way", says: "the name of a way")])
        }
        let id: WayID = try HardwareAsked.known(name, "way")
        let ranked = RankedWay(
            way: id.way, tells: [], cost: WayCost(id.way, quotes: asked.quotes), why: "")
        return try ask.page(model(ask, asked, [ranked]), template: "hardware_sheet")
    }

    private static func sentence(_ asked: HardwareAsked, _ ways: [RankedWay]) -> String {
        guard let kind = asked.kind, let first = ways.first else {
            return "There are \(WiringWays.all.count) ways to connect a machine."
                + " Answer three questions to see yours."
        }
        let count = Plain.capitalised(Plain.count(Int64(ways.count), "way fits", "ways fit"))
        return "\(kind.words): \(count). Begin with this: \(Plain.midSentence(first.way.name))."
    }

    private static func model(
        _ ask: Ask, _ asked: HardwareAsked, _ ways: [RankedWay]
    ) -> HardwareModel {
        let read = Plain.longDate(WorkRules.electricianSource.read)
        let shown = ways.map { ranked in
            HardwareModel.Way(ranked.way, why: ranked.why, cost: ranked.cost, asked: asked)
        }
        let computer = WayID.computer.way
        let now = ask.world.time
        let labour = WorkRules.electricianSource
        return HardwareModel(
            frame: ask.frame(
                title: "What to buy", ask: "What do I need for this machine?",
                sentence: sentence(asked, ways),
                cells: [
                    ask.siteCell, .init(label: "Prices read", value: read),
                    .init(label: "Hours", value: "Our estimate"),
                ]),
            paper: ask.site.assets.address("paper.css"),
            site: ask.world.factory.name.isEmpty ? "Not named yet" : ask.world.factory.name,
            printed: ask.clock.day(now) + ", " + ask.clock.minute(now), trouble: asked.trouble,
            kinds: MachineKind.allCases.map {
                choice("k", $0.rawValue, $0.words, isOn: $0 == asked.kind)
            },
            features: MachineFeature.allCases.map {
                choice("h", $0.rawValue, $0.words, isOn: asked.features.contains($0))
            },
            wants: WantedFact.allCases.map { fact in
                let isOn =
                    asked.wanted.contains(fact) || (asked.wanted.isEmpty && fact == .state)
                return choice("w", fact.rawValue, Plain.capitalised(fact.words), isOn: isOn)
            },
            first: shown.first, others: Array(shown.dropFirst()), hasOthers: shown.count > 1,
            once: .init(
                computer, why: "Needed once, not for each machine.",
                cost: WayCost(computer, quotes: asked.quotes), asked: asked),
            machines: CostedMachines.all.map { .init($0) }, isEmpty: shown.isEmpty,
            rules: WorkRules.all.map { rule in
                let place = rule.address.isEmpty ? "" : " " + rule.address
                return .init(name: rule.name, value: rule.says + place)
            },
            labour: "An electrician is reckoned at \(WorkRules.electricianHour.words) an hour"
                + " (\(labour.title), \(labour.dated), \(labour.address)). Your own people's"
                + " hours have no price here.",
            never: WiringWays.never, read: read,
            back: "/hardware?" + asked.fields.map { $0.0 + "=" + $0.1 }.joined(separator: "&"))
    }

    private static func choice(
        _ mark: String, _ value: String, _ name: String, isOn: Bool
    ) -> HardwareModel.Choice {
        .init(id: "\(mark)-\(value)", value: value, name: name, isOn: isOn)
    }
}
