// The forms of the page that sets up the place: each says one or a few events.

import Foundation
import Hummingbird
import Loop
import Messages
import Plant
import Understand

/// Forms of `/place`.
enum PlaceForms {
    /// Reads a form, says what it means, and goes back to its part of the page.
    static func trying(
        _ ask: Ask, part: String, _ events: (FormFields) throws -> [FactoryEvent]
    ) async throws -> Response {
        let form = try await ask.form()
        do {
            for event in try events(form) {
                _ = try await ask.world.say(event, id: nil, actor: ask.actor)
            }
            return Answer.go(to: "/place?saved=\(part)#\(part)")
        } catch let refused as RefusedSaying {
            return try PlacePage.page(ask, refused: refused, form: form)
        }
    }

    /// The name of a form, with single blanks.
    ///
    /// Throws ``RefusedSaying`` where it is missing or has more than `limit` letters: a name is
    /// never cut.
    private static func name(_ form: FormFields, limit: Int = WebLimits.nameLetters) throws
        -> String
    {
        let name = (form["name"] ?? "").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        guard !name.isEmpty else {
            throw RefusedSaying(field: "name", says: "A name is missing.", remedy: "Give it.")
        }
        try short(name, "name", limit)
        return name
    }

    /// Refuses a name of more than `limit` letters in words.
    static func short(_ name: String, _ field: String, _ limit: Int) throws {
        guard name.count > limit else { return }
        throw RefusedSaying(
            field: field,
            says: "A name has at most \(limit) letters, this one has \(name.count).",
            remedy: "Make it shorter; nothing was stored.")
    }

    /// Refuses a form whose thing was changed after the form was made.
    ///
    /// A form without a mark, as programs send it, is taken as it is.
    static func unchanged(_ form: FormFields, _ mark: String) throws {
        guard let seen = form.filled(PlaceMark.field), seen != mark else { return }
        throw RefusedSaying(
            field: PlaceMark.field, says: "Somebody changed this since the page was opened.",
            remedy: "What you typed stands below, nothing was stored. Open the page in another"
                + " tab to see the change; saving again puts yours in its place.",
            isConflict: true)
    }

    /// Refuses a name that something else of the kind has already, in whatever case.
    private static func unused(_ name: String, among others: some Sequence<String>) throws {
        guard others.contains(where: { $0.lowercased() == name.lowercased() }) else { return }
        throw RefusedSaying(
            field: "name", says: "There is “\(name)” already.", remedy: "Choose another name.")
    }

    /// An id from a name that nothing else has.
    static func id(_ name: String, _ fallback: StaticString, taken: (Slug) -> Bool) -> Slug {
        let base = Slug(name: name, fallback: Slug(fallback))
        var id = base
        var number = 2
        while taken(id) {
            id = Slug(name: String(base.text.prefix(36)) + "-\(number)", fallback: base)
            number += 1
        }
        return id
    }

