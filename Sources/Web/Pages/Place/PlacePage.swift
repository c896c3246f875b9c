// Set up the place: machines and areas, reasons, shifts, products, check lists, what an hour costs.

import Hummingbird
import Loop
import Messages
import Plant
import Understand

/// What the template of the page shows.
struct PlaceModel: Sendable {
    /// A choice of a select.
    struct Choice: Sendable {
        let value: String
        let name: String
        let isHere: Bool
    }

    /// A machine.
    struct MachineRow: Sendable {
        let id: String
        let name: String
        let areas: [Choice]
        let seen: String
        let isRetired: Bool
        let tablet: String
        let mark: String
    }

    /// A reason.
    struct ReasonRow: Sendable {
        let id: String
        let name: String
        let losses: [Choice]
        let details: String
        let place: String
        /// The name in each other language of the tablet.
        let names: [Translation]
        let mark: String
    }

    /// A name in another language.
    struct Translation: Sendable {
        let tag: String
        let language: String
        let text: String
    }

    /// A version of working time.
    struct CalendarRow: Sendable {
        let from: String
        /// The day as `2026-11-13`.
        let day: String
        let shifts: [String]
        let off: String?
        /// Whether it differs from what was before, so that it can be taken back.
        let canWithdraw: Bool
    }

    /// A shift in the form.
    struct ShiftForm: Sendable {
        let number: Int
        let name: String
        let from: String
        let to: String
        let breaks: String
        let days: [Choice]
    }

    /// A product.
    struct ProductRow: Sendable {
        let id: String
        let name: String
        let cycle: String
        let isEstimate: Bool
        let cavities: String
        let material: String
        let since: String
        let mark: String
    }

    /// A check list.
    struct ListRow: Sendable {
        let id: String
        let name: String
        let moments: [Choice]
        let product: String
        let steps: String
        let mark: String
    }

    /// What something is worth.
    struct RateRow: Sendable {
        let kind: String
        let name: String
        let value: String
    }

    let frame: PageFrame
    let trouble: String?
    /// The part that was saved just now.
    let saved: [String: Bool]
    let site: String
    let currency: String
    let today: String
    let rates: [RateRow]
    let areas: [Choice]
    let machines: [MachineRow]
    let hasMachines: Bool
    let trades: [Choice]
    let reasons: [ReasonRow]
    let hasReasons: Bool
    let losses: [Choice]
    let calendars: [CalendarRow]
    let hasCalendars: Bool
    let shifts: [ShiftForm]
    let daysOff: String
    let products: [ProductRow]
    let hasProducts: Bool
    let lists: [ListRow]
    let moments: [Choice]
    let calendarMark: String
    let siteMark: String
}

/// `/place`.
enum PlacePage {
    /// Shifts that the form offers.
    static let shiftRows = 4

    static func answer(_ ask: Ask) async throws -> Response { try page(ask) }

    static func page(
        _ ask: Ask, refused: RefusedSaying? = nil, form: FormFields? = nil
    ) throws -> Response {
        let factory = ask.world.factory
        let machines = factory.activeMachines.count
        let sentence =
            machines == 0
            ? "No machine yet: name the first one."
            : Plain.capitalised(Plain.count(Int64(machines), "machine", "machines")) + " and "
                + Plain.count(Int64(factory.offeredReasons.count), "reason", "reasons")
                + " are set up."
        return try ask.page(
            model(ask, sentence, refused.map { $0.says + " " + $0.remedy }), template: "place",
            status: refused == nil ? .ok : .unprocessableContent,
            again: FormAgain(ask, form, refused))
    }

    private static func model(_ ask: Ask, _ sentence: String, _ trouble: String?) -> PlaceModel {
        let factory = ask.world.factory
        let now = ask.world.time
        let today = ask.clock.zone.local(now).date
        let newest =
            factory.calendarVersions.filter { $0.validFrom <= today }
            .max { $0.validFrom < $1.validFrom } ?? factory.calendarVersions.last
        let calendars = calendars(factory)
        return PlaceModel(
            frame: ask.frame(
                title: "Set up the place", ask: "How does this place work?", sentence: sentence,
                cells: [ask.siteCell]),
            trouble: trouble,
            saved: trouble == nil ? ask.query.filled("saved").map { [$0: true] } ?? [:] : [:],
            site: factory.name, currency: factory.currency.code,
            today: ask.clock.zone.local(now).date.text,
            rates: [
                (RateKind.hourCost, "An hour of a machine costs"),
                (.hourAvoided, "A lost hour costs in overtime and the like"),
                (.hourSold, "An hour of the slowest machine could be sold for"),
                (.kilowattHour, "A kilowatt hour costs"),
            ].map { kind, name in
                .init(
                    kind: kind.rawValue, name: name,
                    value: factory.rate(kind, at: now)?.text ?? "")
            }, areas: areas(factory, nil),
            machines: factory.machines.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
                .map { machine($0, factory) }, hasMachines: !factory.machines.isEmpty,
            trades: Trade.allCases.map {
                .init(value: $0.rawValue, name: $0.name, isHere: false)
            },
            reasons: factory.offeredReasons.map(reason),
            hasReasons: !factory.offeredReasons.isEmpty, losses: losses(nil),
            calendars: calendars, hasCalendars: !calendars.isEmpty,
            shifts: shiftForms(newest),
            daysOff: (newest?.daysOff.sorted() ?? []).map(\.text).joined(separator: ", "),
            products: factory.products(at: now).map { product($0, factory, ask.clock.zone) },
            hasProducts: !factory.products(at: now).isEmpty,
            lists: factory.checkLists.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
                .map(list), moments: moments(nil),
            calendarMark: PlaceMark.ofCalendar(factory),
            siteMark: PlaceMark.ofSite(factory, at: now))
    }

