// The wall board: every machine at a distance of eight metres, what needs a person first (ux 7).

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of a board shows.
struct BoardModel: Sendable {
    /// A machine.
    struct Row: Sendable {
        let id: String
        let name: String
        let job: String
        let stateClass: String
        let word: String
        let mark: SVGMarkup
        let howLong: String
        let strip: SVGMarkup
        let parts: String?
        let ofParts: String
        let remark: String?
        let isAbnormal: Bool
    }

    let frame: PageFrame
    let sheet: String
    let script: String
    let title: String
    let hours: String
    let clock: String
    let rows: [Row]
    let isEmpty: Bool
    let isCrowded: Bool
    let figures: [FigureLink]
    let yesterday: String?
    let freshness: String
    let isLight: Bool
    let now: String
}

/// `GET /b/{board}`.
enum BoardPage {
    /// Seconds without news after which a board says so (ux 7).
    private static let oldAfter = 30.0
    /// Rows that fit with room; more stand closer together.
    private static let roomyRows = 8

    /// `1` shows all machines; the id of an area shows those of the area.
    static func answer(_ ask: Ask) async throws -> Response {
        let name = ask.context?.parameters.get("board") ?? ""
        let factory = ask.world.factory
        let area = name == "1" ? nil : Slug(name)
        guard name == "1" || area.map({ factory.areas[$0] != nil }) == true else {
            let known = factory.areas.keys.map(\.text).sorted().joined(separator: ", ")
            throw Problem(
                .notFound,
                "There is no board “\(name)”. Board 1 shows all machines"
                    + (known.isEmpty ? "." : "; areas have their own: \(known)."))
        }
        return try ask.page(try await model(area, ask), template: "board")
    }

    private static func model(_ area: Slug?, _ ask: Ask) async throws -> BoardModel {
        let picture = try await ask.world.now()
        let clock = ask.clock
        let machines = picture.machines.filter { area == nil || $0.machine.area == area }
        let newest = Freshness.newest(machines, at: picture.time)
        let isBrief = ask.query["brief"] != nil
        let range = picture.shift?.range
        let place = area.flatMap { ask.world.factory.areas[$0] }.map { $0 + ". " } ?? ""
        let floor =
            area == nil
            ? picture.sentence
            : Sentences.now(floorCount(machines))
        return BoardModel(
            frame: ask.frame(
                title: "Board", ask: "What is happening now?", sentence: place + floor, cells: [],
                oldWords: Freshness.words(
                    newest: newest, now: picture.time, clock: clock, after: oldAfter)),
            sheet: ask.site.assets.address("board.css"),
            script: ask.site.assets.address("board.js"),
            title: picture.shift?.name ?? "Outside shifts",
            hours: range.map { Plain.clock($0, zone: clock.zone) } ?? "The last eight hours",
            clock: clock.minute(picture.time), rows: machines.map { row($0, picture.time, ask) },
            isEmpty: machines.isEmpty, isCrowded: machines.count > roomyRows,
            figures: area == nil
                ? picture.figures.filter { $0.key.figure != .energy }.map {
                    FigureLink($0, currency: ask.world.factory.currency)
                } : [],
            yesterday: isBrief ? nil : try await yesterday(ask),
            freshness: newest.map { "Data up to " + clock.second($0) } ?? "No data yet",
            isLight: ask.query["light"] != nil,
            now: String(picture.time.millisecondsSince1970))
    }

    private static func floorCount(_ machines: [MachineNow]) -> FloorCount {
        FloorCount(
            machines: machines.count, running: machines.filter(\.state.isProducing).count,
            needing: machines.filter(\.needsPerson).count,
            attended: machines.filter { $0.needsPerson && $0.isSeen }.count,
            silent: machines.filter { $0.state == .unknown }.count,
            planned: machines.filter { $0.state == .planned }.count,
            onlyName: machines.count == 1 ? machines.first?.machine.name : nil)
    }

    private static func row(_ now: MachineNow, _ time: Timestamp, _ ask: Ask) -> BoardModel.Row {
        let card = Card(
            now, picture: time, clock: ask.clock, currency: ask.world.factory.currency,
            columns: 400)
        return .init(
            id: card.id, name: card.name, job: card.job ?? "", stateClass: card.stateClass,
            word: card.word, mark: card.mark,
            howLong: now.since.map { since in
                time - since < .minutes(1) ? "just now" : Plain.age(time - since)
            } ?? "never seen", strip: card.strip,
            parts: now.parts?.value.amount.map { Plain.number(Int64($0.rounded())) },
            ofParts: now.plannedParts.map { "of " + Plain.number($0) } ?? "parts",
            remark: now.needsPerson ? card.remark : nil, isAbnormal: now.needsPerson)
    }

    /// The running share of the day before, in words; read once with the page.
    private static func yesterday(_ ask: Ask) async throws -> String? {
        let range = RangeChoice.yesterday.range(at: ask.world.time, calendar: ask.world.calendar)
        let indicator = try await ask.world.indicator(
            FigureKey(figure: .runningShare, range: range)
        ).indicator
        return indicator.value.amount.map { Plain.percent($0) }
    }
}
