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
    private static func trying(
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

    private static func name(_ form: FormFields) throws -> String {
        let name = (form["name"] ?? "").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        guard !name.isEmpty else {
            throw RefusedSaying(field: "name", says: "A name is missing.", remedy: "Give it.")
        }
        return name
    }

    /// Refuses a name that something else of the kind has already, in whatever case.
    private static func unused(_ name: String, among others: some Sequence<String>) throws {
        guard others.contains(where: { $0.lowercased() == name.lowercased() }) else { return }
        throw RefusedSaying(
            field: "name", says: "There is “\(name)” already.", remedy: "Choose another name.")
    }

    /// An id from a name that nothing else has.
    private static func id(_ name: String, _ fallback: StaticString, taken: (Slug) -> Bool) -> Slug
    {
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

    private static func day(_ form: FormFields, _ field: String, _ ask: Ask) throws -> CivilDate {
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
                        names: known == nil ? [:] : names(form), place: try place(form)))
            ]
        }
    }

    private static func names(_ form: FormFields) -> [String: String] {
        var names: [String: String] = [:]
        for language in MessageLanguage.written {
            names[language.tag] = form.filled("name-" + language.tag).map { String($0.prefix(80)) }
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

    /// `POST /place/shifts`: working time from a date on.
    static func shifts(_ ask: Ask) async throws -> Response {
        try await trying(ask, part: "shifts") { form in
            var shifts: [ShiftPattern] = []
            for number in 1...PlacePage.shiftRows {
                guard let name = form.filled("name-\(number)") else { continue }
                let from = try clock(form, "from-\(number)")
                let to = try clock(form, "to-\(number)")
                let days = Set(form.all("days-\(number)").compactMap { Weekday(shortName: $0) })
                guard !days.isEmpty else {
                    throw RefusedSaying(
                        field: "days-\(number)", says: "\(name) has no day.",
                        remedy: "Tick the days on which it starts, or empty its name.")
                }
                let hours = ClockSpan(from: from, to: to)
                let breaks = try breaks(form["breaks-\(number)"] ?? "")
                for pause in breaks {
                    let start = pause.from < from ? pause.from + 86_400 : pause.from
                    guard start >= hours.from, start < hours.to else {
                        throw RefusedSaying(
                            field: "breaks-\(number)",
                            says: "A break of \(name) lies outside of its hours.",
                            remedy: "Check the break and the hours.")
                    }
                }
                let shift = ShiftPattern(
                    id: id(name, "shift") { slug in shifts.contains { $0.id == slug } },
                    name: name, days: days, hours: hours, breaks: breaks)
                if let other = shifts.first(where: { overlap($0, shift) }) {
                    throw RefusedSaying(
                        field: "from-\(number)",
                        says: "\(name) and \(other.name) overlap.",
                        remedy: "Let one begin when the other ends: an hour belongs to one shift.")
                }
                shifts.append(shift)
            }
            var daysOff: Set<CivilDate> = []
            for text in (form["days_off"] ?? "").split(whereSeparator: {
                $0 == "," || $0.isWhitespace
            }) {
                guard let date = CivilDate(String(text)) else {
                    throw RefusedSaying(
                        field: "days_off", says: "“\(text)” is no date.",
                        remedy: "Write days off as 2026-12-25, with commas between.")
                }
                daysOff.insert(date)
            }
            let from = try day(form, "from", ask)
            return [
                .calendarSet(
                    CalendarVersion(validFrom: from, shifts: shifts, daysOff: daysOff))
            ] + later(than: from, shifts, daysOff, ask.world.factory.calendarVersions)
        }
    }

    /// Whether two shifts share time on any day of a week, the night into Monday too.
    private static func overlap(_ one: ShiftPattern, _ two: ShiftPattern) -> Bool {
        let week = 7 * 86_400
        func spans(_ shift: ShiftPattern) -> [Range<Int>] {
            Weekday.allCases.enumerated().filter { shift.days.contains($0.element) }.map { place in
                let start = place.offset * 86_400 + shift.hours.from
                return start..<place.offset * 86_400 + shift.hours.to
            }
        }
        let others = spans(two)
        return spans(one).contains { span in
            others.contains { other in
                [-week, 0, week].contains {
                    span.overlaps(other.lowerBound + $0..<other.upperBound + $0)
                }
            }
        }
    }

    /// Days of overtime after a change keep their overtime, and have the new shifts around it.
    private static func later(
        than from: CivilDate, _ shifts: [ShiftPattern], _ daysOff: Set<CivilDate>,
        _ versions: [CalendarVersion]
    ) -> [FactoryEvent] {
        let overtime: Slug = Slug("overtime")
        func usual(_ version: CalendarVersion) -> [ShiftPattern] {
            version.shifts.filter { $0.id != overtime }
        }
        guard
            let before = versions.filter({ $0.validFrom <= from })
                .max(by: { $0.validFrom < $1.validFrom })
        else { return [] }
        return versions.filter { $0.validFrom > from && usual($0) == usual(before) }.map {
            .calendarSet(
                CalendarVersion(
                    validFrom: $0.validFrom,
                    shifts: shifts + $0.shifts.filter { $0.id == overtime },
                    daysOff: daysOff.union($0.daysOff)))
        }
    }

    /// `POST /place/day`: one day that differs, and the day after as before.
    static func exception(_ ask: Ask) async throws -> Response {
        let versions = ask.world.factory.calendarVersions
        return try await trying(ask, part: "shifts") { form in
            let date = try day(form, "date", ask)
            guard
                let usual = versions.filter({ $0.validFrom <= date })
                    .max(by: { $0.validFrom < $1.validFrom })
            else {
                throw RefusedSaying(
                    field: "date", says: "No working time is set for that day.",
                    remedy: "Set the shifts first.")
            }
            let from = try clock(form, "from")
            let to = try clock(form, "to")
            let extra = ShiftPattern(
                id: Slug("overtime"), name: form.filled("name") ?? "Overtime",
                days: [date.weekday], hours: ClockSpan(from: from, to: to), breaks: [])
            let next = date.adding(days: 1)
            let isNextSet = versions.contains { $0.validFrom == next }
            return [
                .calendarSet(
                    CalendarVersion(
                        validFrom: date, shifts: usual.shifts + [extra],
                        daysOff: usual.daysOff.subtracting([date])))
            ]
                + (isNextSet
                    ? []
                    : [
                        .calendarSet(
                            CalendarVersion(
                                validFrom: next, shifts: usual.shifts, daysOff: usual.daysOff))
                    ])
        }
    }

    private static func clock(_ form: FormFields, _ field: String) throws -> Int {
        try seconds(form[field] ?? "", field)
    }

    private static func seconds(_ text: some StringProtocol, _ field: String) throws -> Int {
        let parts = text.split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1],
            (0...23).contains(hour), (0...59).contains(minute)
        else {
            throw RefusedSaying(
                field: field, says: "“\(text)” is no time of day.", remedy: "Write it as 06:00.")
        }
        return hour * 3_600 + minute * 60
    }

    private static func breaks(_ text: String) throws -> [ClockSpan] {
        try text.split(separator: ",").map { part in
            let ends = part.split(separator: "-").map { $0.filter { !$0.isWhitespace } }
            guard ends.count == 2 else {
                throw RefusedSaying(
                    field: "breaks", says: "“\(part)” is no break.",
                    remedy: "Write breaks as 09:00-09:15, with commas between.")
            }
            return ClockSpan(
                from: try seconds(ends[0], "breaks"), to: try seconds(ends[1], "breaks"))
        }
    }

    /// `POST /place/products`: a product as it holds from a day on.
    static func product(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "products") { form in
            let known = form.filled("id").flatMap { Slug($0) }
            if let known, form["do"] == "retire" {
                return [.productRetired(id: known, isRetired: true)]
            }
            let name = try name(form)
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
            let name = try name(form)
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