    private static func areas(_ factory: Factory, _ here: Slug?) -> [PlaceModel.Choice] {
        factory.areas.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
            .init(value: $0.key.text, name: $0.value, isHere: $0.key == here)
        }
    }

    private static func machine(_ machine: Machine, _ factory: Factory) -> PlaceModel.MachineRow {
        .init(
            id: machine.id.text, name: machine.name, areas: areas(factory, machine.area),
            seen: machine.stateRules.isEmpty ? "told by hand on its tablet" : "read from signals",
            isRetired: machine.isRetired, tablet: "/o/" + machine.id.text,
            mark: PlaceMark.of(machine))
    }

    private static func reason(_ reason: StopReason) -> PlaceModel.ReasonRow {
        .init(
            id: reason.id.text, name: reason.name, losses: losses(reason.loss),
            details: reason.details.joined(separator: ", "),
            place: reason.place.map(String.init) ?? "",
            names: MessageLanguage.written.filter { $0 != .english }.map {
                .init(tag: $0.tag, language: $0.ownName, text: reason.names[$0.tag] ?? "")
            }, mark: PlaceMark.of(reason))
    }

    /// Versions of working time, the newest first; one that was taken back changes nothing and is
    /// left out.
    private static func calendars(_ factory: Factory) -> [PlaceModel.CalendarRow] {
        let versions = factory.calendarVersions.sorted { $0.validFrom < $1.validFrom }
        var before: CalendarVersion?
        var rows: [PlaceModel.CalendarRow] = []
        for version in versions {
            let isSame =
                (before?.shifts ?? []) == version.shifts
                && (before?.daysOff ?? []) == version.daysOff
            before = version
            if isSame { continue }
            let again = PlaceForms.versionWithdrawn(version.validFrom, versions)
            rows.append(calendar(version, canWithdraw: again != nil))
        }
        return rows.reversed()
    }

    static func words(_ loss: LossKind) -> String {
        switch loss {
        case .breakdown: "Breakdown"
        case .stoppage: "Stop at work"
        case .waiting: "Waiting: no order, material or person"
        case .blocked: "The next machine takes nothing"
        case .starved: "The machine before gives nothing"
        case .setup: "Setting up"
        case .planned: "Agreed not to run"
        }
    }

    private static func losses(_ here: LossKind?) -> [PlaceModel.Choice] {
        LossKind.allCases.map {
            .init(value: $0.rawValue, name: words($0), isHere: $0 == here)
        }
    }

    private static func moments(_ here: CheckMoment?) -> [PlaceModel.Choice] {
        CheckMoment.allCases.map { moment in
            let name =
                switch moment {
                case .firstOff: "At the first part"
                case .during: "While it runs"
                case .last: "At the end"
                }
            return .init(value: moment.rawValue, name: name, isHere: moment == here)
        }
    }

    /// `06:00`, from seconds of the day.
    static func clock(_ seconds: Int) -> String {
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        return two(seconds / 3_600 % 24) + ":" + two(seconds / 60 % 60)
    }

    private static func calendar(
        _ version: CalendarVersion, canWithdraw: Bool
    ) -> PlaceModel.CalendarRow {
        .init(
            from: Plain.longDate(version.validFrom), day: version.validFrom.text,
            shifts: version.shifts.map { shift in
                let days = shift.days.sorted().map(\.shortName).joined(separator: " ")
                let breaks = shift.breaks.map { clock($0.from) + " to " + clock($0.to) }
                return "\(shift.name), \(days), \(clock(shift.hours.from)) to"
                    + " \(clock(shift.hours.to))"
                    + (breaks.isEmpty ? "" : "; breaks " + breaks.joined(separator: ", "))
            },
            off: version.daysOff.isEmpty
                ? nil
                : version.daysOff.sorted().map { Plain.date($0) }.joined(separator: ", "),
            canWithdraw: canWithdraw)
    }

    private static func shiftForms(_ version: CalendarVersion?) -> [PlaceModel.ShiftForm] {
        (0..<shiftRows).map { index in
            let shift = version.flatMap {
                index < $0.shifts.count ? $0.shifts[index] : nil
            }
            return .init(
                number: index + 1, name: shift?.name ?? "",
                from: shift.map { clock($0.hours.from) } ?? "",
                to: shift.map { clock($0.hours.to) } ?? "",
                breaks: (shift?.breaks ?? []).map { clock($0.from) + "-" + clock($0.to) }
                    .joined(separator: ", "),
                days: Weekday.allCases.map { day in
                    .init(
                        value: day.shortName, name: day.shortName,
                        isHere: shift?.days.contains(day) ?? (day <= .friday))
                })
        }
    }

    private static func product(
        _ product: Product, _ factory: Factory, _ zone: ZoneRules
    ) -> PlaceModel.ProductRow {
        let since = factory.products[product.id]?.last?.from ?? .distantPast
        return .init(
            id: product.id.text, name: product.name,
            cycle: product.cycle.map { Measure.value($0.seconds) } ?? "",
            isEstimate: product.isEstimate, cavities: String(product.cavities),
            material: product.material?.text ?? "",
            since: since == .distantPast ? "" : Plain.longDate(zone.local(since).date),
            mark: PlaceMark.ofProduct(product.id, factory) ?? "")
    }

    private static func list(_ list: CheckList) -> PlaceModel.ListRow {
        .init(
            id: list.id.text, name: list.name, moments: moments(list.moment),
            product: list.product, steps: list.steps.map(CheckLines.line).joined(separator: "\n"),
            mark: PlaceMark.of(list))
    }
}