    /// `POST /place/site`: the name and what things are worth from a day on.
    static func site(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "site") { form in
            var events: [FactoryEvent] = []
            try unchanged(form, PlaceMark.ofSite(factory, at: ask.world.time))
            if let name = form.filled("name") { try short(name, "name", 80) }
            if let name = form.filled("name"), name != factory.name {
                events.append(
                    .siteNamed(name: name, zone: factory.zone, currency: factory.currency))
            }
            let from = ask.clock.zone.midnight(try day(form, "from", ask))
            for kind in RateKind.allCases {
                guard let text = form.filled(kind.rawValue) else { continue }
                guard let rate = Rate(text.replacing(",", with: "."), currency: factory.currency),
                    rate.millionths >= 0
                else {
                    throw RefusedSaying(
                        field: kind.rawValue, says: "“\(text)” is no amount.",
                        remedy: "Write it as 46.00.")
                }
                if rate != factory.rate(kind, at: from) {
                    events.append(.rateSet(kind: kind, rate: rate, from: from))
                }
            }
            return events
        }
    }

    static func day(_ form: FormFields, _ field: String, _ ask: Ask) throws -> CivilDate {
        guard let text = form.filled(field) else {
            return ask.clock.zone.local(ask.world.time).date
        }
        guard let date = CivilDate(text) else {
            throw RefusedSaying(
                field: field, says: "“\(text)” is no date.", remedy: "Write it as 2026-11-13.")
        }
        let today = ask.clock.zone.local(ask.world.time).date
        guard (today.year - 30...today.year + 5).contains(date.year) else {
            throw RefusedSaying(
                field: field, says: "\(Plain.longDate(date)) is not a day of this firm.",
                remedy: "Check the year.")
        }
        return date
    }

    /// `POST /place/areas`.
    static func area(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "machines") { form in
            let name = try name(form)
            try unused(name, among: factory.areas.values)
            return [
                .areaSet(id: id(name, "area") { factory.areas[$0] != nil }, name: name)
            ]
        }
    }

    /// `POST /place/machines`: a machine that is told by hand until signals are given to it.
    static func machine(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "machines") { form in
            let area = form.filled("area").flatMap { Slug($0) }
            guard let known = form.filled("id").flatMap({ Slug($0) }) else {
                let name = try name(form)
                try unused(name, among: factory.activeMachines.map(\.name))
                return [
                    .machineAdded(
                        id: id(name, "machine") { factory.machines[$0] != nil }, name: name,
                        area: area)
                ]
            }
            guard let machine = factory.machines[known] else {
                throw RefusedSaying(
                    field: "id", says: "There is no machine `\(known)`.",
                    remedy: "Open the page again.")
            }
            try unchanged(form, PlaceMark.of(machine))
            switch form["do"] {
            case "retire": return [.machineRetired(id: known, isRetired: !machine.isRetired)]
            default:
                return [.machineChanged(id: known, name: try name(form), area: area)]
            }
        }
    }

    /// `POST /place/reasons`: one reason.
    static func reason(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "reasons") { form in
            let known = form.filled("id").flatMap { Slug($0) }
            if let reason = known.flatMap({ factory.reasons[$0] }) {
                try unchanged(form, PlaceMark.of(reason))
            }
            if let known, form["do"] == "retire" { return [.reasonRetired(id: known)] }
            let name = try name(form)
            try unused(
                name, among: factory.offeredReasons.filter { $0.id != known }.map(\.name))
            guard let loss = form["loss"].flatMap(LossKind.init(rawValue:)) else {
                throw RefusedSaying(
                    field: "loss", says: "Where does its time go?", remedy: "Choose one.")
            }
            let details = (form["details"] ?? "").split(separator: ",").map {
                $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }.filter { !$0.isEmpty }
            return [
                .reasonSet(
                    StopReason(
                        id: known ?? id(name, "reason") { factory.reasons[$0] != nil },
                        name: name, loss: loss, details: Array(details.prefix(12)),
                        names: try known == nil ? [:] : names(form), place: try place(form)))
            ]
        }
    }

    private static func names(_ form: FormFields) throws -> [String: String] {
        var names: [String: String] = [:]
        for language in MessageLanguage.written {
            let field = "name-" + language.tag
            guard let name = form.filled(field) else { continue }
            try short(name, field, 80)
            names[language.tag] = name
        }
        return names
    }

    private static func place(_ form: FormFields) throws -> Int64? {
        guard let text = form.filled("place") else { return nil }
        guard let place = Int64(text), (1...8).contains(place) else {
            throw RefusedSaying(
                field: "place", says: "“\(text)” is no place.",
                remedy: "Write 1 to 8, or leave it empty.")
        }
        return place
    }

    /// `POST /place/trade`: the reasons of a trade that are not there yet.
    static func trade(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "reasons") { form in
            guard let trade = form["trade"].flatMap(Trade.init(rawValue:)) else {
                throw RefusedSaying(
                    field: "trade", says: "No trade was chosen.", remedy: "Choose one.")
            }
            return trade.reasons.filter {
                factory.reasons[$0.id] == nil || factory.retiredReasons.contains($0.id)
            }.map { reason in
                .reasonSet(
                    StopReason(
                        id: reason.id, name: reason.name, loss: reason.loss,
                        details: reason.details, names: ask.translations(of: reason),
                        place: reason.place))
            }
        }
    }

    /// `POST /place/products`: a product as it holds from a day on.
    static func product(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "products") { form in
            let known = form.filled("id").flatMap { Slug($0) }
            if let known, let mark = PlaceMark.ofProduct(known, factory) {
                try unchanged(form, mark)
            }
            if let known, form["do"] == "retire" {
                return [.productRetired(id: known, isRetired: true)]
            }
            let name = try name(form, limit: WebLimits.longNameLetters)
            var cycle: Elapsed?
            if let text = form.filled("cycle") {
                guard let seconds = Double(text.replacing(",", with: ".")), seconds > 0,
                    seconds < 3_000_000
                else {
                    throw RefusedSaying(
                        field: "cycle", says: "“\(text)” is no time in seconds.",
                        remedy: "Write it as 42.5, or leave it empty.")
                }
                cycle = Elapsed(nanoseconds: Int64((seconds * 1e9).rounded()))
            }
            var material: Rate?
            if let text = form.filled("material") {
                guard let rate = Rate(text.replacing(",", with: "."), currency: factory.currency)
                else {
                    throw RefusedSaying(
                        field: "material", says: "“\(text)” is no amount.",
                        remedy: "Write it as 0.31, or leave it empty.")
                }
                material = rate
            }
            guard let cavities = Int64(form.filled("cavities") ?? "1"),
                (1...999).contains(cavities)
            else {
                throw RefusedSaying(
                    field: "cavities", says: "Parts from one cycle are 1 to 999.",
                    remedy: "Write 1 where one part comes out at a time.")
            }
            let product = Product(
                id: known ?? id(name, "product") { factory.products[$0] != nil }, name: name,
                cycle: cycle, isEstimate: form["estimate"] != nil, cavities: cavities,
                material: material)
            return [
                .productSet(product, from: ask.clock.zone.midnight(try day(form, "from", ask)))
            ]
        }
    }

    /// `POST /place/checks`: a check list.
    static func checks(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "checks") { form in
            let known = form.filled("id").flatMap { Slug($0) }
            if let list = known.flatMap({ factory.checkLists[$0] }) {
                try unchanged(form, PlaceMark.of(list))
            }
            let name = try name(form, limit: WebLimits.longNameLetters)
            let isRemoved = form["do"] == "retire"
            let steps = isRemoved ? [] : try CheckLines.steps(form["steps"] ?? "")
            if !isRemoved {
                try unused(
                    name,
                    among: factory.checkLists.values.filter { $0.id != known }.map(\.name))
                guard !steps.isEmpty else {
                    throw RefusedSaying(
                        field: "steps", says: "\(name) has no step.",
                        remedy: "Write one on each line, such as: No burr | good")
                }
            }
            return [
                .checkListSet(
                    CheckList(
                        id: known ?? id(name, "list") { factory.checkLists[$0] != nil },
                        name: name,
                        moment: form["moment"].flatMap(CheckMoment.init(rawValue:)) ?? .during,
                        product: form["product"] ?? "",
                        steps: steps))
            ]
        }
    }
}

extension Ask {
    /// What a reason of a starter set is called in the other languages of the tablet.
    fileprivate func translations(of reason: StopReason) -> [String: String] {
        let words = reason.id.text.split(separator: "-")
        let key = "starter." + words[0] + words.dropFirst().map(\.capitalized).joined()
        var names: [String: String] = [:]
        for language in MessageLanguage.written where language != .english {
            names[language.tag] = site.messages.text(key, in: language)
        }
        return names
    }
}
