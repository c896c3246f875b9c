// Backups: when the newest was made, when one was last proved, where else they lie, and the key.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of backups shows.
struct BackupModel: Sendable {
    /// A backup.
    struct Row: Sendable {
        let path: String
        let made: String
        let size: String
        let content: String
        let program: String
    }

    let frame: PageFrame
    let warnings: [String]
    let rows: [Row]
    let hasRows: Bool
    let second: String
    let flaw: String?
    let done: String?
    let key: String?
    let drawing: SVGMarkup?
}

/// `/backup` and its forms.
enum BackupPage {
    static func answer(_ ask: Ask) async throws -> Response { try await page(ask) }

    private static func door(_ ask: Ask) throws -> any BackupDoor {
        guard let door = ask.site.box.backups else {
            throw Problem(.notFound, "There is no page at this address.")
        }
        return door
    }

    /// The first line: what an owner wants to know on a Tuesday.
    static func sentence(_ standing: BackupStanding, _ clock: LocalClock, _ now: Timestamp)
        -> String
    {
        guard let newest = standing.newest else { return "There is no backup yet." }
        let made = "The newest backup is from \(clock.moment(newest.made, today: now))."
        guard let proved = standing.proved else { return made + " None was proved yet." }
        return made + " Last proved \(clock.moment(proved, today: now))."
    }

    private static func page(
        _ ask: Ask, flaw: RefusedSaying? = nil, done: String? = nil, key: String? = nil
    ) async throws -> Response {
        let door = try door(ask)
        let standing = try await door.standing()
        let clock = ask.clock
        let now = ask.world.time
        let rows = try await door.list().map { facts in
            BackupModel.Row(
                path: facts.path, made: clock.moment(facts.made, today: now),
                size: Measure.size(bytes: facts.bytes), content: Measure.size(bytes: facts.content),
                program: facts.program)
        }
        let model = BackupModel(
            frame: ask.frame(
                title: "Backup", ask: "Is everything safe?",
                sentence: sentence(standing, clock, now),
                cells: [
                    ask.siteCell,
                    .init(label: "Second place", value: standing.second ?? "None"),
                ]),
            warnings: standing.warnings, rows: rows, hasRows: !rows.isEmpty,
            second: standing.second.map {
                standing.isSecondAway ? $0 + ", which is not there now" : $0
            }
                ?? "nowhere else; set backup.to in millwright.toml to a folder, or to usb: and the"
                + " label of a disk",
            flaw: flaw.map { $0.says + " " + $0.remedy }, done: done, key: key,
            drawing: key.flatMap { QRDrawing.drawing($0, label: "Backup key") })
        return try ask.page(
            model, template: "backup", status: flaw == nil ? .ok : .unprocessableContent)
    }

    private static func trying(
        _ ask: Ask, _ body: (any BackupDoor, FormFields) async throws -> (String, String?)
    ) async throws -> Response {
        let form = try await ask.form()
        do {
            let (done, key) = try await body(try door(ask), form)
            return try await page(ask, done: done, key: key)
        } catch let refused as RefusedSaying {
            return try await page(ask, flaw: refused)
        }
    }

    /// `POST /backup`: one now.
    static func make(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, _ in
            let made = try await door.make(to: nil, actor: ask.actor)
            return ("Made: \(made.path), \(Measure.size(bytes: made.bytes)).", nil)
        }
    }

    /// `POST /backup/prove`.
    static func prove(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, form in
            let proof = try await door.prove(form.filled("path"), key: nil, actor: ask.actor)
            let day = proof.comparedDay.map { " Figures of \($0) come out the same." } ?? ""
            return (
                "Proved: restored into a scratch place, \(proof.entries) entries and"
                    + " \(proof.chunks) pieces of samples walked, nothing wrong.\(day)", nil
            )
        }
    }

    /// `POST /backup/key`: shown to whoever looks after the box, to print.
    static func key(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, _ in
            ("Print this page and keep it away from the box.", try await door.key(actor: ask.actor))
        }
    }

    /// `POST /backup/restore`.
    static func restore(_ ask: Ask) async throws -> Response {
        try await trying(ask) { door, form in
            let ready = try await door.prepareRestore(
                form["path"] ?? "", key: form["key"] ?? "", actor: ask.actor)
            return (
                "Ready: \(ready.facts.site), made \(ready.facts.made.rfc3339). It takes effect when"
                    + " the box starts the next time. The data of today will then lie in"
                    + " \(ready.keptAside).", nil
            )
        }
    }
}
