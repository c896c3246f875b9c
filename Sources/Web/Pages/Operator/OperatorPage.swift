// The tablet at a machine: why it stood in two taps, parts by digits, kept on the tablet until the
// box has them (ux 6).

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of the operator page shows.
struct OperatorModel: Sendable {
    /// A reason with its finer ones.
    struct Tile: Sendable {
        let id: String
        let name: String
        let today: String
        let isChosen: Bool
        let details: [String]
        let plain: String
    }

    let frame: PageFrame
    let script: String
    let machineID: String
    let machine: String
    let address: String
    let stateClass: String
    let word: String
    let mark: SVGMarkup
    let howLong: String
    let lastHeard: String?
    let job: String?
    let parts: String?
    let ofParts: String
    /// First instant of the stop under way in milliseconds; nil while it runs.
    let stop: String?
    let since: String
    let tiles: [Tile]
    let hasTiles: Bool
    /// Whether the machine stands and its reasons are asked for.
    let asks: Bool
    let said: String?
    let earlier: String?
    let earlierAddress: String
    /// Whether parts are said by hand, as no counter is read.
    let countsByHand: Bool
    let now: String
}

/// `GET /o/{machine}`.
enum OperatorPage {
    /// Reasons on the page; the others stand on the page of the stop.
    private static let tiles = 8
    /// How far back a stop without a reason is offered.
    private static let earlierReach = Elapsed.hours(10)

    static func answer(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("machine")
        guard let now = try await ask.world.machineNow(id) else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        return try ask.page(try await model(now, ask), template: "operator")
    }

    private static func model(_ now: MachineNow, _ ask: Ask) async throws -> OperatorModel {
        let world = ask.world
        let clock = ask.clock
        let machine = now.machine
        let last = now.strip.last
        let stop = last.flatMap { $0.isStop ? $0 : nil }
        let since = (stop?.range.start ?? now.since).map { clock.minute($0) } ?? ""
        let picture = StateMark.mark(now.state, needsPerson: now.needsPerson)
        let reasons = world.factory.offeredReasons
        let today = try await world.strip(
            machine.id,
            range: TimeRange(start: world.time - earlierReach, end: world.time))
        let earlier = today.last {
            $0.isStop && $0.reason == nil && $0.range.start != stop?.range.start
                && !$0.isOpen
        }
        return OperatorModel(
            frame: ask.frame(
                title: machine.name, ask: "What is happening here?", sentence: machine.name,
                cells: []),
            script: ask.site.assets.address("operator.js"), machineID: machine.id.text,
            machine: machine.name, address: "/o/" + machine.id.text,
            stateClass: picture.className, word: now.state.word, mark: picture.drawing,
            howLong: now.since.map { Plain.age(world.time - $0) } ?? "",
            lastHeard: now.lastSample.map { clock.minute($0) },
            job: now.job.map { $0.product.isEmpty ? $0.job : $0.job + ", " + $0.product },
            parts: now.parts?.value.amount.map { Plain.number(Int64($0.rounded())) },
            ofParts: now.plannedParts.map { "of \($0) parts" } ?? "parts",
            stop: stop.map { String($0.range.start.millisecondsSince1970) }, since: since,
            tiles: reasons.prefix(tiles).map { tile($0, today, now.reason) },
            hasTiles: !reasons.isEmpty, asks: stop != nil,
            said: now.reason.map { now.detail.isEmpty ? $0.name : $0.name + ": " + now.detail },
            earlier: earlier.map {
                clock.minute($0.range.start) + ", " + Plain.duration($0.range.elapsed)
            },
            earlierAddress: earlier.map {
                "/m/\(machine.id.text)/stop?at=\($0.range.start.millisecondsSince1970)"
            } ?? "",
            countsByHand: machine.counts == nil, now: String(world.time.millisecondsSince1970))
    }

    private static func tile(
        _ reason: StopReason, _ today: [StateEpisode], _ chosen: StopReason?
    ) -> OperatorModel.Tile {
        let spent = today.filter { $0.isStop && $0.reason == reason.id }
            .reduce(Elapsed.zero) { $0 + $1.range.elapsed }
        return .init(
            id: reason.id.text, name: reason.name,
            today: spent >= .minutes(1) ? Plain.duration(spent) + " today" : "",
            isChosen: chosen?.id == reason.id, details: Array(reason.details.prefix(6)),
            plain: "Just “\(reason.name)”")
    }
}
