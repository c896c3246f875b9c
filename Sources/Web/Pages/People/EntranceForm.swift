// A form with labelled fields, hints and what did not fit: for pages that ask who somebody is.

import Hummingbird
import Plant

/// A field of such a form.
struct EntranceField: Sendable {
    /// Its name in the form.
    let name: String
    /// Its label.
    let label: String
    /// A hint under the label, nil for none.
    var hint: String?
    /// `text` or `password`.
    var type = "text"
    /// What browsers may fill in.
    var autocomplete = "off"
    /// `numeric` for digits, nil for the usual keyboard.
    var inputMode: String?
    /// What stands in it.
    var value = ""
    /// Whether it must be filled.
    var isRequired = true
    /// Whether it did not fit.
    var isWrong = false
}

/// What the template of such a form shows.
struct EntranceFormModel: Sendable {
    let frame: PageFrame
    let action: String
    let back: String
    let button: String
    let note: String?
    let fields: [EntranceField]
    let flaws: [EntranceModel.Flaw]
    let hasFlaws: Bool
}

/// `/join` and `/confirm`.
enum EntrancePages {
    private static func fields(
        _ fields: [EntranceField], _ refused: EntranceRefused?, _ form: FormFields?
    ) -> [EntranceField] {
        fields.map { field in
            var field = field
            if field.type != "password" { field.value = form?[field.name] ?? field.value }
            field.isWrong = refused?.field == field.name
            return field
        }
    }

    /// The page of a form.
    static func page(
        _ ask: Ask, frame: PageFrame, action: String, button: String, note: String? = nil,
        fields: [EntranceField], refused: EntranceRefused?, form: FormFields?
    ) throws -> Response {
        let flaws = refused.map {
            [EntranceModel.Flaw(field: $0.field, says: $0.says + " " + $0.remedy)]
        }
        let model = EntranceFormModel(
            frame: frame, action: action,
            back: form?.filled("back") ?? ask.query.filled("back") ?? "/now", button: button,
            note: note, fields: self.fields(fields, refused, form), flaws: flaws ?? [],
            hasFlaws: refused != nil)
        return try ask.page(model, template: "entrance", refused: refused)
    }

    // Choosing a pass phrase with a code.

    static func join(_ ask: Ask) async throws -> Response {
        try joinPage(ask, refused: nil, form: nil)
    }

    private static func joinPage(
        _ ask: Ask, refused: EntranceRefused?, form: FormFields?
    ) throws -> Response {
        try page(
            ask,
            frame: ask.frame(
                title: "Choose a pass phrase", ask: "Who is new here?",
                sentence: "Type your name, the code you were given, and a pass phrase.",
                cells: []), action: "/join", button: "Come in",
            fields: [
                .init(name: "name", label: "Your name", autocomplete: "username"),
                .init(
                    name: "code", label: "Code",
                    hint: "12 letters and digits. Whoever looks after this box has it.",
                    autocomplete: "one-time-code", value: ask.query.filled("code") ?? ""),
                .init(
                    name: "pass_phrase", label: "Pass phrase",
                    hint: "12 characters or more. Four words that do not belong together are"
                        + " good. Paste is fine.", type: "password",
                    autocomplete: "new-password"),
            ], refused: refused, form: form)
    }

    /// `POST /join`.
    static func joined(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            let entrance = try await ask.people().join(
                name: form["name"] ?? "", code: form["code"] ?? "",
                passPhrase: form["pass_phrase"] ?? "", from: ask.origin)
            var response = Answer.go(to: "/now")
            SetupPages.enter(entrance, ask: ask, response: &response)
            return response
        } catch let refused as EntranceRefused {
            return try joinPage(ask, refused: refused, form: form)
        }
    }

    // Giving the pass phrase again before an act that matters (S-17).

    static func confirm(_ ask: Ask) async throws -> Response {
        try confirmPage(ask, refused: nil, form: nil)
    }

    private static func confirmPage(
        _ ask: Ask, refused: EntranceRefused?, form: FormFields?
    ) throws -> Response {
        try page(
            ask,
            frame: ask.frame(
                title: "Confirm", ask: "Is it you?",
                sentence: "What comes next matters. Give your pass phrase again.", cells: []),
            action: "/confirm", button: "Go on",
            fields: [
                .init(
                    name: "pass_phrase", label: "Pass phrase", type: "password",
                    autocomplete: "current-password"),
                .init(
                    name: "code", label: "Code from your phone",
                    hint: "Six digits, if you set up a second factor and have not given it yet.",
                    autocomplete: "one-time-code", inputMode: "numeric", isRequired: false),
            ], refused: refused, form: form)
    }

    /// `POST /confirm`.
    static func confirmed(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            try await ask.people().prove(
                session: ask.session, passPhrase: form["pass_phrase"] ?? "",
                code: form["code"] ?? "", from: ask.origin)
            return Answer.go(to: form.filled("back") ?? "/people")
        } catch let refused as EntranceRefused {
            return try confirmPage(ask, refused: refused, form: form)
        }
    }
}
