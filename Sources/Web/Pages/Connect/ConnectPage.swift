// Connect a machine: find it, name it, choose its signals, check it; nothing is real before "Yes".

import Hummingbird
import Loop
import Plant
import Understand

/// `/connect` and what lies below it, as read.
enum ConnectPage {
    static func door(_ ask: Ask) throws -> any ConnectDoor {
        guard let door = ask.site.box.connecting else {
            throw Problem(.notFound, "There is no page at this address.")
        }
        return door
    }

    /// The draft that the path names.
    static func draft(_ ask: Ask) async throws -> ConnectDraft {
        guard let draft = try await door(ask).draft(ask.context?.parameters.get("draft") ?? "")
        else {
            throw Problem(
                .notFound, "This connection was finished or removed. Begin again at /connect.")
        }
        return draft
    }

    static func address(_ draft: ConnectDraft) -> String { "/connect/" + draft.id }

    /// `GET /connect`: step 1.
    static func answer(_ ask: Ask) async throws -> Response { try await find(ask) }

    static func find(
        _ ask: Ask, refused: RefusedSaying? = nil, form: FormFields? = nil
    ) async throws -> Response {
        let door = try door(ask)
        let what = form?["what"] ?? ask.query["what"] ?? ""
        let device = ConnectDevice.find(what, in: door.devices)
        var profile: DeviceProfile?
        if case .profile(let found) = device { profile = found }
        let drafts = try await door.drafts()
        let now = ask.world.time
        let find = ConnectModel.Find(
            search: search(ask, door, typed: form?["range"]),
            drafts: drafts.map { draft in
                .init(
                    name: draft.machineName.isEmpty ? "Not named yet" : draft.machineName,
                    found: [draft.found, draft.place].filter { !$0.isEmpty }
                        .joined(separator: ", "),
                    when: "begun " + SignalText.age(now - draft.begun),
                    address: address(draft) + "/" + draft.step.rawValue)
            }, hasDrafts: !drafts.isEmpty, known: ConnectDevice.known(door.devices),
            what: profile?.name ?? what, at: form?["address"] ?? ask.query["address"] ?? "",
            unit: form?["unit"] ?? ask.query["unit"] ?? "",
            placeholders: (profile?.placeholders ?? []).map {
                .init(name: $0.name, says: $0.says, example: $0.example)
            },
            fingerprint: refused?.says.firstMatch(of: /trusted = "([0-9a-f]{64})"/).map {
                String($0.1)
            })
        var model = model(
            ask, step: 0, draft: nil, sentence: "Which machine do you want to see?",
            refused: refused)
        model.find = find
        return try ask.page(
            model, template: "connect", status: refused == nil ? .ok : .unprocessableContent,
            again: FormAgain(ask, form, refused))
    }

    /// A search as the page shows it.
    private static func search(
        _ ask: Ask, _ door: any ConnectDoor, typed: String?
    ) -> ConnectModel.Search {
        let standing = door.search
        return ConnectModel.Search(
            range: typed ?? standing?.range ?? door.suggestedRanges.first ?? "",
            live: "/connect/search", script: ask.site.assets.address("search.js"),
            words: standing.map(searchWords) ?? "", isRunning: standing?.isRunning ?? false,
            part: String(standing?.part ?? 0),
            found: (standing?.findings ?? []).map { finding in
                .init(
                    place: finding.place, says: finding.says,
                    address: finding.what.map { what in
                        "/connect?what=" + FormFields.escaped(what) + "&address="
                            + FormFields.escaped(finding.place)
                            + (finding.unit.map { "&unit=\($0)" } ?? "") + "#net"
                    })
            }, refused: standing?.refused ?? [], hasRefused: standing?.refused.isEmpty == false,
            asked: standing?.asked ?? [], hasAsked: standing?.asked.isEmpty == false,
            hasSearched: standing != nil)
    }

    private static func searchWords(_ standing: SearchStanding) -> String {
        let count = Plain.count(Int64(standing.findings.count), "thing", "things")
        let asked = Plain.count(Int64(standing.requests), "request", "requests")
        return standing.isRunning
            ? "Looking at \(standing.range): \(Int(standing.part * 100)) % done, \(count) found."
            : "\(count) found at \(standing.range), with \(asked). Nothing was written to any of"
                + " them."
    }

