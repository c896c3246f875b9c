// The tablet at a machine: why it stood in two taps, parts by digits, jobs, calls; kept on the tablet
// until the box has them, in the language of whoever stands there (ux 6).

import Hummingbird
import Loop
import Messages
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

    /// A stop of the shift.
    struct Stop: Sendable {
        let start: String
        let end: String
        let reason: String
        let line: String
        let also: [String]
        let notes: [String]
        /// What joins it to the stop before; nil where it cannot be.
        let joint: Joint?
    }

    /// The end of one stop and the start of the next, to the nanosecond.
    struct Joint: Sendable {
        let from: String
        let to: String
        let question: String
        let done: String
    }

    /// The stop that has just ended, asked about once more for a minute.
    struct Ended: Sendable {
        let start: String
        let question: String
        let line: String
        /// What is said after "Yes"; nil where nothing was said and there is nothing to confirm.
        let confirmed: String?
    }

    /// A job that can be started.
    struct Job: Sendable {
        let name: String
        let line: String
        let facts: String
    }

    /// A language of the tablet.
    struct Language: Sendable {
        let tag: String
        let name: String
        let isHere: Bool
    }

    let frame: PageFrame
    let language: String
    let words: [String: String]
    let table: String
    let script: String
    let machineID: String
    let machine: String
    let address: String
    let stateClass: String
    let state: String
    let code: String
    let mark: SVGMarkup
    let howLong: String?
    let lastHeard: String?
    let job: String?
    let jobName: String
    /// What stands against the first part of the job; nil for nothing.
    let firstOff: String?
    let parts: String?
    let ofParts: String
    /// First instant of the stop under way in milliseconds; nil while it runs.
    let stop: String?
    let tiles: [Tile]
    let hasTiles: Bool
    /// Whether the machine stands and its reasons are asked for.
    let asks: Bool
    let said: String?
    let also: [String]
    let earlier: String?
    let earlierStart: String
    let ended: Ended?
    let stops: [Stop]
    let hasStops: Bool
    let causes: [String]
    let jobs: [Job]
    let hasJobs: Bool
    let call: String?
    /// Whether parts are said by hand, as no counter is read.
    let countsByHand: Bool
    /// Whether the state is told by hand, as nothing is read.
    let isToldByHand: Bool
    let told: String?
    let languages: [Language]
    let now: String
}

/// `/o/{machine}`.
enum OperatorPage {
    /// Reasons on the page; the others stand on the page of the stop.
    static let tiles = 8
    /// How long a stop that has ended is asked about.
    static let asksAfter = Elapsed.seconds(60)

    static func answer(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("machine")
        guard let picture = try await ask.world.operatorPicture(id) else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        guard !picture.now.machine.isRetired else { return try retired(picture.now.machine, ask) }
        return try ask.page(OperatorView(picture, ask).model, template: "operator")
    }

    /// A machine that is out of use has no buttons: only the words, and where to look.
    private static func retired(_ machine: Machine, _ ask: Ask) throws -> Response {
        let sentence = "\(machine.name) is out of use."
        let model = ErrorModel(
            frame: ask.frame(
                title: machine.name, ask: "What is happening here?", sentence: sentence, cells: []),
            detail: "\(machine.name) was taken out of use. Nothing is entered for it any more;"
                + " what was stored stays.",
            remedy: "Where it is used again, say so on the page Set up the place. Else pair this"
                + " tablet with another machine.",
            reference: nil, flaws: [], hasFlaws: false, back: "/now", isOurs: false)
        return try ask.page(model, template: "error")
    }

    /// `POST /o/{machine}/language`: keeps the choice on this tablet.
    static func setLanguage(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("machine")
        let form = try await ask.form()
        let language = form["language"].flatMap { MessageLanguage(tag: $0) } ?? .english
        var response = Answer.go(to: "/o/" + id.text)
        response.setCookie(
            Cookie(
                name: WebSite.languageCookie, value: language.tag, maxAge: 31_536_000, path: "/",
                secure: ask.site.isTLS, httpOnly: true, sameSite: .strict))
        return response
    }

    /// `GET /o/sw.js`: what makes the page open without the network, where the browser lets it.
    static func worker(_ ask: Ask) async throws -> Response {
        guard let asset = ask.site.assets.files["operator-worker.js"] else {
            throw Problem(.notFound, "There is no file of that name.")
        }
        var response = Answer.bytes(asset.bytes, type: asset.type)
        response.headers[.cacheControl] = "no-cache"
        return response
    }
}

extension Ask {
    /// The language that was chosen on this tablet.
    var language: MessageLanguage {
        request.cookies[WebSite.languageCookie].flatMap { MessageLanguage(tag: $0.value) }
            ?? .english
    }
}
