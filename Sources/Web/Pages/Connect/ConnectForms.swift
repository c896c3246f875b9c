// The forms of the wizard: each changes the draft, the last one makes it real.

import Hummingbird
import Loop
import Plant

/// Forms of `/connect`.
enum ConnectForms {
    /// `POST /connect`: begins with what answers where.
    static func begin(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        let door = try ConnectPage.door(ask)
        do {
            let draft = try await ConnectForms.draft(
                door, what: form["what"] ?? "", address: form["address"] ?? "",
                unit: form["unit"] ?? "", at: ask.world.time
            ) { form["p-" + $0] }
            try await door.keep(draft)
            return Answer.go(to: ConnectPage.address(draft) + "/name")
        } catch let refused as RefusedSaying {
            return try await ConnectPage.find(ask, refused: refused, form: form)
        }
    }

    /// A draft for what a person says that answers at an address; a device that tells what it has
    /// is asked.
    static func draft(
        _ door: any ConnectDoor, what: String, address: String, unit: String, at time: Timestamp,
        placeholder: (String) -> String?
    ) async throws -> ConnectDraft {
        let place = address.filter { !$0.isWhitespace }
        guard !place.isEmpty, place.utf8.count <= 255 else {
            throw RefusedSaying(
                field: "address", says: "The address is missing.",
                remedy: "Write such as 192.168.1.47, or /dev/ttyUSB0 for a cable.")
        }
        var number: Int?
        if !unit.isEmpty {
            guard let value = Int(unit), (0...255).contains(value) else {
                throw RefusedSaying(
                    field: "unit", says: "“\(unit)” is no unit number.",
                    remedy: "Write 0 to 255, or leave it empty.")
            }
            number = value
        }
        let id = door.newID()
        var more: [String: String] = [:]
        for name in ["trusted", "username"] {
            more[name] = placeholder(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        if let password = placeholder("password"), !password.isEmpty {
            more["password"] = try await door.keepPassword(password, of: id)
        }
        switch ConnectDevice.find(what, in: door.devices) {
        case .profile(let profile):
            var filled: [String: String] = [:]
            for name in profile.placeholders.map(\.name) { filled[name] = placeholder(name) }
            do throws(RefusedEvent) {
                var draft = try ConnectDraft(
                    id: id, begun: time, profile: profile, address: place, unit: number,
                    placeholders: filled)
                draft.settings.merge(more) { _, new in new }
                return draft
            } catch {
                throw RefusedSaying(field: error.field, says: error.says, remedy: error.remedy)
            }
        case .language(let language):
            var settings = [language.place: place]
            if let number { settings["unit"] = String(number) }
            settings.merge(more) { _, new in new }
            let draft = ConnectDraft(
                id: id, begun: time, kind: language.kind, settings: settings, profile: "",
                found: language.name)
            return language.offers ? try await door.offered(by: draft) : draft
        case nil:
            let near = ConnectDevice.near(what, in: door.devices)
            throw RefusedSaying(
                field: "what", says: "“\(what)” is not known here.",
                remedy: near.isEmpty
                    ? "Choose from the list, or a language such as Modbus TCP, by register."
                    : "Did you mean \(near.joined(separator: ", "))?")
        }
    }

    /// `POST /connect/search`: begins a search, or calls it off.
    static func search(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        let door = try ConnectPage.door(ask)
        do {
            if form["do"] == "stop" {
                door.endSearch()
            } else {
                try await door.search(form["range"] ?? "", actor: ask.actor)
            }
            return Answer.go(to: "/connect#look")
        } catch let refused as RefusedSaying {
            return try await ConnectPage.find(ask, refused: refused, form: form)
        }
    }

    /// `POST /connect/{draft}/drop`.
    static func drop(_ ask: Ask) async throws -> Response {
        _ = try await ask.form()
        try await ConnectPage.door(ask).remove(ask.context?.parameters.get("draft") ?? "")
        return Answer.go(to: "/connect")
    }

    /// `POST /connect/{draft}/name`.
    static func name(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        let draft = try await ConnectPage.draft(ask)
        do {
            let named = try named(
                draft, form["name"] ?? "", area: form["area"] ?? "", in: ask.world.factory)
            try await ConnectPage.door(ask).keep(named)
            return Answer.go(to: ConnectPage.address(draft) + "/signals")
        } catch let refused as RefusedSaying {
            return try await ConnectPage.naming(ask, draft, refused: refused, form: form)
        }
    }

    /// The draft with a name; that of a machine which is here gives it more signals.
    static func named(
        _ draft: ConnectDraft, _ text: String, area: String, in factory: Factory
    ) throws -> ConnectDraft {
        func trimmed(_ text: String) -> String {
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let name = trimmed(text)
        guard !name.isEmpty else {
            throw RefusedSaying(field: "name", says: "A name is missing.", remedy: "Give it.")
        }
        guard name.count <= 80, trimmed(area).count <= 80 else {
            throw RefusedSaying(
                field: "name", says: "The name is longer than 80 letters.",
                remedy: "Shorten it.")
        }
        var draft = draft
        let known = factory.activeMachines.first { $0.name.lowercased() == name.lowercased() }
        draft.machineName = known?.name ?? name
        draft.machine =
            known?.id ?? ConnectDraft.newMachine(name, in: factory)
        draft.area = trimmed(area)
        return draft
    }

    /// `POST /connect/{draft}/signals`: ticks, and one tap that mends a value.
    static func signals(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        var draft = try await ConnectPage.draft(ask)
        let door = try ConnectPage.door(ask)
        do {
            for index in draft.signals.indices {
                draft.signals[index].isChosen = form["s-" + draft.signals[index].slug.text] != nil
            }
            if let fix = form.filled("fix") {
                try draft.mend(fix, form)
                try await door.keep(draft)
                return Answer.go(to: ConnectPage.address(draft) + "/signals#choose")
            }
            guard draft.signals.contains(where: \.isChosen) else {
                throw RefusedSaying(
                    field: "signals", says: "No signal is chosen.", remedy: "Tick at least one.")
            }
            draft.isChosen = true
            if let state = draft.state,
                !draft.signals.contains(where: { $0.slug == state.signal && $0.isChosen })
            {
                draft.state = nil
            }
            try await door.keep(draft)
            return Answer.go(to: ConnectPage.address(draft) + "/check")
        } catch let refused as RefusedSaying {
            return try await ConnectPage.choosing(ask, draft, refused: refused, form: form)
        }
    }

    /// `POST /connect/{draft}/check`: another mark, or "Yes, this is right".
    static func check(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        var draft = try await ConnectPage.draft(ask)
        let door = try ConnectPage.door(ask)
        do {
            let (standing, _) = try await ConnectPage.look(door, draft)
            if let above = form.filled("above"), ConnectForms.number(above) == nil {
                throw RefusedSaying(
                    field: "above", says: "“\(above)” is no number, or can be read two ways.",
                    remedy: "Write such as 4.0, and 1300 without a comma.")
            }
            draft.state = state(
                signal: form["signal"], above: form["above"], draft, standing)
            try await door.keep(draft)
            guard form["do"] == "yes" else {
                return Answer.go(to: ConnectPage.address(draft) + "/check")
            }
            guard form["signal"] == "" || draft.state != nil else {
                throw RefusedSaying(
                    field: "above", says: "There is no mark yet above which it runs.",
                    remedy: "Write one, or choose “None of them”: the signals are recorded and"
                        + " states are learnt later.")
            }
            if let flaw = try await door.flaw(of: draft) { throw flaw }
            _ = try await door.confirm(draft, actor: ask.actor)
            return Answer.go(to: "/connect/done?machine=" + (draft.machine?.text ?? ""))
        } catch let refused as RefusedSaying {
            return try await ConnectPage.checking(ask, draft, refused: refused)
        }
    }

    /// A number with a point or a decimal comma; nil for none, and for `1,300`, which could be
    /// one and three tenths or a thousand.
    static func number(_ text: String) -> Double? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count < 3, parts.count < 2 || parts[1].count != 3 else { return nil }
        return Double(text.replacing(",", with: ".").filter { !$0.isWhitespace })
            .flatMap { $0.isFinite ? $0 : nil }
    }

    /// How running is seen by what the form says; nil for not at all, or not yet.
    static func state(
        signal: String?, above: String?, _ draft: ConnectDraft, _ standing: TrialStanding
    ) -> DraftState? {
        guard let slug = signal.flatMap(Slug.init),
            let chosen = draft.signals.first(where: { $0.slug == slug && $0.isChosen })
        else { return nil }
        let found = draft.state(by: chosen, standing.traces[slug] ?? TrialTrace())
        if let found, found.above == nil { return found }
        // A mark belongs to its signal: another signal brings its own.
        let isSame = draft.state.map { $0.signal == slug } ?? true
        if isSame, let above = above.flatMap(ConnectForms.number) {
            return DraftState(signal: slug, above: above)
        }
        return found
    }
}

extension ConnectDraft {
    /// One tap that mends a value, or adds a signal by its address.
    fileprivate mutating func mend(_ fix: String, _ form: FormFields) throws {
        if fix == "add" { return try add(form) }
        let parts = fix.split(separator: "-", maxSplits: 1).map(String.init)
        guard parts.count == 2, let index = signals.firstIndex(where: { $0.slug.text == parts[1] })
        else { return }
        switch parts[0] {
        case "down": signals[index].scale(by: 0.1)
        case "up": signals[index].scale(by: 10)
        case "order": signals[index].turnOrder(from: settings["order"] ?? "abcd")
        default: return
        }
    }

    private mutating func add(_ form: FormFields) throws {
        guard let read = form.filled("new-read") else {
            throw RefusedSaying(
                field: "new-read", says: "The address is missing.",
                remedy: "Write it \(ConnectDevice.grammar(kind)).")
        }
        let name = form.filled("new-name") ?? read
        try add(
            name: name, read: read, type: form.filled("new-type"), unit: form["new-unit"] ?? "")
    }
}