    /// `GET /connect/search`: how the search goes, as the page's own part.
    static func searching(_ ask: Ask) async throws -> Response {
        let standing = try door(ask).search
        return Answer.json(
            .object([
                ("is_running", .flag(standing?.isRunning ?? false)),
                ("part", .number(standing?.part ?? 1)),
                ("words", .text(standing.map(searchWords) ?? "")),
                ("found", .whole(Int64(standing?.findings.count ?? 0))),
            ]))
    }

    /// `GET /connect/devices`: what is known.
    static func devices(_ ask: Ask) async throws -> Response {
        let door = try door(ask)
        let verified = door.devices.profiles.filter(\.isVerified).count
        let count = Plain.count(Int64(door.devices.profiles.count), "device is", "devices are")
        var model = model(
            ask, step: 0, draft: nil,
            sentence: "\(count) known, \(verified) of them verified.", refused: nil)
        model.devices = .init(
            rows: door.devices.profiles.map { profile in
                .init(
                    id: profile.id, name: profile.name, about: profile.about,
                    speaks: profile.language.rawValue,
                    verified: profile.isVerified ? "yes" : "not yet")
            })
        return try ask.page(model, template: "connect")
    }

    /// `GET /connect/{draft}/name`: step 2.
    static func name(_ ask: Ask) async throws -> Response {
        try await naming(ask, try await draft(ask))
    }

    static func naming(
        _ ask: Ask, _ draft: ConnectDraft, refused: RefusedSaying? = nil, form: FormFields? = nil
    ) async throws -> Response {
        let factory = ask.world.factory
        var model = model(
            ask, step: 1, draft: draft, sentence: "What is this machine called?",
            refused: refused)
        model.naming = .init(
            address: address(draft), value: draft.machineName, area: draft.area,
            machines: factory.activeMachines.map(\.name),
            areas: factory.areas.values.sorted())
        return try ask.page(
            model, template: "connect", status: refused == nil ? .ok : .unprocessableContent,
            again: FormAgain(ask, form, refused))
    }

    /// `GET /connect/{draft}/signals`: step 3.
    static func signals(_ ask: Ask) async throws -> Response {
        try await choosing(ask, try await draft(ask))
    }

    static func choosing(
        _ ask: Ask, _ draft: ConnectDraft, refused: RefusedSaying? = nil, form: FormFields? = nil
    ) async throws -> Response {
        let door = try door(ask)
        let (standing, trouble) = try await look(door, draft)
        let types = ConnectDevice.types(draft.kind)
        var model = model(
            ask, step: 2, draft: draft,
            sentence: draft.signals.isEmpty
                ? "Which signals does this machine have?"
                : "Which of these \(draft.signals.count) do you want to record?",
            refused: refused ?? trouble)
        let profile = door.devices.profile(draft.profile)
        model.choose = .init(
            address: address(draft), live: address(draft) + "/live",
            script: ask.site.assets.address("connect.js"),
            words: TrialWords.standing(standing, place: draft.place),
            note: profile.flatMap { profile in
                profile.isVerified
                    ? profile.notes.first
                    : "Not verified yet: compare each value with the device's display."
            }, signals: TrialWords.rows(draft, standing, chosenOnly: false),
            hasSignals: !draft.signals.isEmpty, grammar: ConnectDevice.grammar(draft.kind),
            types: types, hasTypes: !types.isEmpty)
        return try ask.page(
            model, template: "connect", status: refused == nil ? .ok : .unprocessableContent,
            again: FormAgain(ask, form, refused))
    }

    /// `GET /connect/{draft}/check`: step 4.
    static func check(_ ask: Ask) async throws -> Response {
        try await checking(ask, try await draft(ask))
    }

    static func checking(
        _ ask: Ask, _ draft: ConnectDraft, refused: RefusedSaying? = nil
    ) async throws -> Response {
        let door = try door(ask)
        let (standing, trouble) = try await look(door, draft)
        let seen = ConnectLooking(draft: draft, standing: standing, now: ask.world.time)
        let state = TrialWords.state(seen.observed)
        var model = model(
            ask, step: 3, draft: draft, sentence: seen.sentence, refused: refused ?? trouble)
        model.check = .init(
            address: address(draft), live: address(draft) + "/live",
            script: ask.site.assets.address("connect.js"),
            signalName: seen.signal?.name ?? "No signal", stateCode: state.code,
            stateWord: state.word, lookWords: seen.lookWords, drawing: seen.chart, top: seen.top,
            choices: draft.signals.filter(\.isChosen).map {
                .init(id: $0.slug.text, title: $0.name, isHere: $0.slug == seen.signal?.slug)
            }, isNone: seen.signal == nil, isLevel: seen.isLevel, unit: seen.unit,
            above: seen.above.map(ConnectPage.plain) ?? "", suggestion: seen.suggestion,
            isWrong: ask.query["wrong"] != nil, place: draft.place,
            words: TrialWords.standing(standing, place: draft.place),
            signals: TrialWords.rows(draft, standing, chosenOnly: true))
        return try ask.page(
            model, template: "connect", status: refused == nil ? .ok : .unprocessableContent)
    }

    /// `GET /connect/{draft}/live`: the newest values as a document for the page's script.
    static func live(_ ask: Ask) async throws -> Response {
        let door = try door(ask)
        var draft = try await draft(ask)
        let (standing, trouble) = try await look(door, draft)
        draft.state =
            ConnectForms.state(
                signal: ask.query["signal"], above: ask.query["above"], draft, standing)
            ?? draft.state
        let seen = ConnectLooking(draft: draft, standing: standing, now: ask.world.time)
        let state = TrialWords.state(seen.observed)
        let rows = TrialWords.rows(draft, standing, chosenOnly: false)
        return Answer.json(
            .object([
                (
                    "words",
                    .text(
                        trouble.map { $0.says + " " + $0.remedy }
                            ?? TrialWords.standing(standing, place: draft.place))
                ), ("state", .text(state.word)), ("code", .text(state.code)),
                ("suggestion", .text(seen.suggestion)), ("sentence", .text(seen.sentence)),
                ("top", .text(seen.top)),
                ("suggested", .text(orNull: seen.suggestedMark)),
                ("chart", .text(orNull: seen.chart?.renderText)),
                (
                    "values",
                    .list(
                        rows.map {
                            .object([
                                ("id", .text($0.id)), ("text", .text($0.value)),
                                ("note", .text($0.seen)),
                            ])
                        })
                ),
            ]))
    }

    /// `GET /connect/done`: step 5.
    static func done(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        guard let id = try ask.slug(query: "machine"), let machine = factory.machines[id] else {
            throw Problem(.notFound, "There is no machine of that name.")
        }
        let isPlanned = !factory.calendarVersions.isEmpty
        var model = model(
            ask, step: 4, draft: nil, sentence: "\(machine.name) is connected.", refused: nil)
        model.done = .init(
            machine: machine.name, page: "/m/" + id.text,
            when: isPlanned
                ? "Come back after the shift. You will see your first lost hour."
                : "Say when you work, and after the first shift you will see your first lost hour.",
            said: factory.signals(of: id).filter { !$0.isRetired }.map {
                "\($0.name), read at \($0.source.address)"
            })
        return try ask.page(model, template: "connect")
    }

    /// The standing of a draft's trial; a refusal to begin it is trouble on the page, not an error.
    static func look(
        _ door: any ConnectDoor, _ draft: ConnectDraft
    ) async throws -> (TrialStanding, RefusedSaying?) {
        do {
            return (try await door.look(draft), nil)
        } catch let refused as RefusedSaying {
            return (TrialStanding(), refused)
        }
    }

    /// A number as a field takes it: without thousands.
    static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func model(
        _ ask: Ask, step: Int, draft: ConnectDraft?, sentence: String, refused: RefusedSaying?
    ) -> ConnectModel {
        let names = ["Find", "Name", "Choose signals", "Check it", "Done"]
        let parts = ["", "/name", "/signals", "/check", ""]
        let cells: [PageFrame.Cell] =
            draft.map { draft in
                [
                    .init(
                        label: "Machine",
                        value: draft.machineName.isEmpty ? "Not named yet" : draft.machineName),
                    .init(
                        label: "Found by",
                        value: (ConnectDevice.speaks[draft.kind] ?? draft.kind) + ", " + draft.place
                    ),
                    .init(label: "Changes machines", value: "No, only reads"),
                ]
            } ?? [ask.siteCell, .init(label: "Changes machines", value: "No, only reads")]
        return ConnectModel(
            frame: ask.frame(
                title: "Connect a machine", ask: "Connect a machine", sentence: sentence,
                cells: cells), trouble: refused.map { $0.says + " " + $0.remedy },
            steps: names.enumerated().map { index, name in
                .init(
                    mark: index < step ? "✓" : "\(index + 1)", name: name,
                    address: index > 0 && index < step && index < 4
                        ? draft.map { address($0) + parts[index] } : nil,
                    isHere: index == step, isDone: index < step)
            })
    }
}
